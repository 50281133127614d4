"""The arithmetic of learning: clusters, mixtures, depths, retention, coverage."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.learn.association import associated
from graphmem.learn.communities import communities
from graphmem.learn.finch import finch
from graphmem.learn.retention import retention
from graphmem.learn.segments import boundaries, segments
from graphmem.learn.summaries import Sentence, chosen, joined
from graphmem.rows import Vectors

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def _unit(rows: list[list[float]]) -> Vectors:
    vectors = np.asarray(rows, dtype=np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def test_first_neighbours_make_clusters() -> None:
    """Two tight groups are two clusters, numbered by their first row."""
    vectors = _unit([[1, 0.1], [0.1, 1], [1, 0.12], [0.12, 1], [1, 0.11]])
    assert finch(vectors).tolist() == [0, 1, 0, 1, 0]


def test_a_distant_first_neighbour_is_none() -> None:
    """With a least cosine, what has nothing close stays alone."""
    vectors = _unit([[1, 0], [1, 0.01], [0, 1]])
    assert finch(vectors).tolist() == [0, 0, 0]
    assert finch(vectors, least_cosine=0.9).tolist() == [0, 0, 1]


@pytest.mark.parametrize("n", [0, 1])
def test_few_rows_are_no_trouble(n: int) -> None:
    """No rows have no clusters, one row has one."""
    assert len(finch(np.ones((n, 2), dtype=np.float32))) == n


def test_the_higher_of_two_groups_is_associated() -> None:
    """A clear gap divides the similarities, wherever it lies."""
    assert associated([0.2, 0.81, 0.25, 0.8, 0.22, 0.79, 0.18]) == (1, 3, 5)
    assert associated([0.02, 0.31, 0.05, 0.3, 0.03, 0.04]) == (1, 3)


def test_few_or_equal_similarities_fall_back_to_a_threshold() -> None:
    """No mixture is fitted to four values, nor to equal ones: .6 decides."""
    assert associated([0.59, 0.61, 0.9]) == (1, 2)
    assert associated([0.5] * 10) == ()
    assert associated([0.7] * 10) == (0, 1, 2, 3, 4)


@given(st.lists(st.floats(0, 1), max_size=40))
def test_association_follows_the_order_of_similarities(values: list[float]) -> None:
    """Whoever is nearer than an associated one by the mixture is associated, too."""
    found = associated(values)
    if len(values) >= 5 and float(np.var(values)) >= 1e-4 and found:
        least = min(values[n] for n in found)
        assert all(n in found for n, v in enumerate(values) if v > least)


def test_a_topic_ends_where_similarity_dips() -> None:
    """Two topics of five turns are cut between them; a pause cuts, too."""
    vectors = _unit([[1, 0.02 * n] for n in range(5)] + [[0.02 * n, 1] for n in range(5)])
    assert boundaries(vectors) == (5,)
    instants: list[datetime | None] = [NOW + timedelta(minutes=n) for n in range(10)]
    instants[8:] = [NOW + timedelta(hours=2), None]
    spans = segments(vectors, instants)
    assert [(s.start, s.end, s.why) for s in spans] == [(0, 5, "start"), (5, 8, "topic"), (8, 10, "gap")]


@given(st.integers(0, 40), st.integers(0, 2**31))
def test_every_turn_is_in_exactly_one_segment(n: int, seed: int) -> None:
    """Segments cover a session without gap or overlap, whatever is said."""
    vectors = np.random.default_rng(seed).normal(size=(n, 4)).astype(np.float32)
    spans = segments(vectors, [None] * n)
    assert [p for s in spans for p in range(s.start, s.end)] == list(range(n))


def test_a_summary_covers_what_was_said() -> None:
    """Of two pairs of sentences alike, two chosen ones are one of each, in the order said."""
    sentences = [Sentence(f"one two three {n}", str(n)) for n in range(4)]
    vectors = _unit([[1, 0], [1, 0.02], [0, 1], [0.02, 1]])
    found = chosen(sentences, vectors, most=2)
    assert [int(s.interaction) // 2 for s in found] == [0, 1]
    assert [s.interaction for s in found] == sorted(s.interaction for s in found)


def test_a_summary_keeps_to_its_length() -> None:
    """No more words than asked for, but always one sentence."""
    sentences = [Sentence("a long sentence of seven words here", "a"), Sentence("short one", "b")]
    found = chosen(sentences, _unit([[1, 0], [0, 1]]), words=3)
    assert len(found) == 1
    assert chosen([], np.zeros((0, 2), dtype=np.float32)) == ()


def test_use_makes_memory_last() -> None:
    """What is recalled more often is retained longer: the published code has it the other way round."""
    then = NOW - timedelta(days=5)
    once = retention(strength=1, last_used=then, now=NOW)
    twice = retention(strength=2, last_used=then, now=NOW)
    assert once < twice < 1


def test_communities_are_what_hangs_together() -> None:
    """Two triangles joined by one weak edge are two communities, the same on every run, loops left out."""
    edges = {(a, b): 2.0 for part in ("abc", "xyz") for a in part for b in part if a < b}
    edges |= {("c", "x"): 0.1, ("a", "a"): 5.0}
    found = communities(edges)
    assert {c.members for c in found} == {("a", "b", "c"), ("x", "y", "z")}
    assert found == communities(dict(reversed(edges.items())))
    assert communities({}) == ()


def test_joined_sentences_end_on_their_own() -> None:
    """Each has one end: its own, also behind a quotation mark, or a full stop in place of a comma or of nothing."""
    said = ["We met", "Really?!", "“It's fine.”", "Well,", "好。", "  ", "—", "Bye 🙂"]
    assert joined(Sentence(t, "i") for t in said) == "We met. Really?! “It's fine.” Well. 好。 Bye 🙂."
    assert joined([]) == ""
