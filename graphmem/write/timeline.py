"""The course of one slot: claims in order, each ending what it takes the place of. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from heapq import heappop, heappush
from typing import Self

from graphmem.model import Fact, Ruling, RulingKind

__all__ = ["Claim", "Course", "ordered"]

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one telling of a fact says of its slot.

    Args:
        fact: what was told.
        value: id of its object's entity, merges folded.
        start: from when it holds in the world; None unknown, before everything.
        end: until when it was told to hold; None open.
        said: when it was told.
        interaction: which interaction told it.
        text: that interaction's text, where it was needed.
        positive: it holds from then on; else it does not.
        plan: it is planned.
        slot: the slot's name.
        over: it was told as past.
    """

    fact: Fact
    value: str
    start: datetime | None
    end: datetime | None
    said: datetime | None
    interaction: str | None
    text: str
    positive: bool
    plan: bool
    slot: str
    over: bool


def ordered(claims: Iterable[Claim]) -> list[Claim]:
    """Return claims in the canonical order: start, said, what holds before what does not, id, interaction."""
    return sorted(claims, key=lambda c: (_from(c.start), _from(c.said), not c.positive, c.fact.id, c.interaction or ""))


def _from(at: datetime | None) -> datetime:
    return at if at is not None else _FIRST


def _to(at: datetime | None) -> datetime:
    return at if at is not None else _LAST


