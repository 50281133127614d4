"""What closing a query changes: links to similar ones, credit for what was used, insights drawn, revised or retired.

Pure: the query with its steps and what is known go in, rows to write come out. G-Memory's hierarchy update (arXiv
2506.07398, equations 9 to 11) without a language model and without its code's losses: credit follows the outcome, what
proves wrong is retired and kept, and nothing is rewritten.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from graphmem.identity import derive_id
from graphmem.learn.advice import insight, names_in
from graphmem.learn.beliefs import Beliefs, Tried, beliefs
from graphmem.learn.chances import evidence
from graphmem.learn.neighbours import near_queries, similar_links
from graphmem.learn.nouns import Feature, Insight, Outcome, PastQuery, Support
from graphmem.learn.options import LearningOptions
from graphmem.learn.regularities import LEAST_AGAINST, LEAST_FOR, LEAST_SAID, MOST_OWN, Contrast, contrasts, sentence
from graphmem.learn.rows import scored, support_links
from graphmem.read.learnt import Learnt
from graphmem.rows import Link

__all__ = ["Closing", "Evolution", "evolve"]

#: A lesson is retired when belief in it has fallen below this share of what it took to conclude it.
FADED = 0.5
#: ... and written anew when belief has moved so far.
MOVED = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A query being closed.

    Args:
        query: with its outcome.
        vector: d float32, unit length.
        features: what its steps have.
        told: features whose own step was rewarded or punished.
        used: ids of insights that it leaned on.
        origin: the namespace's, which ids derive from.
        now: the moment of closing.
    """

    query: PastQuery
    vector: npt.NDArray[np.float32]
    features: frozenset[Feature]
    told: Mapping[Feature, bool]
    used: Sequence[str]
    origin: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evolution:
    """What is to be written: insights that are new or changed, links that are new."""

    insights: tuple[Insight, ...] = ()
    links: tuple[Link, ...] = ()


def evolve(closing: Closing, learnt: Learnt, *, options: LearningOptions) -> Evolution:
    """Return what closing the query changes; without an outcome, only its links to similar queries.

    Args:
        closing: the query.
        learnt: what the namespace knows; the query itself may be in it, still open.
        options: thresholds and credit.
    """
    query = closing.query
    similar = similar_links(closing.vector, learnt, options=options, of=query.id)
    links = [
        Link(type="SIMILAR_TO", source=query.id, target=id_, attributes={"score": cosine})
        for id_, cosine in similar.items()
    ]
    if query.outcome is None:
        return Evolution(links=tuple(links))
    tried = _evidence(closing, learnt, options) if options.contrast else []
    held = beliefs(tried, change=options.change)
    changed = _credited(closing, learnt, query.outcome, held, options)
    drawn = _drawn(closing, learnt, tried, held) if options.contrast else {}
    for id_, one in drawn.items():
        changed[id_] = _joint(one, changed.get(id_))
    new = [i for i in drawn if i not in learnt.nodes]
    links += [
        Link(type="CONTEXTUALISES", source=used, target=one, key=query.id)
        for used in closing.used
        for one in new
        if used != one
    ]
    links += _replacements(drawn, learnt)
    links += [link for one in changed.values() for link in support_links(one)]
    return Evolution(insights=tuple(changed[i] for i in sorted(changed)), links=tuple(links))


# --- credit ---------------------------------------------------------------------------------------------------------


def _credited(
    closing: Closing, learnt: Learnt, outcome: Outcome, held: Beliefs, options: LearningOptions
) -> dict[str, Insight]:
    """Return the insights that were used, with their credit moved and the query among their support.

    What advises a tool that is believed right is not to blame for a failure: it loses only its share.
    """
    found: dict[str, Insight] = {}
    for id_ in dict.fromkeys(closing.used):
        node = learnt.nodes.get(id_)
        if node is None or node.label != "Insight":
            continue
        known = insight(learnt, id_)
        change = options.reward if outcome == "success" else options.penalty * _blame(known, held)
        one = scored(known, change=change, most=options.most_credit, now=closing.now)
        found[id_] = replace(one, supports=_joined(one.supports, _support(known, closing, outcome, held)))
    return found


def _joint(drawn: Insight, credited: Insight | None) -> Insight:
    """Return an insight as its evidence and its credit leave it: either may retire it."""
    if credited is None:
        return drawn
    supports = _joined(credited.supports, drawn.supports)
    retired = credited.retired_at or drawn.retired_at
    return replace(drawn, score=credited.score, retired_at=retired, supports=supports)


def _blame(one: Insight, held: Beliefs) -> float:
    """Return the share of a failure that is put down to an insight's advice: all of it where nothing is believed."""
    belief = held.of.get(one.feature) if one.feature is not None else None
    if belief is None:
        return 1.0
    return 1 - belief.right if one.polarity > 0 else belief.right


def _support(one: Insight, closing: Closing, outcome: Outcome, held: Beliefs) -> list[Support]:
    """Return what the query says of an insight it used, by its outcome where nothing is believed; often nothing."""
    belief = held.of.get(one.feature) if one.feature is not None else None
    if belief is None or closing.query.id not in belief.said:
        return [Support(closing.query.id, 1 if outcome == "success" else -1)]
    said = belief.said[closing.query.id] * one.polarity
    return [] if abs(said) < LEAST_SAID else [Support(closing.query.id, 1 if said > 0 else -1)]


