"""What consolidation knows, as channels of recall: additive, over the best hits, each with a weight that was measured.

All are off: what they are worth is measured (docs/learning.md has the figures). A weight above 0 adds weight * value to
the score of each of the `POOL` best interactions, values moved to [0, 1] over these; nothing is left out by a channel.
Communities also search: what states facts within those that a question is routed through is scored beside the best.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from graphmem.arguments import checked_fields
from graphmem.learn.retention import retention
from graphmem.learn.uses import uses_of
from graphmem.model import Hit, Why
from graphmem.ports import Store
from graphmem.read.columns import Floats
from graphmem.read.index import Index
from graphmem.read.learnt import Learnt
from graphmem.read.recollection import Recollection
from graphmem.read.rows import NONE
from graphmem.read.scene import unit
from graphmem.read.vectors import ABSENT

__all__ = ["POOL", "ROUTED", "Channels", "entropy_weights", "rescored", "routed"]

#: Hits that are scored again, at least.
POOL = 100
#: Temperature of the softmax over a granularity's cosines: MemGAS' (arXiv 2505.19549).
TEMPERATURE = 0.2
#: Hits that others may be associated with, and communities a question is routed through.
SEEDS, ROUTES = 15, 5
#: Interactions that communities bring beside the best, at most, and facts that are looked through for them.
ROUTED, FACTS = 50, 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """Weights of the channels, 0 is off.

    Args:
        router: cosines of the turn, its segment and its session, each weighed by how sure its granularity is: one less
            the entropy of its softmax, normalised (MemGAS' rule as meant; its code inverts it).
        association: how much of the leading hits' scores links of notes bring (a step of `consolidate` of its own).
        communities: cosine of the closest community that an entity of the hit belongs to, of the best `ROUTES`; up to
            `ROUTED` interactions that state facts within these become candidates.
        retention: how well it is retained, R.
    """

    router: float = 0.0
    association: float = 0.0
    communities: float = 0.0
    retention: float = 0.0

    def __post_init__(self) -> None:
        checked_fields(self)

    @property
    def any(self) -> bool:
        """Whether any is on."""
        return any(getattr(self, f.name) for f in fields(self))


def entropy_weights(cosines: Sequence[npt.NDArray[np.float32]]) -> tuple[float, ...]:
    """Return the weights of granularities, which sum to 1: the surer, the more; equal where none is sure.

    Args:
        cosines: of each granularity's nodes with the question; one without nodes weighs 0.

    >>> sure, unsure = np.array([0.9, 0, 0, 0], dtype=np.float32), np.zeros(4, dtype=np.float32)
    >>> [round(w, 2) for w in entropy_weights([sure, unsure])]
    [1.0, 0.0]
    """
    sure = []
    for values in cosines:
        if not len(values):
            sure.append(0.0)
            continue
        shares = np.exp((values - values.max()) / TEMPERATURE, dtype=np.float64)
        shares /= shares.sum()
        entropy = float(-(shares * np.log(np.maximum(shares, 1e-300))).sum())
        sure.append(1.0 if len(values) == 1 else max(0.0, 1 - entropy / float(np.log(len(values)))))
    total = sum(sure)
    having = [bool(len(v)) for v in cosines]
    return tuple(s / total if total > 1e-9 else h / max(1, sum(having)) for s, h in zip(sure, having, strict=True))


def rescored(
    found: Recollection, channels: Channels, *, index: Index, store: Store, vector: Floats, now: datetime, top_k: int
) -> Recollection:
    """Return the recollection with its interactions in the order of score and channels, `top_k` of them.

    Args:
        found: deeper than `top_k`; hits of other types are left as they are.
        channels: the weights.
        index: of the namespace.
        store: where mentions are.
        vector: the question's, unit length.
        now: when it is asked.
        top_k: places.
    """
    hits = [h for h in found.hits if h.interaction is not None]
    if not hits:
        return found
    values = _values(channels, hits, index, store, vector, now)
    weights = {f"channel_{name}": float(getattr(channels, name)) for name in values}
    columns = {f"channel_{name}": unit(value) for name, value in values.items()}
    moved = [
        _moved(hit, {part: float(column[n]) for part, column in columns.items()}, weights) for n, hit in enumerate(hits)
    ]
    ranked = iter(sorted(moved, key=lambda h: -h.score)[:top_k])
    left = Counter(dict.fromkeys((h.type for h in found.hits), top_k))
    placed: list[Hit] = []
    for hit in found.hits:
        left[hit.type] -= 1
        if left[hit.type] >= 0:
            placed.append(next(ranked) if hit.interaction is not None else hit)
    return replace(found, hits=tuple(placed))


def _moved(hit: Hit, values: Mapping[str, float], weights: Mapping[str, float]) -> Hit:
    parts = {part: weights[part] * value for part, value in values.items()}
    why = Why(
        parts={**hit.why.parts, **parts},
        values={**hit.why.values, **values},
        path=hit.why.path,
        ranking=hit.why.ranking,
    )
    return replace(hit, score=hit.score + sum(parts.values()), why=why)


def _values(
    channels: Channels, hits: Sequence[Hit], index: Index, store: Store, vector: Floats, now: datetime
) -> dict[str, Floats]:
    """Return m float32 of each channel that is on, by its name."""
    found: dict[str, Floats] = {}
    if channels.router:
        found["router"] = _routed(hits, index, vector)
    if channels.association:
        found["association"] = _associated(hits, index)
    if channels.communities:
        found["communities"] = _through_communities(hits, index, store, vector)
    if channels.retention:
        found["retention"] = _kept(hits, index, now)
    return found


# --- the channels ---------------------------------------------------------------------------------------------------


def _routed(hits: Sequence[Hit], index: Index, vector: Floats) -> Floats:
    learnt, rows = index.learnt, index.turns.rows
    cosines, present = index.turns.vectors.cosines(vector)
    of_nodes = learnt.cosines("Segment", vector)
    nodes = [n for n in learnt.of("Segment") if n.expired_at is None and n.id in of_nodes]
    levels = {level: [n for n in nodes if n.attributes.get("level") == level] for level in ("segment", "session")}
    by_level = [np.array([of_nodes[n.id] for n in levels[level]], dtype=np.float32) for level in levels]
    own, segment, session = entropy_weights([cosines[present], *by_level])
    whole = {str(n.attributes["session"]): of_nodes[n.id] for n in levels["session"]}
    starts: dict[str, list[tuple[int, float]]] = {}
    for node in levels["segment"]:
        first = rows.find(str(node.attributes["first"]))
        if first != NONE:
            name = str(node.attributes["session"])
            starts.setdefault(name, []).append((int(rows.position.view[first]), of_nodes[node.id]))
    values = []
    for hit in hits:
        row = rows.find(hit.id)
        if row == NONE or hit.interaction is None:
            values.append(float(ABSENT))
            continue
        place, name = int(rows.position.view[row]), hit.interaction.session
        before = [s for s in starts.get(name, ()) if s[0] <= place]
        near = max(before)[1] if before else 0.0
        values.append(own * float(cosines[row]) + segment * near + session * whole.get(name, 0.0))
    return np.array(values, dtype=np.float32)


def _associated(hits: Sequence[Hit], index: Index) -> Floats:
    """Return what each hit gets from leading ones along RELATED_TO, either way: score in [0, 1] * cosine, the best."""
    learnt = index.learnt
    leading = unit(np.array([h.score for h in hits], dtype=np.float32))[:SEEDS]
    places = {h.id: n for n, h in enumerate(hits)}
    values: Floats = np.zeros(len(hits), dtype=np.float32)
    for n, hit in enumerate(hits):
        for note in learnt.into(hit.id, "DESCRIBES"):
            for link in learnt.out(note.source, "RELATED_TO"):
                told = link.attributes.get("score")
                near = float(told) if isinstance(told, int | float) else 0.0
                other = places.get(link.target)
                if other is None:
                    continue
                if other < SEEDS:
                    values[n] = max(values[n], leading[other] * near)
                if n < SEEDS:
                    values[other] = max(values[other], leading[n] * near)
    return values


def routed(channels: Channels, *, index: Index, store: Store, vector: Floats) -> frozenset[str]:
    """Return ids of interactions that communities bring as candidates: those nearest to the question, `ROUTED` at most.

    They state a fact between two members of a community that the question is routed through.

    Args:
        channels: the weights; nothing is brought where `communities` is 0.
        index: of the namespace.
        store: where facts are.
        vector: the question's, unit length.
    """
    if not channels.communities:
        return frozenset()
    inside = [{k.source for k in index.learnt.into(home, "IN_COMMUNITY")} for home in _routes(index.learnt, vector)]
    about = sorted(set().union(*inside))
    facts = store.facts(index.namespace, about=about, top_k=FACTS) if about else []
    stated = [f for f in facts if any({f.subject_id, f.object_id} <= members for members in inside)]
    sources = list(dict.fromkeys(source for f in stated for source in f.sources))
    near: dict[str, float] = {}
    for family in (index.turns, index.passages):
        slots = family.vectors.slot.view
        rows = {i: row for i in sources if (row := family.rows.find(i)) != NONE and slots[row] != NONE}
        cosines = family.vectors.cosines_of(np.array(list(rows.values()), dtype=np.int32), vector)
        near |= dict(zip(rows, cosines.tolist(), strict=True))
    return frozenset(sorted(near, key=lambda i: (-near[i], i))[:ROUTED])


def _routes(learnt: Learnt, vector: Floats) -> dict[str, float]:
    """Return the communities that a question is routed through, closest first, with their cosines, which are > 0."""
    known = learnt.cosines("Community", vector)
    near = {i: c for i, c in known.items() if c > 0 and learnt.nodes[i].expired_at is None}
    return dict(sorted(near.items(), key=lambda p: (-p[1], p[0]))[:ROUTES])


def _through_communities(hits: Sequence[Hit], index: Index, store: Store, vector: Floats) -> Floats:
    best = _routes(index.learnt, vector)
    homes: dict[str, list[str]] = {}
    for home in best:
        for link in index.learnt.into(home, "IN_COMMUNITY"):
            homes.setdefault(link.source, []).append(home)
    values = dict.fromkeys((h.id for h in hits), 0.0)
    for mention in store.mentions(index.namespace, list(values)):
        near = max((best[home] for home in homes.get(mention.entity, ())), default=0.0)
        values[mention.interaction] = max(values[mention.interaction], near)
    return np.array(list(values.values()), dtype=np.float32)


def _kept(hits: Sequence[Hit], index: Index, now: datetime) -> Floats:
    values = []
    for hit in hits:
        uses = uses_of(index.learnt, hit.id)
        last = max((i for i in (hit.at, uses.last) if i is not None), default=None)
        values.append(0.0 if last is None else retention(strength=1 + uses.count, last_used=last, now=now))
    return np.array(values, dtype=np.float32)