@dataclass
class Course:
    """The claims of one slot gone through in order.

    What was told together is met as one (`_Run`), so that hundreds of values told at once, and a value said again and
    again, cost each claim about the same.
    """

    pinned: frozenset[str]
    reverted: frozenset[tuple[str, str]]
    last_said: dict[str, datetime]
    holding: "_Live" = field(default_factory=lambda: _Live())
    denials: dict[str, list[Claim]] = field(default_factory=dict)
    found: dict[str, list[Ruling]] = field(default_factory=dict)
    conflicts: "_Conflicts" = field(default_factory=lambda: _Conflicts())

    @classmethod
    def of(cls, claims: Iterable[Claim], pinned: frozenset[str], reverted: frozenset[tuple[str, str]]) -> Self:
        """Go through the claims."""
        given = ordered(claims)
        last: dict[str, datetime] = {}
        for claim in given:
            if claim.positive and not claim.over:
                last[claim.fact.id] = max(_from(claim.said), last.get(claim.fact.id, _FIRST))
        course = cls(pinned, reverted, last)
        for claim in given:
            course._meet(claim)
        return course

    @property
    def live(self) -> list[Claim]:
        """The claims that hold after the last, in the order they came."""
        return self.holding.all()

    def rulings(self) -> list[Ruling]:
        """Return what was decided; what would hold for no time at all is left out."""
        closings = [r for found in self.found.values() for r in found]
        return [r for r in (*closings, *self.conflicts.all()) if r.until is None or _from(r.at) < r.until]

    # --- one claim after another ------------------------------------------------------------------------------------

    def _meet(self, claim: Claim) -> None:
        self.holding.expire(_from(claim.start))
        if not claim.positive:
            self._deny(claim)
        elif (pin := self._pinned_against(claim)) is not None:
            self._close(claim, by=pin, kind="update", at=claim.start, why="another value is pinned")
        else:
            self._hold(claim)

    def _pinned_against(self, claim: Claim) -> Claim | None:
        if not self.pinned or claim.fact.id in self.pinned:
            return None
        return next((old for old in self.live if old.fact.id in self.pinned and old.value != claim.value), None)

    def _hold(self, claim: Claim) -> None:
        self._reopen(claim)
        for denial in self.denials.pop(claim.value, ()):
            if denial.fact.negated:  # an end told as an event ("left Acme") stays one
                self._close(denial, by=claim, kind="update", at=claim.start, why="told to hold again")
        if self.holding.has_other(claim.value):
            by_hand = claim.fact.id in self.pinned or any(newer == claim.fact.id for _, newer in self.reverted)
            for run in self.holding.runs():
                self._meet_run(run, claim, by_hand=by_hand)
        self.holding.add(claim)

    def _meet_run(self, run: "_Run", claim: Claim, *, by_hand: bool) -> None:
        """Have live claims give way to one of another value, as `_stays` says of each."""
        if not by_hand and not self._is_ordered(run, claim):
            first = run.first_besides(claim.value)
            if first is not None:  # with the others it came together as well: see `_conflict`
                self._conflict(first, claim, why="told together with another value")
            return
        for place, old in list(run.claims.items()):
            if old.value != claim.value and not self._stays(old, claim):
                self.holding.drop(place, run)

    def _stays(self, old: Claim, claim: Claim) -> bool:
        """Have a live claim give way to one of another value, and return whether it is to be reckoned with still."""
        both_pinned = old.fact.id in self.pinned and claim.fact.id in self.pinned
        if both_pinned or (old.fact.id, claim.fact.id) in self.reverted:
            self._conflict(old, claim, why="kept by hand beside another value")
            return True
        if not self._is_ordered(old, claim):
            self._conflict(old, claim, why="told together with another value")
            return True
        if old.start == claim.start:
            self._close(old, by=claim, kind="correction", at=old.start, why="set right")
            return False
        if self._resumes(old, claim):
            self._close(old, by=claim, kind="update", at=claim.start, until=claim.end, why="another value for a time")
            return True
        self._close(old, by=claim, kind="update", at=claim.start, why="a newer value")
        return False

    def _is_ordered(self, old: "Claim | _Run", claim: Claim) -> bool:
        """Whether it can be told which of two comes after the other: by its beginning, else by when it was said."""
        if old.start == claim.start or old.end is not None:
            return old.said is not None and claim.said is not None and old.said != claim.said
        return True

    def _resumes(self, old: Claim, claim: Claim) -> bool:
        """Whether the old value goes on after a value that was told to have ended: it was said to hold then."""
        if claim.end is None or _to(old.end) <= claim.end:
            return False
        return self.last_said.get(old.fact.id, _FIRST) >= claim.end

    def _deny(self, claim: Claim) -> None:
        same = self.holding.of(claim.value)
        pins = [old for place, run in same if (old := run.claims[place]).fact.id in self.pinned]
        if pins:
            self._close(claim, by=pins[0], kind="update", at=claim.start, why="the value is pinned")
            return
        self.denials.setdefault(claim.value, []).append(claim)
        for place, run in same:
            if not self._survives(run.claims[place], claim):
                self.holding.drop(place, run)

    def _survives(self, old: Claim, denial: Claim) -> bool:
        if (old.fact.id, denial.fact.id) in self.reverted or (
            old.start == denial.start and not self._is_ordered(old, denial)
        ):
            self._conflict(old, denial, why="told and denied")
            return True
        self._close(old, by=denial, kind="negation", at=denial.start, why="told not to hold any more")
        return False

    # --- what is decided --------------------------------------------------------------------------------------------

    def _close(
        self,
        old: Claim,
        *,
        by: Claim,
        kind: RulingKind,
        at: datetime | None,
        why: str,
        until: datetime | None = None,
    ) -> None:
        """Rule that a fact is not held from `at` on, unless that was ruled already."""
        if until is None:
            self._settle(old.fact.id, at)
        known = self.found.setdefault(old.fact.id, [])
        resumed = known[-1].until if known else _FIRST
        if resumed is None:
            return
        if known and _from(at) < resumed:  # it was to go on, but something came in between
            known[-1] = replace(known[-1], until=None if until is None else max(until, resumed))
            return
        known.append(
            Ruling(
                older=old.fact.id,
                kind=kind,
                newer=by.fact.id,
                at=at,
                until=until,
                reason=f"{old.slot}: {why}",
                evidence=by.interaction,
            )
        )

    def _reopen(self, claim: Claim) -> None:
        """End the last ruling on a fact that is said again."""
        known = self.found.get(claim.fact.id, [])
        if known and known[-1].until is None and claim.start is not None:
            known[-1] = replace(known[-1], until=claim.start)

    def _conflict(self, old: Claim, claim: Claim, *, why: str) -> None:
        """Note that two values cannot both be; of several that came together, each with the first alone."""
        at = max(old.start, claim.start, key=_from)
        until = min((end for end in (old.end, claim.end) if end is not None), default=None)
        by_rule = claim.fact.id not in self.pinned and (old.fact.id, claim.fact.id) not in self.reverted
        known = (c for c in self.conflicts.of(claim.fact.id) if c.at == at)
        if by_rule and any(_to(c.until) >= _to(until) for c in known):
            return
        older, newer = sorted((old.fact.id, claim.fact.id))
        self.conflicts.add(
            Ruling(
                older=older,
                kind="conflict",
                newer=newer,
                at=at,
                until=until,
                reason=f"{old.slot}: {why}",
                evidence=claim.interaction,
            )
        )

    def _settle(self, fact_id: str, at: datetime | None) -> None:
        """End the conflicts of a fact that is not held any more."""
        for conflict in [c for c in self.conflicts.of(fact_id) if _to(c.until) > _from(at)]:
            self.conflicts.remove(conflict)
            if at is not None:
                self.conflicts.add(replace(conflict, until=at))


