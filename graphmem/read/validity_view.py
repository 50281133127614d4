"""Which facts a view shows: what held at an instant, as far as was known at another. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from graphmem.model import Fact, Ruling
from graphmem.text.slots import Slots, span_of

__all__ = ["CLOSING", "View", "rulings_by_fact", "seen"]

#: Kinds of ruling under which a fact is not held.
CLOSING = frozenset({"update", "correction", "negation", "retraction"})

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at.

    Args:
        now: the present.
        slots: what begins, ends and is over.
        as_of: facts that held in the world at this instant; None is what holds now, and what has happened by now.
        known_at: as this memory knew it at this instant; None is as it knows it now.
        include_superseded: also what others took the place of, what is over and what was retracted.
    """

    now: datetime
    slots: Slots
    as_of: datetime | None = None
    known_at: datetime | None = None
    include_superseded: bool = False

    def shows(self, fact: Fact, rulings: Sequence[Ruling] = (), *, said: datetime | None = None) -> bool:
        """Tell whether a fact is part of the view.

        Args:
            fact: the fact.
            rulings: all on it and by it, undone ones too where `known_at` is set.
            said: when it was first said, as far as was known; None takes the fact's own word.
        """
        if self.known_at is not None and (fact.created_at or _FIRST) > self.known_at:
            return False
        if self.include_superseded:
            return True
        at = self.as_of or self.now
        standing = [r for r in rulings if self.stood(r)]
        if any(r.older == fact.id and r.kind in CLOSING and _covers(r, at) for r in standing):
            return False
        role, span = self._span(fact, said or fact.at or fact.created_at)
        if span is not None and fact.valid_at is None:  # what set something right was so from where that began
            began = [r.at for r in standing if r.newer == fact.id and r.kind == "correction"]
            span = min((span[0], *began), key=_from), span[1]
        if self.as_of is None and (role in ("over", "event", "ends") or fact.modality is not None):
            return True
        return span is not None and _from(span[0]) <= at < _to(span[1])

    def known(self, fact: Fact, rulings: Iterable[Ruling]) -> Fact:
        """Return the fact with `closed_at` and `expired_at` as they were known."""
        if self.known_at is None:
            return fact
        closing = [r for r in rulings if r.older == fact.id and r.kind in CLOSING and r.until is None]
        final = [r for r in closing if self.stood(r)]
        closed = min((_from(r.at) for r in final), default=None)
        return replace(
            fact,
            closed_at=fact.valid_at if closed == _FIRST else closed,
            expired_at=min((r.created_at for r in final if r.created_at is not None), default=None),
        )

    def stood(self, ruling: Ruling) -> bool:
        """Tell whether a ruling stands, as far as was known at `known_at`."""
        if self.known_at is None:
            return ruling.expired_at is None
        born = (ruling.created_at or _FIRST) <= self.known_at
        return born and (ruling.expired_at is None or ruling.expired_at > self.known_at)

    def _span(self, fact: Fact, said: datetime | None) -> tuple[str, tuple[datetime | None, datetime | None] | None]:
        place = self.slots.of(fact.predicate, fact.subject)[0]
        if fact.modality is not None:
            return place.role, (said, None)
        return place.role, span_of(fact, said, place)


def rulings_by_fact(rulings: Iterable[Ruling]) -> Mapping[str, list[Ruling]]:
    """Return rulings by the facts that they are on and by."""
    found: dict[str, list[Ruling]] = defaultdict(list)
    for ruling in rulings:
        for end in {ruling.older, ruling.newer or ruling.older}:
            found[end].append(ruling)
    return found


def seen(facts: Iterable[Fact], rulings: Iterable[Ruling], view: View) -> list[Fact]:
    """Return the facts that a view shows, in their order."""
    by_fact = rulings_by_fact(rulings)
    return [view.known(f, by_fact.get(f.id, ())) for f in facts if view.shows(f, by_fact.get(f.id, ()))]


def _covers(ruling: Ruling, at: datetime) -> bool:
    return _from(ruling.at) <= at < _to(ruling.until)


def _from(at: datetime | None) -> datetime:
    return at if at is not None else _FIRST


def _to(at: datetime | None) -> datetime:
    return at if at is not None else _LAST
