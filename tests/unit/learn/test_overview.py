"""How a namespace's sessions are grouped, and what routes a question by how sure each granularity is."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.learn.overview import MOST, Part, groups
from graphmem.read.channels import entropy_weights

WHEN = datetime(2026, 3, 1, 9, tzinfo=UTC)


def _parts(count: int) -> list[Part]:
    return [Part(f"session {n}", WHEN + timedelta(days=n), f"mark {n}", (f"i{n}",)) for n in range(count)]


@given(st.integers(1, 400))
def test_every_part_is_in_one_group_in_order(count: int) -> None:
    """Groups hold every part once, in order of time, few enough each; the level above is smaller, up to one whole."""
    parts = _parts(count)
    found = list(groups(parts[::-1], origin="ada"))
    assert [p for g in found for p in g.parts] == parts
    assert all(len(g.parts) <= max(MOST, 12) for g in found)
    assert [g.whole for g in found] == ([True] if len(found) == 1 else [False] * len(found))
    assert len(found) < max(2, count)


@pytest.mark.parametrize("place", [0, 57, 199])
def test_news_touches_few_groups(place: int) -> None:
    """A session more or less, wherever it stands in time, leaves all groups but one or two as they were."""
    parts = _parts(200)
    before = {(g.id, g.mark) for g in groups(parts, origin="ada")}
    after = {(g.id, g.mark) for g in groups(parts[:place] + parts[place + 1 :], origin="ada")}
    assert len(before - after) <= 2
    assert len(before) > 8


def test_the_surer_granularity_weighs_more() -> None:
    """A granularity whose cosines stand out outweighs a flat one, however many nodes each has (entropy normalised)."""
    sharp = np.array([0.9, *([0.1] * 300)], dtype=np.float32)
    flat = np.full(5, 0.4, dtype=np.float32)
    one, other = entropy_weights([sharp, flat])
    assert one > other
    assert one + other == pytest.approx(1)
    assert entropy_weights([flat, flat]) == (0.5, 0.5)
    assert entropy_weights([np.zeros(0, dtype=np.float32), sharp]) == (0, 1)
    assert entropy_weights([]) == ()