@dataclass(slots=True)
class _Run:
    """Live claims by place, next to each other, of one beginning, end and telling: what meets one meets all alike."""

    place: int
    start: datetime | None
    end: datetime | None
    said: datetime | None
    claims: dict[int, Claim] = field(default_factory=dict)

    def takes(self, claim: Claim) -> bool:
        return (self.start, self.end, self.said) == (claim.start, claim.end, claim.said)

    def first_besides(self, value: str) -> Claim | None:
        return next((c for c in self.claims.values() if c.value != value), None)


class _Live:
    """The claims that hold, in the order they came: in runs, by value, and by when they end."""

    def __init__(self) -> None:
        self._runs: dict[int, _Run] = {}
        self._by_value: dict[str, dict[int, _Run]] = {}
        self._ends: list[tuple[datetime, int]] = []
        self._last: _Run | None = None
        self._places = 0

    def all(self) -> list[Claim]:
        return [claim for run in self._runs.values() for claim in run.claims.values()]

    def runs(self) -> list[_Run]:
        return list(self._runs.values())

    def of(self, value: str) -> list[tuple[int, _Run]]:
        """Return the places of a value's claims, with the runs they are in."""
        return list(self._by_value.get(value, {}).items())

    def has_other(self, value: str) -> bool:
        return len(self._by_value) > (value in self._by_value)

    def add(self, claim: Claim) -> None:
        self._places += 1
        if self._last is None or not self._last.claims or not self._last.takes(claim):
            self._last = self._runs[self._places] = _Run(self._places, claim.start, claim.end, claim.said)
            if claim.end is not None:
                heappush(self._ends, (claim.end, self._places))
        self._last.claims[self._places] = claim
        self._by_value.setdefault(claim.value, {})[self._places] = self._last

    def drop(self, place: int, run: _Run) -> None:
        value = run.claims.pop(place).value
        del self._by_value[value][place]
        if not self._by_value[value]:
            del self._by_value[value]
        if not run.claims:
            del self._runs[run.place]

    def expire(self, at: datetime) -> None:
        """Drop what ends then or before."""
        while self._ends and self._ends[0][0] <= at:
            run = self._runs.get(heappop(self._ends)[1])
            if run is not None:
                for place in list(run.claims):
                    self.drop(place, run)


class _Conflicts:
    """Conflicts in the order they were noted, looked up by either fact: a slot may be told hundreds of values."""

    def __init__(self) -> None:
        self._of: dict[str, dict[Ruling, None]] = {}
        self._all: dict[Ruling, None] = {}

    def all(self) -> list[Ruling]:
        return list(self._all)

    def of(self, fact: str) -> list[Ruling]:
        return list(self._of.get(fact, ()))

    def add(self, ruling: Ruling) -> None:
        self._all[ruling] = None
        for fact in (ruling.older, ruling.newer or ""):
            self._of.setdefault(fact, {})[ruling] = None

    def remove(self, ruling: Ruling) -> None:
        del self._all[ruling]
        for fact in (ruling.older, ruling.newer or ""):
            del self._of[fact][ruling]
