"""Signals from what words mean: members of a category are found though they share no word with the question."""

from datetime import timedelta

import numpy as np
import pytest

from graphmem.model import Fact, Interaction
from graphmem.read.candidates import turn_pool
from graphmem.read.index import Index
from graphmem.read.rank import Ranking
from graphmem.read.related import FACT_SIGNALS, FactPool
from graphmem.read.scene import Part, TurnPool, TurnScene
from graphmem.read.signals import TURN_SIGNALS
from graphmem.read.turns import Turns
from graphmem.read.understand import understand
from tests.unit.read.material import NAMESPACE, NOW, store_of

SAID = [
    ("Ada", "I went surfing at dawn."),
    ("Bruno", "I went rowing with my uncle."),
    ("Ada", "The kitchen smells of paint."),
    ("Bruno", "You should go surfing more often."),
    (None, "We adopted a parrot."),
]


def told(said, *, namespace=""):
    return [
        Interaction(
            id=f"{namespace}{n}", session="chat", kind="message", text=text, speaker=who, at=NOW + timedelta(minutes=n)
        )
        for n, (who, text) in enumerate(said)
    ]


def values(signal, text, *indexes):
    """The signal's values over all turns of the indexes, by id."""
    question = understand(text)
    scenes = [
        TurnScene(index, question, vector=None, mask=index.turns.rows.alive.view, place=place)
        for place, index in enumerate(indexes)
    ]
    parts = tuple(Part(scene, np.flatnonzero(scene.mask).astype(np.int32)) for scene in scenes)
    found = TURN_SIGNALS[signal].function(TurnPool(parts))
    ids = [part.scene.rows.ids[row] for part in parts for row in part.rows.tolist()]
    return dict(zip(ids, found.tolist(), strict=True))


@pytest.fixture(scope="module")
def index():
    return Index.open(store_of(told(SAID)), NAMESPACE, snapshot=None)


def test_members_answer_for_their_category(index):
    """Surfing is a sport; paint, and a parrot, are none."""
    found = values("category_anchor", "Which sports does Ada do?", index)
    assert found["0"] > 0
    assert found["2"] == found["4"] == 0


def test_turns_of_others_count_less(index):
    """Whoever is not asked about counts .3; where nobody is named, all count alike; who is unknown counts whole."""
    named = values("category_anchor", "Which sports does Ada do?", index)
    anybody = values("category_anchor", "Which sports are done here?", index)
    assert named["0"] == pytest.approx(anybody["0"])
    assert named["1"] == pytest.approx(0.3 * anybody["1"])
    pets = values("category_anchor", "Which pets does Ada have?", index)
    assert pets["4"] == pytest.approx(values("category_anchor", "Which pets are here?", index)["4"]) != 0


def test_families_and_types_say_what_kind_of_answer(index):
    """A question about adopting finds who adopted; one for an animal finds animals."""
    families = values("category_family", "What did they adopt?", index)
    types = values("answer_type", "Which animals are there?", index)
    assert max(families, key=families.__getitem__) == max(types, key=types.__getitem__) == "4"


def test_questions_that_ask_for_no_category_get_none(index):
    """Where a question names no category, the signal is zero, and so are those of an empty pool."""
    assert set(values("category_anchor", "When did it happen?", index).values()) == {0.0}
    for signal in ("category_anchor", "category_family", "answer_type"):
        assert TURN_SIGNALS[signal].function(turn_pool([], Ranking.load().turns, top_k=1)).shape == (0,)


def test_several_memories_weigh_as_one(index):
    """Rarity is counted over all memories that are read: the same turns apart or together are worth the same."""
    halves = [
        Index.open(store_of(told(SAID)[:2], namespace="one"), "one", snapshot=None),
        Index.open(store_of(told(SAID)[2:], namespace="two"), "two", snapshot=None),
    ]
    together = values("category_anchor", "Which sports are done here?", index)
    assert values("category_anchor", "Which sports are done here?", *halves) == pytest.approx(together)


def test_facts_answer_by_their_object_and_their_relation():
    """A fact whose object is an animal answers a question after pets; one of acquiring, a question after buying."""
    facts = (Fact("Ada", "has", "a parrot"), Fact("Ada", "bought", "a lamp"), Fact("Ada", "said", ""))

    def told(signal, text):
        pool = FactPool(facts, understand(text), named=frozenset(), sources={}, weight=lambda _: 1.0)
        return FACT_SIGNALS[signal].function(pool).tolist()

    pets = told("fact_answer", "Which pets does Ada have?")
    assert pets[0] > 0.5
    assert pets[1:] == [0.0, 0.0]
    assert told("fact_family", "What did Ada purchase?") == [0.0, 1.0, 0.0]
    assert told("fact_family", "Why?") == told("fact_answer", "Why?") == [0.0, 0.0, 0.0]


def test_memberships_grow_forget_and_are_kept_with_the_turns():
    """One by one or at once, before and after forgetting, and out of a snapshot, memberships are the same."""
    turns, fewer = Turns(), Turns()
    for interaction in told(SAID):
        turns.add(interaction)
        turns.settle()
    for interaction in told(SAID)[1:]:
        fewer.add(interaction)
    fewer.settle()
    assert turns.members.term("a:sport").rows.tolist() == [0, 1, 3]
    turns.remove("0")
    turns.settle()
    turns.compact()
    restored = Turns()
    restored.load(turns.state())
    for label in ("a:sport", "f:acquire", "t:noun.animal"):
        wanted = fewer.members.term(label)
        for found in (turns.members.term(label), restored.members.term(label)):
            assert found.rows.tolist() == wanted.rows.tolist()
            assert found.tf.tolist() == wanted.tf.tolist()
