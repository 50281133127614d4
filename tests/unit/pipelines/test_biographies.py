"""Made-up lives, and the facts that MQuAKE edits: what is told, what is gold, what counts as right."""

from datetime import timedelta

import pytest

from graphmem import Memory
from graphmem.model import Fact, Hit
from pipelines.evaluate import biographies, mquake


def test_lives_repeat_and_differ() -> None:
    """A seed gives the same lives each time; another seed others."""
    assert biographies.lives(2, changes=10, seed=1) == biographies.lives(2, changes=10, seed=1)
    assert biographies.lives(1, changes=10, seed=1) != biographies.lives(1, changes=10, seed=2)


def test_gold_is_the_last_change() -> None:
    """At any instant the gold is what the last change before it said."""
    life = biographies.lives(1, changes=10, seed=3)[0]
    start, value = life.truth["favourite_colour"][0]
    assert life.at(start)["favourite_colour"] == value
    assert "favourite_colour" not in life.at(start - timedelta(days=1))


def test_a_life_told_in_triples_is_wholly_right() -> None:
    """Told as triples in any order, with corrections and late news, every value of every day is right."""
    life, score = biographies.lives(1, changes=15, seed=5)[0], biographies.Score()
    with Memory.open(":memory:", extractor=None) as memory:
        biographies._triples(memory, life)
        biographies.scored(memory, life, score)
    assert score.values > 0
    assert score.right_values == score.values


@pytest.mark.parametrize(
    ("fact", "right"),
    [
        (Fact("Ada", "is_a", "citizen of Portugal"), True),
        (Fact("Portugal", "borders", "Spain"), False),
        (Fact("Portugal", "has_citizen", "Ada"), True),
    ],
)
def test_what_is_right_for_mquake(fact: Fact, right: bool) -> None:
    """The object counts, with words before it that say what it is; the subject where the question names the object."""
    asked = mquake.Asked("What is Ada a citizen of?", mquake.TOLD, frozenset({"portugal"}))
    hit = Hit(type="fact", id="1", score=1.0, text="", fact=fact)
    assert mquake.holds([hit], asked, asked.answers) is right
