"""Signals from the words of turns; the arithmetic is in `graphmem.read.bm25`."""

from graphmem.read.columns import Floats
from graphmem.read.scene import TurnPool

__all__ = ["words_context", "words_own", "words_session"]


def words_own(pool: TurnPool) -> Floats:
    """BM25 (k1 1.2, b .3) of the question's words in the turn, its speaker's name and its date."""
    return pool.gather(lambda scene: scene.words.own[scene.place])


def words_context(pool: TurnPool) -> Floats:
    """BM25 (k1 1.2, b .3) of the question's words in the turn and, at falling weight, in those up to four away."""
    return pool.gather(lambda scene: scene.words.context[scene.place])


def words_session(pool: TurnPool) -> Floats:
    """BM25 (k1 1.5, b .75) of the question's words in the turn's session, all roles."""
    return pool.gather(lambda scene: scene.words.session[scene.place])
