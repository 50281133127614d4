"""Snapshots that several write, and that somebody deletes because of what was forgotten, at the same moment."""

from collections.abc import Callable, ItemsView
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from graphmem.ports import Selection
from graphmem.read import snapshot
from graphmem.read.shelf import Shelf
from graphmem.read.snapshot import Header
from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.material import NOW, NS, turns

HEADER = Header(store="s", namespace="user/ada", embedder="e", seq=1)


class _Interrupted(dict[str, npt.NDArray[Any]]):
    """Arrays; somebody acts when half of them are written."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__(first=np.arange(3), second=np.arange(4))
        self._act: Callable[[], None] | None = act

    def items(self) -> ItemsView[str, npt.NDArray[Any]]:
        def halves() -> Any:
            for name in self:
                yield name, self[name]
                if self._act is not None:
                    act, self._act = self._act, None
                    act()

        return halves()  # type: ignore[no-any-return] # an iterator is all that is asked for


def test_two_that_write_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Two memories of one process on one file both write a whole snapshot; the last one stands."""
    path = tmp_path / "index" / "ada"
    snapshot.save(path, HEADER, _Interrupted(lambda: snapshot.save(path, HEADER, {"other": np.arange(9)})))
    found = snapshot.load(path, store="s", namespace="user/ada", embedder="e")
    assert found is not None
    assert sorted(found[1]) == ["first", "second"]
    assert [entry.name for entry in path.parent.iterdir()] == ["ada"]


def test_what_is_discarded_while_it_is_written_is_gone(tmp_path: Path) -> None:
    """Whoever forgets something deletes unfinished snapshots, too: of others, and of whoever was killed."""
    path = tmp_path / "index" / "ada"
    with pytest.raises(OSError, match="second"):
        snapshot.save(path, HEADER, _Interrupted(lambda: snapshot.discard(path)))
    assert list(path.parent.iterdir()) == []


def test_what_is_forgotten_while_a_snapshot_is_written_does_not_stay_in_it(tmp_path: Path) -> None:
    """A snapshot that another process' forgetting came too early to delete goes as soon as it is written."""
    folder = tmp_path / "index"
    with SqliteStore.open(tmp_path / "memory.db") as store, SqliteStore.open(tmp_path / "memory.db") as other:
        store.set_setting("store_id", "s")
        store.admit(NS, turns(501), now=NOW)
        shelf, forgetter = (Shelf(one, folder=folder) for one in (store, other))
        with shelf.reading([NS]) as indexes:
            assert len(indexes[0]) == 501
        forgotten = []

        def forget(statement: str) -> None:
            if "FROM setting" in statement and not forgotten:
                forgotten.append(other.forget(NS, Selection(interactions=("turn-7",)), now=NOW))
                forgetter.forgotten(NS)

        store._db._connection.set_trace_callback(forget)
        shelf.save()
        store._db._connection.set_trace_callback(None)
        assert forgotten
        assert list(folder.iterdir()) == []
        shelf.save()
        with forgetter.reading([NS]) as again:
            assert len(again[0]) == 500
            assert again[0].snapshot_seq  # type: ignore[union-attr] # an index
