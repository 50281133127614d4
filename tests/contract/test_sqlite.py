"""The SQLite store keeps the contract of a store."""

from pathlib import Path

import pytest

from graphmem.ports import Store
from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.backdoor import Backdoor, SqliteBackdoor
from graphmem.testing.contract import Opener, StoreContract


class TestSqliteStore(StoreContract):
    """Every promise, on one file."""

    @pytest.fixture
    def opener(self, tmp_path: Path) -> Opener:
        def opened() -> Store:
            return SqliteStore.open(tmp_path / "memory.db")

        return opened

    @pytest.fixture
    def backdoor(self, opener: Opener, tmp_path: Path) -> Backdoor:
        opener().close()
        return SqliteBackdoor(tmp_path / "memory.db")
