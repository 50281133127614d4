"""The course of a slot worked out the plain way, every claim against every live one: what the quick way must equal.

What one claim does to another is the rule of `Course`; who meets whom, and who is kept, is gone through plainly here.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from graphmem.model import Ruling
from graphmem.write.timeline import Claim, Course

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


class _PlainConflicts:
    """Conflicts in a list."""

    def __init__(self) -> None:
        self._noted: list[Ruling] = []

    def all(self) -> list[Ruling]:
        return list(self._noted)

    def of(self, fact: str) -> list[Ruling]:
        return [c for c in self._noted if fact in (c.older, c.newer)]

    def add(self, ruling: Ruling) -> None:
        if ruling not in self._noted:
            self._noted.append(ruling)

    def remove(self, ruling: Ruling) -> None:
        self._noted.remove(ruling)


@dataclass
class PlainCourse(Course):
    """The claims of one slot gone through in order; what holds and what was denied are lists."""

    held: list[Claim] = field(default_factory=list)
    denied: list[Claim] = field(default_factory=list)
    conflicts: _PlainConflicts = field(default_factory=_PlainConflicts)  # type: ignore[assignment] # the same calls

    @property
    def live(self) -> list[Claim]:
        return self.held

    def _meet(self, claim: Claim) -> None:
        self.held = [old for old in self.held if (old.end or _LAST) > (claim.start or _FIRST)]
        if not claim.positive:
            self._deny(claim)
        elif (pin := self._pinned_against(claim)) is not None:
            self._close(claim, by=pin, kind="update", at=claim.start, why="another value is pinned")
        else:
            self._hold(claim)

    def _hold(self, claim: Claim) -> None:
        self._reopen(claim)
        for denial in [d for d in self.denied if d.value == claim.value]:
            self.denied.remove(denial)
            if denial.fact.negated:  # an end told as an event ("left Acme") stays one
                self._close(denial, by=claim, kind="update", at=claim.start, why="told to hold again")
        self.held = [old for old in self.held if old.value == claim.value or self._stays(old, claim)]
        self.held.append(claim)

    def _deny(self, claim: Claim) -> None:
        pins = [old for old in self.held if old.value == claim.value and old.fact.id in self.pinned]
        if pins:
            self._close(claim, by=pins[0], kind="update", at=claim.start, why="the value is pinned")
            return
        self.denied.append(claim)
        self.held = [old for old in self.held if old.value != claim.value or self._survives(old, claim)]
