"""What the learning path hands out: queries with their steps and outcomes, insights with their support, guidance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from graphmem.model import Degradation, Hit

__all__ = ["Advice", "Chance", "Feature", "Guidance", "Insight", "Outcome", "PastQuery", "Step", "Support", "Trace"]

#: So many chances are told in a prompt at most, and only those so far from what is believed of anything.
MOST_TOLD, LEAST_TOLD = 8, 0.05

Outcome = Literal["success", "failure"]
Origin = Literal["asserted", "contrast", "merged", "model", "stable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step taken on a query: an interaction of kind `step`.

    Args:
        id: the interaction's.
        text: what was done, verbatim.
        role: who did it.
        tool: the tool it used, as far as the caller said so.
        result: what came back.
        reward: what the step earned; > 0 is good.
        attributes: what else the caller said of it, by name: contrasts of success and failure look at these.
        inspired_by: ids of the steps it followed from.
        at: when.
    """

    id: str
    text: str
    role: str | None = None
    tool: str | None = None
    result: str | None = None
    reward: float | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    inspired_by: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastQuery:
    """A query an agent was given: open, or closed with an outcome.

    `learnt_by` says who drew its key steps and lessons (`rules`, or a chat model's name), None while it is open;
    `degraded` why it was rules although a chat model was to.
    """

    id: str
    text: str
    agent: str | None = None
    task: str | None = None
    open: bool = True
    outcome: Outcome | None = None
    score: float | None = None
    answer: str | None = None
    at: datetime | None = None
    closed_at: datetime | None = None
    parent: str | None = None
    learnt_by: str | None = None
    degraded: str | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that steps have or have not: a tool, an attribute, one tool after another."""

    kind: Literal["tool", "attribute", "sequence"]
    name: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.name}={self.value}" if self.kind == "attribute" else self.name


@dataclass(frozen=True, slots=True)
class Support:
    """What an insight rests on: a query or fact, for it (1) or against it (-1)."""

    id: str
    polarity: Literal[1, -1] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """A lesson.

    Args:
        id: deterministic.
        text: the lesson, in words.
        score: credit: starts at 2, grows when it helped, falls when it misled; below 0 it is retired.
        origin: who drew it: a person or agent (`asserted`), the contrast of outcomes, a merge, a chat `model`, or
            what was said again and again or resolved most queries of a kind (`stable`).
        feature: what it advises for or against, where it came from a contrast.
        polarity: 1: do so; -1: do not.
        supports: what it rests on.
        evidence: the counts behind it, by name.
        created_at: when it was drawn.
        retired_at: when it stopped standing, None while it does.
    """

    id: str
    text: str
    score: float = 2.0
    origin: Origin = "asserted"
    feature: Feature | None = None
    polarity: Literal[1, -1] = 1
    supports: tuple[Support, ...] = ()
    evidence: Mapping[str, float] = field(default_factory=dict)
    created_at: datetime | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """An insight offered for a query, with how much it counts here (`weight`, > 0) and why."""

    insight: Insight
    weight: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A similar query with its key steps.

    Args:
        query: what it was.
        cosine: to the query at hand.
        weight: in [0, 1], how much it counts: by closeness, and less the more of its kind came after it.
        steps: what mattered on it, in order.
        hops: 1 where a neighbour led to it.
        why: in words.
    """

    query: PastQuery
    cosine: float
    weight: float
    steps: tuple[Step, ...] = ()
    hops: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """How likely something that was done on similar queries is right on the one at hand.

    Args:
        feature: a tool or an attribute.
        right: in (0, 1): inferred from all of the outcomes, also where no lesson is sure enough to be drawn.
        tried: on how many similar queries it was done.
        succeeded: on how many of them it went well, by its own step's reward or else by the outcome.
    """

    feature: Feature
    right: float
    tried: int
    succeeded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """What memory offers for a query.

    Args:
        text: the query.
        role: for whom.
        insights: lessons, the weightiest first.
        traces: similar queries that succeeded, with their key steps, the most similar first.
        warnings: similar queries that failed, with what was done on them.
        hits: facts and interactions that bear on the query.
        recipes: parametrised sequences of steps that succeeded before.
        chances: how likely each tool and attribute tried on similar queries is right here, the likeliest first, ties by
            name.
        untried: what `Chance.right` is of anything else, None where there are no chances.
        degraded: what could not be done.
    """

    text: str
    role: str | None = None
    insights: tuple[Advice, ...] = ()
    traces: tuple[Trace, ...] = ()
    warnings: tuple[Trace, ...] = ()
    hits: tuple[Hit, ...] = ()
    recipes: tuple[str, ...] = ()
    chances: tuple[Chance, ...] = ()
    untried: float | None = None
    degraded: tuple[Degradation, ...] = ()

    def __str__(self) -> str:
        """Render it for a prompt: lessons, what worked, what did not, what is known; "" where there is nothing."""
        parts = [
            _section("Lessons", [_counted(a.insight) for a in self.insights]),
            _section("What was tried, and how likely each is right here", _weighed(self.chances, self.untried)),
            _section("What worked on similar queries", [_told(t) for t in self.traces]),
            _section("What failed on similar queries", [_told(t) for t in self.warnings]),
            _section("Recipes", list(self.recipes)),
            _section("What is known", list(dict.fromkeys(_known(h) for h in self.hits))),
        ]
        return "\n\n".join(p for p in parts if p)


def _section(title: str, lines: list[str]) -> str:
    return f"{title}:\n" + "\n".join(f"- {line}" for line in lines) if lines else ""


def _counted(insight: Insight) -> str:
    """Return the lesson with the counts behind it, where it came from any."""
    told = insight.evidence
    if "with_all" not in told:
        return insight.text
    done = f"{told['with_success']:.0f} of {told['with_all']:.0f} succeeded so"
    rest = f", {told['without_success']:.0f} of {told['without_all']:.0f} otherwise" if told["without_all"] else ""
    return f"{insight.text} ({done}{rest})"


def _weighed(chances: Sequence[Chance], untried: float | None) -> list[str]:
    """Return chances in words, those farthest from what is believed of anything, and what that is."""
    if untried is None:
        return []
    far = sorted(chances, key=lambda c: -abs(c.right - untried))[:MOST_TOLD]
    told = [
        f"{c.feature}: {c.right:.0%} ({c.succeeded} of {c.tried} succeeded so)"
        for c in chances
        if c in far and abs(c.right - untried) >= LEAST_TOLD
    ]
    return [*told, f"anything not tried yet: {untried:.0%}"] if told else []


def _told(trace: Trace) -> str:
    steps = "; ".join(_done(step) for step in trace.steps)
    return f"{trace.query.text}: {steps}" if steps else trace.query.text


def _done(step: Step) -> str:
    """Return a step with its result; one that was punished says so, also on the way to a success."""
    failed = " (failed)" if step.reward is not None and step.reward < 0 else ""
    return step.text + (f" -> {step.result}" if step.result else "") + failed


def _known(hit: Hit) -> str:
    """Return a hit's text, with the day and the speaker of what somebody said."""
    said = hit.interaction
    if said is None or said.speaker is None:
        return hit.text
    return f"[{said.at:%Y-%m-%d}] {said.speaker}: {hit.text}" if said.at else f"{said.speaker}: {hit.text}"
