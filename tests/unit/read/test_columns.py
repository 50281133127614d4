import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graphmem.read.candidates import best_of
from graphmem.read.columns import at_least
from graphmem.read.vectors import ABSENT


def worst(values, *, top):
    """What a full sort says."""
    known = [place for place in range(len(values)) if values[place] != ABSENT]
    return sorted(known, key=lambda place: (-values[place], place))[:top]


@given(size=st.integers(0, 1_000), top=st.integers(1, 30), kinds=st.integers(1, 500), seed=st.integers(0, 99))
def test_the_best_are_those_of_a_full_sort(size, top, kinds, seed):
    """However many there are, equal or absent, the greatest come first and ties go by place."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, kinds, size).astype(np.float32)
    values[rng.random(size) < 0.2] = ABSENT
    assert best_of(values, top=top).tolist() == worst(values, top=top)


def test_few_more_than_the_best_are_left_to_sort():
    """The bound lets the best through and keeps nearly all others out."""
    values = np.random.default_rng(0).random(100_000).astype(np.float32)
    passed = int(np.count_nonzero(values >= at_least(values, top=50)))
    assert 50 <= passed < 100
