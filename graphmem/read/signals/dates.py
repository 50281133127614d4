"""Signals from dates: when a turn was said, against the time that the question asks about. They never filter."""

import numpy as np
import numpy.typing as npt

from graphmem.read.columns import Floats
from graphmem.read.rows import UNKNOWN_TIME, microseconds
from graphmem.read.scene import TurnPool, TurnScene
from graphmem.read.understand import Question
from graphmem.text.time import TimeSpan

__all__ = ["asked_session", "asked_time", "newest", "told_time"]

_DAY = 86_400e6
#: Days outside the time asked for after which what remains of the boost is 1/e; those before it count double, since
#: people tell of what has been.
_FADE_SAID, _FADE_TOLD = 7.0, 2.0
#: Within this many days of each other, two turns are equally new.
_SAME = 1.0

_Times = npt.NDArray[np.float64]


def asked_time(pool: TurnPool) -> Floats:
    """How near the turn was said to the time asked for: 1 inside, e^(-days/7) after it, e^(-2 days/7) before it.

    The best of several times counts; 0 where the question names none, or nobody knows when the turn was said.
    """
    best: Floats = np.zeros(len(pool), dtype=np.float32)
    spans = _spans(pool)
    if not spans:
        return best
    at, known = _said(pool)
    for span in spans:
        late, early = _beyond(at, at, span)
        best = np.maximum(best, np.exp(-(late + 2 * early) / _FADE_SAID).astype(np.float32))
    return np.where(known, best, 0).astype(np.float32)


def told_time(pool: TurnPool) -> Floats:
    """How near a time that the turn's text names is to the time asked for: e^(-days/2), 1 where they overlap."""
    best: Floats = np.zeros(len(pool), dtype=np.float32)
    spans = _spans(pool)
    if not spans:
        return best
    first = pool.gather(lambda scene: scene.index.turns.told_from.view)
    last = pool.gather(lambda scene: scene.index.turns.told_until.view)
    known = first != UNKNOWN_TIME
    for span in spans:
        late, early = _beyond(first.astype(np.float64), last.astype(np.float64) - 1, span)
        best = np.maximum(best, np.exp(-(late + early) / _FADE_TOLD).astype(np.float32))
    return np.where(known, best, 0).astype(np.float32)


def newest(pool: TurnPool) -> Floats:
    """Where the question asks for what holds now or for the last: how new the turn is among the candidates, in [0, 1].

    Where it asks for the first, how old. 0.5 where nobody knows when the turn was said; 0 for other questions.
    """
    question = _question(pool)
    sign = 1 if question.wanted & {"current", "last"} else -1 if "first" in question.wanted else 0
    if not sign:
        return np.zeros(len(pool), dtype=np.float32)
    at, known = _said(pool)
    if not known.any():
        return np.zeros(len(pool), dtype=np.float32)
    low, high = at[known].min(), at[known].max()
    share = (at - low) / max(high - low, _SAME * _DAY)
    return np.where(known, share if sign > 0 else 1 - share, 0.5).astype(np.float32)


def asked_session(pool: TurnPool) -> Floats:
    """1 for the turns of the conversation asked for by its number or its time ("what we said yesterday"), else 0.

    Conversations are numbered by their first turn, within the time asked for where there is one.
    """
    question = _question(pool)
    if question.session is None and not question.talked:
        return np.zeros(len(pool), dtype=np.float32)
    return np.concatenate([_addressed(part.scene)[part.rows] for part in pool.parts])


def _addressed(scene: TurnScene) -> Floats:
    number = scene.question.session
    if number is not None:
        return _numbered(scene, number)
    at = scene.rows.at.view
    inside = np.any([_holds(at, span) for span in scene.question.times], axis=0)
    found: Floats = (scene.mask & (at != UNKNOWN_TIME) & inside).astype(np.float32)
    return found


def _numbered(scene: TurnScene, number: int) -> Floats:
    rows, found = scene.rows, np.zeros(len(scene.mask), dtype=np.float32)
    known = scene.mask & (rows.at.view != UNKNOWN_TIME)
    if not known.any():
        return found
    starts: npt.NDArray[np.int64] = np.full(len(rows.sessions), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(starts, rows.session.view[known], rows.at.view[known])
    inside = starts != np.iinfo(np.int64).max
    spans = scene.question.times
    if spans:
        inside &= np.any([_holds(starts, span) for span in spans], axis=0)
    ordered = np.flatnonzero(inside)[np.argsort(starts[inside], kind="stable")]
    place = number - 1 if number > 0 else len(ordered) + number
    if 0 <= place < len(ordered):
        found[scene.mask & (rows.session.view == ordered[place])] = 1
    return found


def _holds(starts: npt.NDArray[np.int64], span: TimeSpan) -> npt.NDArray[np.bool_]:
    low, high = _bounds(span)
    held: npt.NDArray[np.bool_] = (starts >= low) & (starts < high)
    return held


def _beyond(first: _Times, last: _Times, span: TimeSpan) -> tuple[_Times, _Times]:
    """Return the days from the end of a span to what begins after it, and from what ends before it to its start."""
    low, high = _bounds(span)
    return np.maximum(0, first - high) / _DAY, np.maximum(0, low - last) / _DAY


def _bounds(span: TimeSpan) -> tuple[float, float]:
    low = float(microseconds(span.start)) if span.start is not None else -np.inf
    return low, float(microseconds(span.end)) if span.end is not None else np.inf


def _said(pool: TurnPool) -> tuple[_Times, npt.NDArray[np.bool_]]:
    at = pool.gather(lambda scene: scene.rows.at.view)
    return at.astype(np.float64), at != UNKNOWN_TIME


def _question(pool: TurnPool) -> Question:
    return pool.parts[0].scene.question


def _spans(pool: TurnPool) -> tuple[TimeSpan, ...]:
    return _question(pool).times if pool.parts else ()
