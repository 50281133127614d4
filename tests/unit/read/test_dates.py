"""Signals from dates: they lift what was said, or told, of the time asked for, and leave other questions alone."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from graphmem.model import Interaction
from graphmem.read.index import Index
from graphmem.read.scene import Part, TurnPool, TurnScene
from graphmem.read.signals import TURN_SIGNALS
from graphmem.read.understand import understand
from tests.unit.read.material import NAMESPACE, store_of

#: A Wednesday.
NOW = datetime(2023, 7, 19, 12, tzinfo=UTC)
#: Session, days before the question, hour, text.
_SAID = (
    ("june", 40, 9, "I had a long bath."),
    ("weekend", 3, 9, "We baked bread on the balcony."),
    ("tuesday-1", 1, 8, "Coffee is ready."),
    ("tuesday-2", 1, 11, "I sold the piano."),
    ("tuesday-3", 1, 15, "The roof leaks."),
    ("today", 0, 9, "I broke my arm last June, you know."),
)


@pytest.fixture(scope="module")
def ask():
    """Ask a question of the turns above: the values of a signal by session."""
    start = NOW.replace(hour=0)
    turns = [
        Interaction(id=session, session=session, kind="message", text=text, at=start - timedelta(days=ago, hours=-hour))
        for session, ago, hour, text in _SAID
    ]
    undated = Interaction(id="undated", session="undated", kind="message", text="Nobody knows when.")
    index = Index.open(store_of([*turns, undated]), NAMESPACE, snapshot=None)
    rows = index.turns.rows

    def values(signal: str, text: str) -> dict[str, float]:
        scene = TurnScene(index, understand(text, now=NOW), vector=None, mask=rows.alive.view)
        found = TURN_SIGNALS[signal].function(TurnPool((Part(scene, np.arange(len(rows), dtype=np.int32)),)))
        return dict(zip(rows.ids, map(float, found), strict=True))

    return values


def test_turns_of_the_time_asked_for_are_lifted(ask):
    """1 within it; e^(-days/7) after it and e^(-2 days/7) before it: people tell of what has been."""
    found = ask("asked_time", "What did we bake last weekend?")
    assert found["weekend"] == 1
    assert found["tuesday-1"] == pytest.approx(np.exp(-(1 + 8 / 24) / 7), abs=1e-4)
    assert found["today"] < found["tuesday-1"] < 1
    assert found["june"] == pytest.approx(np.exp(-2 * (33 + 15 / 24) / 7), abs=1e-4)
    assert found["undated"] == 0


def test_turns_that_tell_of_the_time_asked_for_are_lifted(ask):
    """What was said today of last June is about last June."""
    found = ask("told_time", "What happened in June 2023?")
    assert found["today"] == 1
    assert found["june"] == 0


def test_the_newest_counts_where_what_holds_now_is_asked_for(ask):
    """From 0 for the oldest to 1 for the newest, turned round for the first; undated turns are in between."""
    now, first = ask("newest", "Where does she currently live?"), ask("newest", "What was the first thing she said?")
    assert (now["june"], now["today"], now["undated"]) == (0, 1, 0.5)
    assert (first["june"], first["today"]) == (1, 0)


def test_a_conversation_is_found_by_its_number(ask):
    """The third conversation on Tuesday; the first of all; the last of all."""
    assert _marked(ask("asked_session", "What about the third conversation on Tuesday?")) == {"tuesday-3"}
    assert _marked(ask("asked_session", "What was our first conversation about?")) == {"june"}
    assert _marked(ask("asked_session", "What was our last chat about?")) == {"today"}
    assert _marked(ask("asked_session", "What about the fourth conversation on Tuesday?")) == set()


def _marked(found: dict[str, float]) -> set[str]:
    return {id_ for id_, value in found.items() if value}


@pytest.mark.parametrize("signal", ["asked_time", "told_time", "newest", "asked_session"])
def test_questions_without_a_time_are_left_alone(ask, signal):
    """A question that asks for no time has no signal from dates at all."""
    assert set(ask(signal, "Who sold the piano?").values()) == {0}
