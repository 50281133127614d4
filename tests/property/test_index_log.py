"""The law of the index: however the log was read, it answers as an index that was built of what is left."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.model import Interaction, RecallOptions
from graphmem.ports import Batch, Selection, Store, VectorRow
from graphmem.read.index import Index
from graphmem.read.rank import Ranking
from graphmem.read.search import Cut, search
from graphmem.read.understand import understand
from graphmem.stores.sqlite import SqliteStore
from tests.unit.read.material import NAMESPACE, NOW, passages, turns

DIMENSION = 8
QUESTIONS = ("Where does Ada live?", "Who taught Milena Kos in Cremona?", "Which wind blows in Trieste?", "ok")

#: Chat, pages whose titles name each other, and chunks that share a title.
EVERYTHING = (
    *turns(),
    *passages(),
    *(replace(page, id=f"{page.id}-b", text=f"More: {page.text}") for page in passages()),
    *(replace(turn, id=f"{turn.id}-early", at=turn.at and turn.at - timedelta(seconds=30)) for turn in turns()[:3]),
)


def vectors(id_: str) -> VectorRow:
    rng = np.random.default_rng(sum(map(ord, id_)))
    drawn = rng.standard_normal((2, DIMENSION)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return VectorRow(id_, drawn[0], drawn[1:])


def tell(store: Store, told: list[Interaction]) -> None:
    store.admit(NAMESPACE, told, now=NOW)
    store.save(NAMESPACE, Batch(vectors=[vectors(i.id) for i in told]), now=NOW)


def answers(index: Index) -> dict[str, dict[str, float]]:
    """Scores by id, because ties go by the order of arrival."""
    index.refresh()
    vector = vectors("question").vector
    found: dict[str, dict[str, float]] = {}
    for text in QUESTIONS:
        best = search(
            understand(text),
            vector=vector,
            indexes=[index],
            options=RecallOptions(),
            ranking=Ranking.load(),
            cut=Cut(99),
        )
        found[text] = {c.id: round(c.score, 2) for c in best.candidates}
    return found


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_however_the_log_was_read_the_answers_are_those_of_what_is_left(tmp_path_factory, data):
    """Any order of telling, any moments of reading, forgetting and reopening from a snapshot change no answer."""
    order = data.draw(st.permutations(EVERYTHING))
    gone = data.draw(st.sets(st.sampled_from([i.id for i in EVERYTHING]), max_size=6))
    cut, read_at = data.draw(st.integers(1, len(order))), data.draw(st.sets(st.integers(0, len(order)), max_size=4))
    path = tmp_path_factory.mktemp("index") / "snapshot"
    store = SqliteStore.open(":memory:")
    store.set_setting("store_id", "test")
    store.create_namespace(NAMESPACE, now=NOW)
    index = Index.open(store, NAMESPACE, snapshot=path)
    for place, interaction in enumerate(order):
        tell(store, [interaction])
        if place in read_at:
            answers(index)
        if place == cut:
            index.refresh()
            index.save(path)
    if gone:
        store.forget(NAMESPACE, Selection(interactions=tuple(sorted(gone))), now=NOW)
    fresh = SqliteStore.open(":memory:")
    fresh.create_namespace(NAMESPACE, now=NOW)
    tell(fresh, [i for i in order if i.id not in gone])
    expected = answers(Index.open(fresh, NAMESPACE, snapshot=None))
    assert answers(Index.open(store, NAMESPACE, snapshot=path)) == expected
    assert answers(index) == expected
