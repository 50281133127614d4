"""Procedures: sequences of steps that succeeded again and again, with what varied left open. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphmem.learn.nouns import Step
from graphmem.text.masking import without_names

__all__ = ["Procedure", "Run", "opened", "procedures"]

#: A procedure is told after so many successes.
LEAST_RUNS = 3


@dataclass(frozen=True, slots=True)
class Run:
    """A successful query: its id, its text, its steps in order."""

    query: str
    text: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Procedure:
    """A recipe: what kind of query it is for, its steps with `X` where names varied, and what it comes from.

    `sources` are ids of the queries, and of the interactions that were their steps: it holds the words of these.
    """

    goal: str
    steps: tuple[str, ...]
    queries: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def text(self) -> str:
        """The recipe in words."""
        return f"{self.goal}: " + "; then ".join(self.steps)


def procedures(runs: Sequence[Run]) -> tuple[Procedure, ...]:
    """Return the sequences that at least `LEAST_RUNS` successes share, the most frequent first.

    Two runs share a sequence when goal and steps are the same word for word once names and numbers are taken out; a
    step with a tool is known by it. A recipe of one step is a lesson, not a procedure.
    """
    groups: dict[tuple[str, tuple[str, ...]], list[Run]] = {}
    for run in runs:
        if len(run.steps) > 1:
            groups.setdefault((opened(run.text), tuple(map(_signature, run.steps))), []).append(run)
    frequent = [(key, found) for key, found in groups.items() if len(found) >= LEAST_RUNS]
    ranked = sorted(frequent, key=lambda g: (-len(g[1]), g[0]))
    return tuple(
        Procedure(
            goal,
            tuple(opened(s.text) for s in found[0].steps),
            tuple(r.query for r in found),
            tuple(dict.fromkeys(i for r in found for i in (r.query, *(s.id for s in r.steps)))),
        )
        for (goal, _), found in ranked
    )


def _signature(step: Step) -> str:
    return f"{step.tool or ''} {opened(step.text)}"


def opened(text: str) -> str:
    """Return a text with names and numbers left open."""
    words = without_names(text).split()
    return " ".join("N" if any(c.isdigit() for c in w) else w for w in words)
