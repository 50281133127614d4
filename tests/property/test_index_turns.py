"""Laws of the turns in the index: how they came, in what order and in how many steps, does not show in any answer."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.model import Interaction
from graphmem.ports import VectorRow
from graphmem.read.bm25 import context_bm25, own_bm25, session_bm25
from graphmem.read.rows import DISTANCES, NONE
from graphmem.read.turns import GATE, SPREAD, Turns
from graphmem.read.vectors import SMOOTHING

START = datetime(2024, 1, 1, tzinfo=UTC)
UNDATED = datetime.min.replace(tzinfo=UTC)
WORDS = ["harbour", "violin", "garden", "lantern", "pepper"]
DIMENSION = 4


@st.composite
def histories(draw):
    """Turns of up to three sessions, dated or not, some embedded, in any order of arrival."""
    count = draw(st.integers(1, 14))
    turns = []
    for number in range(count):
        words = draw(st.lists(st.sampled_from(WORDS), min_size=0, max_size=15))
        hours = draw(st.one_of(st.none(), st.integers(0, 6)))
        turn = Interaction(
            id=f"t{number}",
            session=draw(st.sampled_from("abc")),
            kind="message",
            text=" ".join(words) or "…",
            speaker=draw(st.sampled_from(["Ada", "Charles", None])),
            at=None if hours is None else START + timedelta(hours=hours),
            arrival=number + 1,
        )
        turns.append(turn)
    return turns


def vector_of(turn, seed=0):
    rng = np.random.default_rng([seed, int(turn.id[1:])])
    vector = rng.standard_normal(DIMENSION).astype(np.float32)
    return VectorRow(turn.id, vector / np.linalg.norm(vector), np.zeros((0, DIMENSION), dtype=np.float32))


def built(turns, *, steps=(), embedded=lambda turn: True):
    """Fill turns, settling after each of the given counts."""
    found = Turns()
    for number, turn in enumerate(turns):
        found.add(turn)
        if embedded(turn):
            found.embed(vector_of(turn))
        if number in steps:
            found.settle()
    found.settle()
    return found


def answers(found, turns):
    """Everything that depends on neighbours, by id."""
    question = np.array([1, 0, 0, 0], dtype=np.float32)
    cosines, _ = found.vectors.cosines(question)
    smoothed = found.vectors.smoothed(cosines, found.rows.neighbours.view)
    columns = [own_bm25([found], ["harbour", "ada"])[0], context_bm25([found], ["harbour", "violin"])[0]]
    columns += [session_bm25([found], ["garden"])[0], found.context_lengths.view, smoothed, found.rows.position.view]
    rows = {turn.id: found.rows.find(turn.id) for turn in turns}
    return {id_: [round(float(column[row]), 4) for column in columns] for id_, row in rows.items()}


@given(turns=histories(), steps=st.sets(st.integers(0, 13)))
@settings(max_examples=60, deadline=None)
def test_settling_often_or_once_is_the_same(turns, steps):
    """A turn that comes late to its place changes what a fresh build would hold, no more and no less."""
    assert answers(built(turns, steps=steps), turns) == answers(built(turns), turns)


@given(turns=histories(), data=st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_forgotten_leaves_no_trace(turns, data):
    """After forgetting, answers are those of turns that never held it, before and after compaction and a snapshot."""
    gone = data.draw(st.sets(st.sampled_from([turn.id for turn in turns])))
    left = [turn for turn in turns if turn.id not in gone]
    found = built(turns)
    for id_ in gone:
        assert found.remove(id_)
    found.settle()
    expected = answers(built(left), left)
    assert answers(found, left) == expected
    state = found.state()
    again = Turns()
    again.load(state)
    assert answers(again, left) == expected
    assert len(again.rows) == len(left)


@given(turns=histories())
@settings(max_examples=60, deadline=None)
def test_neighbours_are_those_of_the_session_in_time(turns):
    """A turn's neighbours are the turns of its session by instant, then arrival, undated ones first."""
    found = built(turns)
    for session in {turn.session for turn in turns}:
        ordered = sorted((t for t in turns if t.session == session), key=lambda t: (t.at or UNDATED, t.arrival))
        for place, turn in enumerate(ordered):
            around = found.rows.neighbours.view[found.rows.find(turn.id)]
            for column, distance in enumerate(DISTANCES):
                other = place - distance if column % 2 == 0 else place + distance
                expected = found.rows.find(ordered[other].id) if 0 <= other < len(ordered) else NONE
                assert around[column] == expected


