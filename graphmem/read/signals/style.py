"""Signals from how a turn is said and where it stands. Figures: docs/ranking.md."""

import numpy as np

from graphmem.read.columns import Floats
from graphmem.read.rows import NONE
from graphmem.read.scene import TurnPool

__all__ = [
    "answers_question",
    "first_person",
    "first_person_past",
    "proper_names",
    "session_position",
    "turn_length",
    "when_length",
    "when_time",
]

_MOST_TIME_WORDS = 2
_MOST_PROPER_NAMES = 3
_MOST_FIRST_PERSON = 3


def answers_question(pool: TurnPool) -> Floats:
    """BM25 + cosine (each in [0, 1]) of the turn before, if somebody else asks something there; else 0."""
    before = pool.previous
    speaker = pool.gather(lambda scene: scene.rows.speaker.view)
    role = pool.gather(lambda scene: scene.rows.role.view)
    asks = pool.gather(lambda scene: scene.index.turns.asks.view)
    other = (speaker[before] != speaker) | (role[before] != role)
    return np.where((before != NONE) & asks[before] & other, pool.own[before], 0).astype(np.float32)


def when_time(pool: TurnPool) -> Floats:
    """Words of time in the turn, at most 2, where the question asks for a time; else 0."""
    times = pool.gather(lambda scene: scene.index.turns.times.view)
    when = any(part.scene.question.when for part in pool.parts)
    return np.where(when, np.minimum(times, _MOST_TIME_WORDS), 0).astype(np.float32)


def proper_names(pool: TurnPool) -> Floats:
    """Capitalised words inside the turn's sentences, at most 3."""
    found = pool.gather(lambda scene: scene.index.turns.proper.view)
    return np.minimum(found, _MOST_PROPER_NAMES).astype(np.float32)


def first_person_past(pool: TurnPool) -> Floats:
    """ln(1 + first-person past and have phrases, "I've", "I'm", "my")."""
    return np.log1p(pool.gather(lambda scene: scene.index.turns.past.view).astype(np.float32))


def first_person(pool: TurnPool) -> Floats:
    """First-person words of the turn (I, my, we, ...), at most 3."""
    found = pool.gather(lambda scene: scene.index.turns.selves.view)
    return np.minimum(found, _MOST_FIRST_PERSON).astype(np.float32)


def session_position(pool: TurnPool) -> Floats:
    """1 / (1 + i/2), i = how many turns stand before this one in its session."""
    place = pool.gather(lambda scene: scene.rows.position.view).astype(np.float32)
    return (1 / (1 + place / 2)).astype(np.float32)


def turn_length(pool: TurnPool) -> Floats:
    """ln(1 + index terms of the turn)."""
    return np.log1p(pool.gather(lambda scene: scene.index.turns.words.lengths))


def when_length(pool: TurnPool) -> Floats:
    """ln(1 + index terms of the turn) where the question asks for a time, else 0."""
    when = any(part.scene.question.when for part in pool.parts)
    return turn_length(pool) if when else np.zeros(len(pool), dtype=np.float32)
