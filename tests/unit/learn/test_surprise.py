"""What surprises after what was said last: new directions, new words; what is usual doesn't, nor what is unknown."""

import numpy as np

from graphmem.learn.segments import Weights, boundaries, segments
from graphmem.learn.surprise import excess, of_vectors, of_words

GARDEN = ["tomatoes", "garden", "seeds", "soil"]
TRAINS = ["trains", "station", "ticket", "platform"]


def _talk() -> tuple[np.ndarray, list[list[str]]]:
    """Ten turns about a garden, then ten about trains: words in turn, vectors with a little noise."""
    noise = np.random.default_rng(7).normal(scale=0.1, size=(20, 8))
    vectors = noise + np.repeat(np.eye(8)[:2], 10, axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    said = [[words[n % 4], words[(n + 1) % 4]] for words in (GARDEN, TRAINS) for n in range(10)]
    return vectors.astype(np.float32), said


def test_a_new_topic_surprises_by_vectors_and_by_words() -> None:
    """The first turn of the new topic surprises most either way, and stands out from what was usual before."""
    vectors, said = _talk()
    for values in (of_vectors(vectors), of_words(said)):
        assert np.isnan(values[0])
        assert int(np.nanargmax(values[4:])) + 4 == 10
        exceeding = excess(values)
        assert exceeding[10] == exceeding.max() > 2
        assert (exceeding >= 0).all()


def test_a_rare_word_is_no_surprise_by_being_rare() -> None:
    """A word said once costs the same under the session as under what was said last, up to smoothing: least of all."""
    said = [[*GARDEN]] * 5 + [["hapax", *GARDEN]] + [["trains"]] + [[*GARDEN]] * 5 + [["trains"]] * 3
    values = of_words(said)
    assert values[6] > values[5] > values[4]


def test_what_is_unknown_surprises_nobody() -> None:
    """Zero vectors, turns without words, one turn, equal turns, none: nan or no excess, never an error."""
    nothing = np.zeros((4, 8), dtype=np.float32)
    assert np.isnan(of_vectors(nothing)).all()
    assert np.isnan(of_words([[], [], ["a"]])[:2]).all()
    for values in (np.full(4, np.nan), np.zeros(0), np.ones(1), np.ones(9)):
        assert not excess(values).any()


def test_segments_are_cut_where_vectors_or_words_change() -> None:
    """Any part of the score finds the change, without vectors words alone do; short talk is one piece."""
    vectors, said = _talk()
    for weights in (None, Weights(vectors=0, words=0), Weights(depth=0, words=0), Weights(depth=0, vectors=0)):
        assert 10 in boundaries(vectors, said=said, weights=weights)
    blind = segments(np.zeros_like(vectors), [None] * 20, said=said)
    assert 10 in {span.start for span in blind}
    assert [s.end - s.start for s in segments(vectors[:5], [None] * 5, said=said[:5])] == [5]
    assert boundaries(np.zeros_like(vectors)) == ()
