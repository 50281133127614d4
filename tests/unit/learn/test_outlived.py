"""What was right once: examples from before a lesson was retired."""

from datetime import timedelta
from typing import Literal

from graphmem.learn.neighbours import Near
from graphmem.learn.nouns import Feature, Insight, Origin, PastQuery, Support
from graphmem.learn.outlived import outlived, outlived_in
from graphmem.learn.rows import insight_node, support_links
from graphmem.read.learnt import Learnt
from graphmem.rows import Changes
from tests.conftest import WHEN


def _near(hours: int) -> Near:
    closed = PastQuery(id=f"q{hours}", text="book", open=False, closed_at=WHEN + timedelta(hours=hours))
    return Near(closed, 0.9, 0, 0.8)


def _lesson(
    tool: str,
    *,
    retired: int | None,
    own: float = 0.0,
    polarity: Literal[1, -1] = 1,
    origin: Origin = "contrast",
    supports: str = "q1",
) -> Insight:
    return Insight(
        id=f"{tool} {retired} {own} {polarity} {origin} {supports}",
        text=f"use {tool}",
        origin=origin,
        feature=Feature("tool", tool),
        polarity=polarity,
        supports=(Support(supports),),
        evidence={"own": own},
        created_at=WHEN,
        retired_at=None if retired is None else WHEN + timedelta(hours=retired),
    )


def _learnt(*lessons: Insight) -> Learnt:
    learnt = Learnt()
    links = [link for one in lessons for link in support_links(one)]
    learnt.apply(Changes(seq=1, nodes=[insight_node(one, vector=None) for one in lessons], links=links))
    return learnt


def test_examples_older_than_the_end_of_a_lesson_are_outlived() -> None:
    """A success from before its tool's lesson was retired says nothing of that tool; a later one does."""
    tools = outlived(_learnt(_lesson("web", retired=5), _lesson("web", retired=9)), [_near(1)])
    assert tools == {"web": WHEN + timedelta(hours=9)}
    assert outlived_in(_near(8), tools) == {"web"}
    assert outlived_in(_near(10), tools) == frozenset()


def test_what_stands_again_is_not_outlived() -> None:
    """A tool that a standing lesson advises is shown, whatever became of an earlier lesson on it."""
    assert outlived(_learnt(_lesson("web", retired=5), _lesson("web", retired=None)), [_near(1)]) == {}


def test_what_parties_do_their_own_way_is_not_outlived() -> None:
    """Not outlived: what turned out to hang on the party, warnings, what nobody counted, and lessons from elsewhere."""
    others = [
        _lesson("portal", retired=5, own=0.9),
        _lesson("phone", retired=5, polarity=-1),
        _lesson("fax", retired=5, origin="asserted"),
        _lesson("email", retired=5, supports="q7"),
    ]
    assert outlived(_learnt(*others), [_near(1)]) == {}