def _joined(supports: Iterable[Support], more: Iterable[Support]) -> tuple[Support, ...]:
    known = {s.id: s for s in (*supports, *more)}
    return tuple(known[i] for i in sorted(known))


# --- regularities ---------------------------------------------------------------------------------------------------


def _evidence(closing: Closing, learnt: Learnt, options: LearningOptions) -> list[Tried]:
    """Return the query and those near it, as evidence."""
    near = near_queries(closing.vector, learnt, options=options, leave_out=closing.query.id)
    tried = evidence(near, learnt)
    if closing.query.outcome is None:
        return tried
    about = names_in(closing.query.text)
    own = Tried(
        closing.query.id,
        closing.features,
        closing.query.outcome,
        told=closing.told,
        about=about,
        at=closing.now,
    )
    return [*tried, own]


def _drawn(closing: Closing, learnt: Learnt, tried: Sequence[Tried], held: Beliefs) -> dict[str, Insight]:
    """Return the insights that the outcomes near this query bring, revise or retire, by id."""
    near_by = _known_near(learnt, {t.query for t in tried})
    known = [one for one in near_by if one.retired_at is None]
    found = contrasts(tried, believed=held, since=_retirements(near_by))
    concluded = {(c.feature, c.polarity) for c in found}
    changed: dict[str, Insight] = {}
    for one in known:
        if one.feature is None or (one.feature, one.polarity) in concluded:
            continue
        if _disproved(one, one.feature, tried, held, concluded):
            changed[one.id] = replace(one, retired_at=closing.now, evidence=_at_last(one, held))
        elif one.feature in held.of:
            strength = abs(held.strength(one.feature))
            if abs(strength - one.evidence.get("strength", 1.0)) >= MOVED:
                changed[one.id] = replace(one, evidence={**one.evidence, "strength": round(strength, 2)})
    for contrast in found:
        one = _revised(contrast, known, closing)
        changed[one.id] = one
    return changed


def _at_last(one: Insight, held: Beliefs) -> dict[str, float]:
    """Return a lesson's evidence as it retires: `own`, the chance that what is right depends on the party, says why."""
    belief = held.of.get(one.feature) if one.feature is not None else None
    return {**one.evidence} if belief is None else {**one.evidence, "own": round(belief.own, 2)}


def _known_near(learnt: Learnt, local: set[str]) -> list[Insight]:
    """Return the contrast insights that queries here speak for or against, retired ones included, by id."""
    ids = {link.source for query in local for link in learnt.into(query, "SUPPORTED_BY")}
    return [one for one in (insight(learnt, i) for i in sorted(ids)) if one.origin == "contrast"]


def _retirements(known: Sequence[Insight]) -> dict[tuple[Feature, int], datetime]:
    """Return when a lesson on each feature was last retired."""
    found: dict[tuple[Feature, int], datetime] = {}
    for one in known:
        if one.feature is not None and one.retired_at is not None:
            key = (one.feature, one.polarity)
            found[key] = max(one.retired_at, found.get(key, one.retired_at))
    return found


def _disproved(
    one: Insight,
    feature: Feature,
    tried: Sequence[Tried],
    held: Beliefs,
    concluded: Set[tuple[Feature, int]],
) -> bool:
    """Whether the opposite is concluded, belief has gone, or (an order) those who did so did no better than others."""
    if (feature, -one.polarity) in concluded:
        return True
    if feature in held.of:
        least = LEAST_FOR if one.polarity > 0 else LEAST_AGAINST
        return one.polarity * held.strength(feature) < least * FADED or held.of[feature].own > 1 - MOST_OWN
    having = [t for t in tried if feature in t.features]
    weight = sum(t.weight for t in having)
    if weight < 1:
        return False
    wins = sum(t.weight for t in having if t.good(feature)) / weight
    overall = sum(t.weight for t in tried if t.good(feature)) / sum(t.weight for t in tried)
    return wins <= overall if one.polarity > 0 else wins >= overall


def _revised(contrast: Contrast, known: Sequence[Insight], closing: Closing) -> Insight:
    """Return the insight of a contrast: the one known for it, with its evidence renewed, or a new one."""
    same = next((k for k in known if (k.feature, k.polarity) == (contrast.feature, contrast.polarity)), None)
    supports = [Support(q, 1) for q in contrast.pro] + [Support(q, -1) for q in contrast.contra]
    names = ("with_success", "with_all", "without_success", "without_all")
    evidence = dict(zip(names, map(float, contrast.counts), strict=True)) | {"strength": round(contrast.strength, 2)}
    if same is not None:
        return replace(same, supports=_joined(same.supports, supports), evidence=evidence)
    feature = contrast.feature
    key = (feature.kind, feature.name, feature.value, contrast.polarity, closing.query.id)
    return Insight(
        id=derive_id(closing.origin, "Insight", "contrast", *key),
        text=sentence(contrast, example=closing.query.text),
        origin="contrast",
        feature=feature,
        polarity=contrast.polarity,
        supports=_joined((), supports),
        evidence=evidence,
        created_at=closing.now,
    )


def _replacements(drawn: Mapping[str, Insight], learnt: Learnt) -> list[Link]:
    """Link new insights with the retired ones that said the opposite."""
    retired = [one for one in drawn.values() if one.retired_at is not None]
    fresh = [one for one in drawn.values() if one.id not in learnt.nodes]
    return [
        Link(type="SUPERSEDES", source=new.id, target=old.id)
        for new in fresh
        for old in retired
        if new.feature == old.feature and new.polarity == -old.polarity
    ]
