"""Signals from who speaks."""

import numpy as np

from graphmem.read.columns import Flags, Floats
from graphmem.read.rows import NONE
from graphmem.read.scene import TurnPool

__all__ = ["other_speaker", "speaker"]


def _named(pool: TurnPool) -> Flags:
    """Per candidate, whether the question names its speaker."""
    told: list[Flags] = []
    for part in pool.parts:
        named = np.append(part.scene.named, False)  # the last is for rows where nobody is named
        told.append(named[part.scene.rows.speaker.view[part.rows]])
    return np.concatenate(told)


def speaker(pool: TurnPool) -> Floats:
    """1 where the question names the turn's speaker by full or first name, else 0."""
    return _named(pool).astype(np.float32)


def other_speaker(pool: TurnPool) -> Floats:
    """1 where the question names somebody who speaks here, but not the turn's speaker; else 0."""
    anybody = any(bool(part.scene.named.any()) for part in pool.parts)
    named = _named(pool)
    spoken = pool.gather(lambda scene: scene.rows.speaker.view) != NONE
    others: Flags = spoken & ~named
    return np.where(anybody, others, False).astype(np.float32)
