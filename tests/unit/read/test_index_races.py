"""An index that is read while others are in the middle of telling and forgetting."""

from pathlib import Path

import numpy as np

from graphmem.ports import Batch, Selection
from graphmem.read.index import Index
from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.material import NOW, NS, turn, vectors


def test_a_turn_that_has_no_vector_yet_is_taken_in_after_all_vectors_were_forgotten(tmp_path: Path) -> None:
    """Read between the two steps of telling the first turn after everything was forgotten, the index goes on."""
    with SqliteStore.open(tmp_path / "memory.db") as store:
        store.admit(NS, [turn(1)], now=NOW)
        store.save(NS, Batch(vectors=[vectors("turn-1")]), now=NOW)
        index = Index.open(store, NS, snapshot=None)
        store.forget(NS, Selection(everything=True), now=NOW)
        index.refresh()
        store.admit(NS, [turn(2)], now=NOW)
        index.refresh()
        assert len(index) == 1
        store.save(NS, Batch(vectors=[vectors("turn-2")]), now=NOW)
        index.refresh()
        cosines, has = index.turns.vectors.cosines(vectors("turn-2").vector)
        assert has.tolist() == [True]
        assert np.isclose(cosines[0], vectors("turn-2").vector @ vectors("turn-2").vector)
