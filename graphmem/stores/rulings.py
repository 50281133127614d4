"""What rulings make of a fact: since when it is not held. Pure, for every store."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from graphmem.model import Ruling, RulingKind

__all__ = ["CLOSING", "OPEN", "Closure", "closure_of", "earlier"]

#: Rulings that end a fact, where they stand and have no `until`.
CLOSING: frozenset[RulingKind] = frozenset(("update", "correction", "negation", "retraction"))


@dataclass(frozen=True, slots=True)
class Closure:
    """The two instants of a fact that follow from the rulings on it.

    Args:
        closed_at: since when in the world it is not held; None where it never was, or still is.
        expired_at: when it stopped being current (system time), None while it is.
    """

    closed_at: datetime | None = None
    expired_at: datetime | None = None


OPEN = Closure()


def closure_of(rulings: Iterable[Ruling]) -> Closure:
    """Return what the rulings on one fact make of it: the earliest `at` and `created_at` of those that close it.

    One that is undone, that is of another kind or that has an `until` closes nothing. `at` None is from the fact's
    beginning, which is before every instant.

    >>> closure_of([Ruling(older="a", kind="conflict")]) == OPEN
    True
    """
    closing = [r for r in rulings if r.kind in CLOSING and r.until is None and r.expired_at is None]
    ends = [r.at for r in closing if r.at is not None]
    return Closure(
        closed_at=min(ends) if closing and len(ends) == len(closing) else None,
        expired_at=min((r.created_at for r in closing if r.created_at is not None), default=None),
    )


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """Return the earlier of two instants; None is none at all."""
    return min((t for t in (one, other) if t is not None), default=None)
