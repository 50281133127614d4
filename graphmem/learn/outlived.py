"""What was right once: lessons that were retired, and what examples from their time must not teach any more. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from graphmem.learn.neighbours import Near
from graphmem.learn.nouns import Insight
from graphmem.learn.rows import insight_of
from graphmem.read.learnt import Learnt

__all__ = ["outlived", "outlived_in"]

#: A lesson that was retired because parties have ways of their own, with more than this chance, was not outlived.
MOST_OWN = 0.5


def outlived(learnt: Learnt, near: Sequence[Near]) -> Mapping[str, datetime]:
    """Return the tools that a lesson drawn from these queries advised until it was retired, and when it last was.

    A tool that a standing lesson advises is not among them, whatever became of earlier ones.
    """
    ids = {link.source for n in near for link in learnt.into(n.query.id, "SUPPORTED_BY")}
    lessons = [one for i in sorted(ids) if (one := insight_of(learnt.nodes[i], supports=())) and _advises(one)]
    standing = {_tool(one) for one in lessons if one.retired_at is None}
    found: dict[str, datetime] = {}
    for one in lessons:
        tool, at = _tool(one), one.retired_at
        if at is not None and tool not in standing and one.evidence.get("own", 0.0) <= MOST_OWN:
            found[tool] = max(at, found.get(tool, at))
    return found


def outlived_in(near: Near, tools: Mapping[str, datetime]) -> frozenset[str]:
    """Return the tools that an example says nothing of any more: those outlived since it was closed."""
    at = near.query.closed_at
    return frozenset(t for t, retired in tools.items() if at is not None and at <= retired)


def _advises(one: Insight) -> bool:
    return one.origin == "contrast" and one.polarity > 0 and one.feature is not None and one.feature.kind == "tool"


def _tool(one: Insight) -> str:
    return one.feature.name if one.feature is not None else ""
