"""Which rows a question is asked of, and which of them are worth scoring. Filters act before any cut."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from graphmem.model import RecallOptions
from graphmem.read.columns import Flags, Floats, Ints, at_least
from graphmem.read.rank import TurnRecipe
from graphmem.read.rows import KINDS, NONE, ROLES, UNKNOWN_TIME, Rows, microseconds
from graphmem.read.scene import Part, PassagePool, PassageScene, TurnPool, TurnScene
from graphmem.read.signals import TURN_SIGNALS
from graphmem.read.vectors import ABSENT

__all__ = ["Allowed", "allowed", "best_of", "passage_pool", "turn_pool"]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which rows pass the filters, and how many a time bound left out because nobody knows when they were."""

    mask: Flags
    undated: int


def allowed(rows: Rows, options: RecallOptions, *, upto: int | None = None, hidden: Collection[str] = ()) -> Allowed:
    """Return the rows that pass kinds, roles, session and time bounds; forgotten ones never do.

    Args:
        rows: of one family.
        options: the filters.
        upto: the last arrival that counts; None is all.
        hidden: ids of interactions that later ones revise.
    """
    mask = rows.alive.view.copy()
    if hidden:
        found = [row for row in map(rows.find, hidden) if row != NONE]
        mask[found] = False
    if upto is not None:
        mask &= rows.arrival.view <= upto
    if options.kinds is not None:
        mask &= np.isin(rows.kind.view, [KINDS.index(kind) for kind in options.kinds])
    if options.roles is not None:
        mask &= np.isin(rows.role.view, [ROLES.index(role) for role in options.roles])
    if options.session is not None:
        mask &= rows.session.view == rows.sessions.find(options.session)
    if options.sessions is not None:
        mask &= np.isin(rows.session.view, [rows.sessions.find(session) for session in set(options.sessions)])
    if options.since is None and options.until is None:
        return Allowed(mask, 0)
    at = rows.at.view
    dated = at != UNKNOWN_TIME
    undated = int(np.count_nonzero(mask & ~dated))
    mask &= dated
    if options.since is not None:
        mask &= at >= microseconds(options.since)
    if options.until is not None:
        mask &= at < microseconds(options.until)
    return Allowed(mask, undated)


def best_of(values: Floats, *, top: int) -> Ints:
    """Return the places of the `top` greatest values, greatest first, ties by place; absent ones are left out."""
    bound = at_least(values, top=top)
    known = np.flatnonzero(values >= bound if bound != ABSENT else values != ABSENT)
    return known[np.lexsort((known, -values[known]))][:top].astype(np.int32)


def turn_pool(scenes: Sequence[TurnScene], recipe: TurnRecipe, *, top_k: int, also: Collection[str] = ()) -> TurnPool:
    """Return the turns worth scoring: the best by each of the recipe's signals and what stands around them, or all.

    Turns of the ids in `also` are among them where they pass the filters.
    """
    return TurnPool(tuple(Part(scene, _chosen(scene, recipe, top_k=top_k, also=also)) for scene in scenes))


def _chosen(scene: TurnScene, recipe: TurnRecipe, *, top_k: int, also: Collection[str]) -> Ints:
    everything = np.flatnonzero(scene.mask).astype(np.int32)
    if len(everything) <= recipe.whole_below:
        return everything
    whole = TurnPool((Part(scene, everything),))
    chosen: Flags = np.zeros(len(scene.mask), dtype=np.bool_)
    for signal, count in recipe.candidates.items():
        top = max(count, top_k)
        leaders = scene.leaders(top=top) if signal == "dense_context" else None
        rows = everything if leaders is None else leaders
        values = TURN_SIGNALS[signal].function(whole if leaders is None else TurnPool((Part(scene, rows),)))
        said = np.where(values == 0, ABSENT, values)  # no word in common is no reason to be a candidate
        chosen[rows[best_of(said, top=top)]] = True
    near = scene.rows.neighbours.view[chosen, : 2 * recipe.around]
    chosen[near[near != NONE]] = True
    chosen[[row for row in map(scene.rows.find, also) if row != NONE]] = True
    return np.flatnonzero(chosen & scene.mask).astype(np.int32)


def passage_pool(scenes: Sequence[PassageScene]) -> PassagePool:
    """Return all passages that pass the filters: scoring them costs less than choosing."""
    return PassagePool(tuple(Part(scene, np.flatnonzero(scene.mask).astype(np.int32)) for scene in scenes))
