"""The contract of a store, as tests: subclass `StoreContract`, say how a store is opened, and run pytest.

class TestMyStore(StoreContract):
    @pytest.fixture
    def opener(self, tmp_path):          # opens the same store each time it is called, empty at first
        return lambda: SqliteStore.open(tmp_path / "memory.db")

    @pytest.fixture
    def backdoor(self, opener, tmp_path):     # raw reads that bypass the store
        opener().close()
        return SqliteBackdoor(tmp_path / "memory.db")
"""

from collections.abc import Callable, Iterator

import pytest

pytest.register_assert_rewrite("graphmem.testing.contracts")

from graphmem.ports import Store  # noqa: E402 # asserts are rewritten only in what is imported afterwards
from graphmem.testing.backdoor import Backdoor  # noqa: E402
from graphmem.testing.contracts.forget import ForgetContract  # noqa: E402
from graphmem.testing.contracts.kinds import KindsContract  # noqa: E402
from graphmem.testing.contracts.learnt import LearntContract  # noqa: E402
from graphmem.testing.contracts.log import LogContract  # noqa: E402
from graphmem.testing.contracts.reads import ReadsContract  # noqa: E402
from graphmem.testing.contracts.recalling import RecallingContract  # noqa: E402
from graphmem.testing.contracts.rulings import RulingsContract  # noqa: E402
from graphmem.testing.contracts.tenants import TenantsContract  # noqa: E402
from graphmem.testing.contracts.writes import WritesContract  # noqa: E402

__all__ = ["Opener", "StoreContract"]

Opener = Callable[[], Store]


class StoreContract(
    WritesContract,
    KindsContract,
    LogContract,
    ReadsContract,
    RecallingContract,
    ForgetContract,
    TenantsContract,
    RulingsContract,
    LearntContract,
):
    """Every promise of `graphmem.ports.Store`; override `opener` and `backdoor`."""

    @pytest.fixture
    def opener(self) -> Opener:
        """Open the same store, empty at first, each time it is called; the tests close nothing twice."""
        raise AssertionError("override the fixture `opener`")

    @pytest.fixture
    def backdoor(self) -> Backdoor:
        """Read behind the store's back."""
        raise AssertionError("override the fixture `backdoor`")

    @pytest.fixture
    def store(self, opener: Opener) -> Iterator[Store]:
        """Open the store for one test."""
        store = opener()
        yield store
        store.close()

    @pytest.fixture
    def other(self, opener: Opener) -> Iterator[Store]:
        """Open the same store a second time, as another process would."""
        other = opener()
        yield other
        other.close()
