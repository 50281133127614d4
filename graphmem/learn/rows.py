"""Learnt nodes as a store keeps them, and as people read them. Pure: values in, values out."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from graphmem.learn.nouns import Feature, Insight, Origin, Outcome, PastQuery, Step, Support
from graphmem.model import Interaction
from graphmem.rows import Attribute, Link, Node, Vectors

__all__ = [
    "NAME_LENGTH",
    "caption",
    "features_in",
    "in_order",
    "insight_node",
    "insight_of",
    "query_node",
    "query_of",
    "scored",
    "step_link",
    "step_of",
    "support_links",
]

#: Captions in Neo4j Browser are cut here.
NAME_LENGTH = 60


def caption(text: str) -> str:
    """Return the short name of a text: its first line, at most `NAME_LENGTH` characters."""
    line = " ".join(text.split())
    return line if len(line) <= NAME_LENGTH else line[: NAME_LENGTH - 1].rstrip() + "…"


# --- queries --------------------------------------------------------------------------------------------------------


def query_node(
    query: PastQuery,
    *,
    vector: Vectors | None,
    key_steps: Sequence[str] = (),
    features: Iterable[Feature] = (),
    told: Mapping[Feature, bool] | None = None,
) -> Node:
    """Return the node of a query; a closed one keeps the ids of its key steps, and what its steps had and earned."""
    attributes: dict[str, Attribute] = {
        "status": "open" if query.open else "closed",
        "agent": query.agent,
        "task": query.task,
        "outcome": query.outcome,
        "score": query.score,
        "answer": query.answer,
        "closed_at": None if query.closed_at is None else query.closed_at.isoformat(),
        "parent": query.parent,
        "learnt_by": query.learnt_by,
        "degraded": query.degraded,
        "key_steps": tuple(key_steps) or None,
        "features": _listed(features),
        "rewarded": _listed(f for f, good in (told or {}).items() if good),
        "punished": _listed(f for f, good in (told or {}).items() if not good),
    }
    known = {k: v for k, v in attributes.items() if v is not None}
    return Node(
        id=query.id,
        label="Query",
        name=caption(query.text),
        text=query.text,
        attributes=known,
        at=query.at,
        vector=vector,
    )


def query_of(node: Node) -> PastQuery:
    """Return the query that a node holds."""
    told = cast(Mapping[str, Any], node.attributes)
    closed_at = told.get("closed_at")
    return PastQuery(
        id=node.id,
        text=node.text,
        agent=told.get("agent"),
        task=told.get("task"),
        open=told.get("status") != "closed",
        outcome=cast(Outcome | None, told.get("outcome")),
        score=told.get("score"),
        answer=told.get("answer"),
        at=node.at,
        closed_at=None if closed_at is None else datetime.fromisoformat(closed_at),
        parent=told.get("parent"),
        learnt_by=told.get("learnt_by"),
        degraded=told.get("degraded"),
    )


def _listed(features: Iterable[Feature]) -> tuple[str, ...] | None:
    return tuple(sorted(json.dumps([f.kind, f.name, f.value]) for f in features)) or None


def features_in(node: Node, name: str = "features") -> frozenset[Feature]:
    """Return what the steps of a closed query had (`features`), or which of that was `rewarded` or `punished`."""
    told = node.attributes.get(name) or ()
    return frozenset(_feature(str(f)) for f in cast(Sequence[str], told))


@lru_cache(maxsize=10_000)
def _feature(told: str) -> Feature:
    return Feature(*json.loads(told))


# --- steps ----------------------------------------------------------------------------------------------------------


def step_link(query: str, step: Step) -> Link:
    """Return the HAS_STEP link of a step, with what tells steps apart at a glance in the graph."""
    told: dict[str, Attribute] = {"role": step.role, "tool": step.tool, "reward": step.reward}
    return Link(
        type="HAS_STEP", source=query, target=step.id, attributes={k: v for k, v in told.items() if v is not None}
    )


def step_of(interaction: Interaction, *, inspired_by: Sequence[str] = ()) -> Step:
    """Return the step that an interaction of kind `step` is."""
    told = interaction.metadata
    return Step(
        id=interaction.id,
        text=told.get("text", interaction.text),
        role=interaction.speaker,
        tool=told.get("tool"),
        result=told.get("result"),
        reward=told.get("reward"),
        attributes=dict(told.get("attributes", {})),
        inspired_by=tuple(inspired_by),
        at=interaction.at,
    )


def in_order(interactions: Iterable[Interaction]) -> tuple[Step, ...]:
    """Return the steps that interactions are, by instant, then arrival; what inspired them is left out."""
    ordered = sorted(interactions, key=lambda i: (i.at is not None, i.at.timestamp() if i.at else 0.0, i.arrival))
    return tuple(map(step_of, ordered))


# --- insights -------------------------------------------------------------------------------------------------------


def insight_node(insight: Insight, *, vector: Vectors | None) -> Node:
    """Return the node of an insight; its support is links (`support_links`)."""
    feature = insight.feature
    told: dict[str, Attribute] = {"score": insight.score, "origin": insight.origin, "polarity": insight.polarity}
    if feature is not None:
        told |= {"feature_kind": feature.kind, "feature": feature.name, "feature_value": feature.value}
    if insight.evidence:
        told["evidence"] = json.dumps(dict(insight.evidence), sort_keys=True)
    return Node(
        id=insight.id,
        label="Insight",
        name=caption(insight.text),
        text=insight.text,
        attributes=told,
        created_at=insight.created_at,
        expired_at=insight.retired_at,
        vector=vector,
    )


def insight_of(node: Node, *, supports: Iterable[Link]) -> Insight:
    """Return the insight that a node and its SUPPORTED_BY links hold."""
    told = cast(Mapping[str, Any], node.attributes)
    feature = None
    if "feature_kind" in told:
        feature = Feature(told["feature_kind"], told["feature"], told.get("feature_value", ""))
    resting = [Support(s.target, -1 if s.attributes.get("polarity") == -1 else 1) for s in supports]
    return Insight(
        id=node.id,
        text=node.text,
        score=float(told.get("score", 0.0)),
        origin=cast(Origin, told.get("origin", "asserted")),
        feature=feature,
        polarity=-1 if told.get("polarity") == -1 else 1,
        supports=tuple(sorted(resting, key=lambda s: s.id)),
        evidence=json.loads(told.get("evidence", "{}")),
        created_at=node.created_at,
        retired_at=node.expired_at,
    )


def support_links(insight: Insight) -> list[Link]:
    """Return the SUPPORTED_BY links of an insight."""
    return [
        Link(type="SUPPORTED_BY", source=insight.id, target=s.id, attributes={"polarity": s.polarity})
        for s in insight.supports
    ]


def scored(insight: Insight, *, change: float, most: float, now: datetime) -> Insight:
    """Return the insight with its credit changed, to `most` at most; below 0 it is retired, never deleted."""
    score = min(max(most, insight.score), insight.score + change)
    return replace(
        insight, score=score, retired_at=now if score < 0 and insight.retired_at is None else insight.retired_at
    )
