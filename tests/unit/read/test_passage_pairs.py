"""Signals of passages that look at two at once: a second walk, pairs that cover the question, names in common."""

import numpy as np
import pytest

from graphmem.model import Interaction, RecallOptions
from graphmem.read.index import Index
from graphmem.read.rank import Ranking
from graphmem.read.scene import Part, PassagePool, PassageScene
from graphmem.read.search import Cut, search
from graphmem.read.signals import PASSAGE_SIGNALS
from graphmem.read.understand import understand
from tests.unit.read.material import NAMESPACE, question_vector, store_of

_SHELF = [
    ("Salt Road (novel)", "Salt Road is a novel by Ines Maral about smugglers."),
    ("Ines Maral", "Ines Maral grew up with her cousin Rui Sela on the coast."),
    ("Rui Sela", "Rui Sela keeps a bakery, and his neighbour is Otto Krahn."),
    ("Otto Krahn", "Otto Krahn repairs clocks."),
    ("Salt", "Salt keeps fish for a winter."),
]
_ASKED = "What does the cousin of the author of the novel Salt Road keep?"


@pytest.fixture(scope="module")
def index(embedder):
    told = [
        Interaction(id=f"book-{n}", session="shelf", kind="passage", text=text, title=title)
        for n, (title, text) in enumerate(_SHELF)
    ]
    return Index.open(store_of(told, embedder=embedder), NAMESPACE, snapshot=None)


def pool_of(index, text=_ASKED, *, lead=None, first=None):
    """All passages before a question, in the order they were told, with scores of our own."""
    scene = PassageScene(index, understand(text), vector=None, mask=index.passages.rows.alive.view, place=0)
    rows = np.arange(len(_SHELF), dtype=np.int32)
    assert scene.rows.ids[:5] == [f"book-{n}" for n in range(5)]
    given = [None if one is None else np.array(one, dtype=np.float32) for one in (lead, first)]
    return PassagePool((Part(scene, rows),), *given)


def told(name, pool):
    return PASSAGE_SIGNALS[name].function(pool).tolist()


def test_a_second_link_goes_on_from_where_the_first_led(index):
    """What is two links from the leading passage has no first link, and a second one once the shortlist knows it."""
    pool = pool_of(index, lead=[1, 0, 0, 0, 0], first=[0, -0.5, -40, -40, -40])
    assert told("one_link", pool)[2] == 0
    second = told("second_link", pool)
    assert second[2] > 0.3
    assert second[2] > second[3]


def test_a_second_link_weighs_first_hits_by_their_odds(index):
    """A start that is far less likely than the best one leads almost nowhere; adding a constant changes nothing."""
    near, far = (told("second_link", pool_of(index, lead=[1] * 5, first=[0, at, -40, -40, -40])) for at in (-1, -8))
    assert far[2] == pytest.approx(near[2] * np.exp(-3.5), rel=1e-4)
    moved = told("second_link", pool_of(index, lead=[1] * 5, first=[7, 6, -33, -33, -33]))
    assert moved == pytest.approx(near, abs=1e-6)


def test_without_a_shortlist_the_second_link_starts_at_the_lead(index):
    """A recipe that has no `first`, or no score yet, still gets a signal of its length."""
    assert told("second_link", pool_of(index, lead=[0, 9, -30, -30, -30]))[2] > 0.3
    assert told("second_link", pool_of(index)) == [0] * 5


def test_a_pair_is_worth_what_both_hold_together(index):
    """A passage with words that the leading one lacks is worth more than one without; that one, what it holds."""
    pairs = told("pair_coverage", pool_of(index, lead=[1, 0, 0, 0, 0]))
    assert pairs[1] > pairs[3] > 0, "the cousin stands in one of them, nothing of the question in the other"
    assert pairs[2] > pairs[3]
    assert pairs[0] == pytest.approx(min(pairs[1:]))
    half = told("pair_coverage", pool_of(index, lead=[0.5, 0, 1, 0, 0]))
    assert half[0] > half[2], "the one that leads less counts less as the other half"


def test_names_in_common_count_by_their_rarity(index):
    """The share of the question's names that a passage mentions; a question without names shares none."""
    shared = told("shared_names", pool_of(index, "Do Otto Krahn and Salt Road have to do with Rui Sela?"))
    assert shared[2] > shared[3] > 0
    assert shared[0] > shared[3], "Salt Road is named by fewer passages than Otto Krahn"
    assert shared[4] == 0
    assert told("shared_names", pool_of(index, "who keeps fish?")) == [0] * 5


def test_a_small_memory_is_ranked_by_the_same_signals(index, embedder):
    """Where all passages are on the shortlist, the second link starts from the same score as in a large memory."""
    found = search(
        understand(_ASKED),
        vector=question_vector(embedder, _ASKED),
        indexes=[index],
        options=RecallOptions(),
        ranking=Ranking.load(),
        cut=Cut(5),
    ).candidates
    parts = {candidate.id: candidate.parts for candidate in found}
    assert parts["book-2"]["second_link"] > 0
    assert {"pair_coverage", "shared_names"} <= set(parts["book-0"])
    assert {c.id for c in found[:3]} == {"book-0", "book-1", "book-2"}
