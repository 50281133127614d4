"""How often something was used: by queries, and by what was found without one. Pure.

A query's use is its USED link. What a recall brought and somebody said was useful has no query: that is counted on one
USED link from the thing to itself, which goes when it is forgotten.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from graphmem.identity import instant_text
from graphmem.read.learnt import Learnt
from graphmem.rows import Link

__all__ = ["Uses", "counted", "uses_of"]


@dataclass(frozen=True, slots=True)
class Uses:
    """How often, and when last; None where nobody knows."""

    count: int = 0
    last: datetime | None = None


def uses_of(learnt: Learnt, id_: str) -> Uses:
    """Return the uses of an interaction, fact or insight."""
    found = [_told(link) for link in learnt.into(id_, "USED")]
    return Uses(sum(u.count for u in found), max((u.last for u in found if u.last is not None), default=None))


def counted(learnt: Learnt, ids: Iterable[str], *, now: datetime) -> list[Link]:
    """Return the links that count one more use of each, now."""
    return [_again(learnt.link("USED", id_, id_), id_, now=now) for id_ in dict.fromkeys(ids)]


def _again(known: Link | None, id_: str, *, now: datetime) -> Link:
    before = Uses() if known is None else _told(known)
    told = {"count": before.count + 1, "last": instant_text(now)}
    return Link(type="USED", source=id_, target=id_, attributes=told)


def _told(link: Link) -> Uses:
    count, last = link.attributes.get("count"), link.attributes.get("last")
    if link.source != link.target or not isinstance(count, int) or not isinstance(last, str):
        return Uses(1, link.created_at)
    return Uses(count, datetime.fromisoformat(last))
