"""The course of a slot worked out the plain way, every claim against every live one: what the quick way must equal."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Self

from graphmem.model import Ruling, RulingKind
from graphmem.write.timeline import Claim, ordered

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def _from(at: datetime | None) -> datetime:
    return at if at is not None else _FIRST


def _to(at: datetime | None) -> datetime:
    return at if at is not None else _LAST


@dataclass
class PlainCourse:
    """The claims of one slot gone through in order; `live` are those that hold after the last."""

    pinned: frozenset[str]
    reverted: frozenset[tuple[str, str]]
    last_said: dict[str, datetime]
    live: list[Claim] = field(default_factory=list)
    denials: list[Claim] = field(default_factory=list)
    found: dict[str, list[Ruling]] = field(default_factory=dict)
    conflicts: list[Ruling] = field(default_factory=list)

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

    def rulings(self) -> list[Ruling]:
        """Return what was decided; what would hold for no time at all is left out."""
        closings = [r for found in self.found.values() for r in found]
        return [r for r in (*closings, *self.conflicts) if r.until is None or _from(r.at) < r.until]

    # --- one claim after another ------------------------------------------------------------------------------------

    def _meet(self, claim: Claim) -> None:
        self.live = [old for old in self.live if _to(old.end) > _from(claim.start)]
        if not claim.positive:
            self._deny(claim)
        elif (pin := self._pinned_against(claim)) is not None:
            self._close(claim, by=pin, kind="update", at=claim.start, why="another value is pinned")
        else:
            self._hold(claim)

    def _pinned_against(self, claim: Claim) -> Claim | None:
        if claim.fact.id in self.pinned:
            return None
        return next((old for old in self.live if old.fact.id in self.pinned and old.value != claim.value), None)

    def _hold(self, claim: Claim) -> None:
        self._reopen(claim)
        for denial in [d for d in self.denials if d.value == claim.value]:
            self.denials.remove(denial)
            if denial.fact.negated:  # an end told as an event ("left Acme") stays one
                self._close(denial, by=claim, kind="update", at=claim.start, why="told to hold again")
        self.live = [old for old in self.live if old.value == claim.value or self._stays(old, claim)]
        self.live.append(claim)

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

    def _is_ordered(self, old: Claim, claim: Claim) -> bool:
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
        pins = [old for old in self.live if old.value == claim.value and old.fact.id in self.pinned]
        if pins:
            self._close(claim, by=pins[0], kind="update", at=claim.start, why="the value is pinned")
            return
        self.denials.append(claim)
        self.live = [old for old in self.live if old.value != claim.value or self._survives(old, claim)]

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
        known = (c for c in self._conflicts_of(claim.fact.id) if c.at == at)
        if by_rule and any(_to(c.until) >= _to(until) for c in known):
            return
        older, newer = sorted((old.fact.id, claim.fact.id))
        self._note(
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
        for conflict in [c for c in self._conflicts_of(fact_id) if _to(c.until) > _from(at)]:
            self.conflicts.remove(conflict)
            if at is not None:
                self._note(replace(conflict, until=at))

    def _conflicts_of(self, fact_id: str) -> list[Ruling]:
        return [c for c in self.conflicts if fact_id in (c.older, c.newer)]

    def _note(self, conflict: Ruling) -> None:
        if conflict not in self.conflicts:
            self.conflicts.append(conflict)