@given(turns=histories(), term=st.sampled_from(["harbour", "violin"]))
@settings(max_examples=60, deadline=None)
def test_context_counts_are_the_weighted_gated_sum(turns, term):
    """Counts with neighbours equal the formula: own plus .5 * .6^(d-1) * min(1, 12 / terms) of each neighbour's."""
    found = built(turns)
    counted = found.context_posting(term)
    counts = dict(zip(counted.rows.tolist(), counted.tf.tolist(), strict=True))
    for turn in turns:
        row = found.rows.find(turn.id)
        total = float(turn.text.split().count(term))
        for other, distance in zip(found.rows.neighbours.view[row], DISTANCES, strict=True):
            if other != NONE:
                words = next(t for t in turns if found.rows.find(t.id) == other).text.split()
                total += SPREAD[distance] * min(1, GATE / max(1, len(words))) * words.count(term)
        assert counts.get(row, 0.0) == pytest.approx(total, rel=1e-5)


@given(turns=histories(), data=st.data())
@settings(max_examples=40, deadline=None)
def test_smoothed_cosines_are_cosines_of_smoothed_vectors(turns, data):
    """The smoothed cosine equals that of the sum of the turn's and its neighbours' weighted vectors."""
    with_vector = data.draw(st.sets(st.sampled_from([turn.id for turn in turns])))
    found = built(turns, embedded=lambda turn: turn.id in with_vector)
    question = np.array([0.6, 0.8, 0, 0], dtype=np.float32)
    cosines, present = found.vectors.cosines(question)
    smoothed = found.vectors.smoothed(cosines, found.rows.neighbours.view)
    vectors = {found.rows.find(t.id): vector_of(t).vector for t in turns if t.id in with_vector}
    assert set(np.flatnonzero(present).tolist()) == set(vectors)
    for row in range(len(turns)):
        total = vectors.get(row, np.zeros(DIMENSION, dtype=np.float32)).copy()
        for other, distance in zip(found.rows.neighbours.view[row].tolist(), DISTANCES, strict=True):
            total += SMOOTHING[distance] * vectors.get(other, np.zeros(DIMENSION, dtype=np.float32))
        norm = np.linalg.norm(total)
        assert smoothed[row] == pytest.approx(total @ question / norm if norm > 1e-6 else 0, abs=1e-5)


def test_vectors_that_come_later_count_as_if_they_had_come_at_once():
    """A turn is found by words first and by vectors as soon as they are saved, its neighbours' smoothing included."""
    turns = [
        Interaction(id=f"t{n}", session="a", kind="message", text="…", at=START + timedelta(hours=n), arrival=n)
        for n in range(6)
    ]
    late = built(turns, embedded=lambda turn: turn.id != "t2")
    late.embed(vector_of(turns[2]))
    late.settle()
    assert answers(late, turns) == answers(built(turns), turns)


def test_vectors_of_another_length_replace_all():
    """A new embedder's vectors are never mixed with the old one's."""
    turns = [Interaction(id=f"t{n}", session="a", kind="message", text="…", arrival=n) for n in range(3)]
    found = built(turns)
    new = np.array([1, 0], dtype=np.float32)
    found.embed(VectorRow("t1", new, np.zeros((0, 2), dtype=np.float32)))
    found.settle()
    _, present = found.vectors.cosines(new)
    assert present.tolist() == [False, True, False]


@settings(max_examples=50, deadline=None)
@given(histories(), st.integers(0, 14))
def test_turns_taken_in_at_once_are_as_those_one_by_one(turns, first):
    """A page of turns and vectors taken in at once leaves the same arrays as one turn and one vector at a time."""
    single, paged = built(turns), Turns()
    for page in (turns[:first], turns[first:], turns):
        paged.add(*page)
        assert not paged.embed(*(vector_of(turn) for turn in page))
    paged.settle()
    one, other = single.state(), paged.state()
    assert one.keys() == other.keys()
    assert [name for name in one if not np.array_equal(one[name], other[name])] == []
