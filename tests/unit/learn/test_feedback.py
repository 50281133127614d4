"""Feedback moves weights a little, in the right direction, within bounds, and can be taken back."""

import random

import pytest

from graphmem.errors import InvalidInput
from graphmem.learn.citations import cited_in
from graphmem.learn.feedback import BOUND, Tuning, learnt_from, tuned
from graphmem.model import Hit, Interaction, Why
from graphmem.read.rank import Ranking


def _hit(id_: str, **values: float) -> Hit:
    interaction = Interaction(id=id_, session="s", kind="message", text="text")
    return Hit(type="interaction", id=id_, score=0.0, text="text", why=Why(values=values), interaction=interaction)


def _weight(ranking: Ranking, part: str) -> float:
    return next(t.weight for t in ranking.turns.terms if t.part == part)


def test_what_tells_the_useful_apart_weighs_more() -> None:
    """A signal that the useful hit has and the useless one lacks gains weight, the opposite one loses."""
    hand = Ranking.load("hand")
    good, bad = _hit("a", speaker=1.0, words_session=0.0), _hit("b", speaker=0.0, words_session=1.0)
    moved = tuned(hand, learnt_from(hand, Tuning(), useful=[good], useless=[bad]))
    assert _weight(moved, "speaker") > _weight(hand, "speaker")
    assert _weight(moved, "words_session") < _weight(hand, "words_session")
    assert moved.passages == hand.passages


def test_no_weight_moves_further_than_its_bound() -> None:
    """A thousand times the same wrong feedback leaves every weight within a quarter of its own or the mean size."""
    hand = Ranking.load("hand")
    good, bad = _hit("a", words_context=0.0, dense_context=0.0), _hit("b", words_context=1.0, dense_context=1.0)
    tuning = Tuning()
    for _ in range(1_000):
        tuning = learnt_from(hand, tuning, useful=[good], useless=[bad])
    mean = sum(abs(t.weight) for t in hand.turns.terms) / len(hand.turns.terms)
    for before, after in zip(hand.turns.terms, tuned(hand, tuning).turns.terms, strict=True):
        assert abs(after.weight - before.weight) <= BOUND * max(abs(before.weight), mean) + 1e-9
    assert _weight(tuned(hand, tuning), "words_context") > 0


def test_a_tuning_can_be_carried_and_is_checked() -> None:
    """JSON brings it back whole; anything else is refused in words."""
    tuning = Tuning({"speaker": 0.1}, {"one_link": -0.2}, 7)
    assert Tuning.of(tuning.json()) == tuning
    assert tuned(Ranking.load("hand"), Tuning()) == Ranking.load("hand")
    for bad in ("", "[]", '{"turns": {"a": NaN}, "passages": {}, "pairs": 1}', '{"turns": 1}'):
        with pytest.raises(InvalidInput):
            Tuning.of(bad)


def test_an_id_is_cited_where_it_stands_alone() -> None:
    """Callers name turns as they like: neither a number in the answer nor the beginning of another id is a citation."""
    hits = [_hit(id_) for id_ in ("7", "D1:3", "D1:31", "note-1")]
    assert [h.id for h in cited_in("In 7 of 10 years, see D1:31 and (note-1).", hits)] == ["D1:31", "note-1"]
    assert [h.id for h in cited_in("My note-12 says so [1].", hits)] == ["7"]


def _pool(rng: random.Random, ranking: Ranking) -> list[Hit]:
    """Thirty hits whose signals are chance."""
    return [_hit(str(n), **{t.part: rng.random() for t in ranking.turns.terms}) for n in range(30)]


def _ranked(ranking: Ranking, hits: list[Hit], **extra: float) -> list[Hit]:
    def worth(hit: Hit) -> float:
        return sum((t.weight + extra.get(t.part, 0.0)) * hit.why.values[t.part] for t in ranking.turns.terms)

    return sorted(hits, key=worth, reverse=True)


def test_it_helps_the_same_user_and_cannot_ruin_another() -> None:
    """A user's taste, told on forty questions, shows on two hundred held out; one without that taste loses little."""
    hand, rng, taste = Ranking.load("hand"), random.Random(0), {"answers_question": 0.3, "told_time": 0.3}
    tuning = Tuning()
    for _ in range(40):
        shown = _ranked(tuned(hand, tuning), _pool(rng, hand))[:10]
        useful = _ranked(hand, shown, **taste)[:1]
        tuning = learnt_from(hand, tuning, useful=useful, useless=[h for h in shown if h not in useful])
    moved, own, other = tuned(hand, tuning), [], 0
    for _ in range(200):
        hits = _pool(rng, hand)
        wanted, usual = _ranked(hand, hits, **taste)[0], _ranked(hand, hits)[0]
        own.append(_ranked(hand, hits).index(wanted) - _ranked(moved, hits).index(wanted))
        other += usual in _ranked(moved, hits)[:3]
    assert sum(o > 0 for o in own) > 5 + 2 * sum(o < 0 for o in own)
    assert other > 180
