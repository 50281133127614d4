"""What happened to a fact, and what happened when: histories and timelines. Pure, but for the values they return."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Literal

from graphmem.model import Fact, Interaction, Ruling
from graphmem.rows import Saying
from graphmem.text.slots import Slots

__all__ = ["Entry", "FactHistory", "SlotSuggestion", "Thread", "Timeline", "suggested", "threads"]

_CAUSE = re.compile(
    r"\b(?:because|so that|that's why|which is why|therefore|as a result|due to|thanks to|since then|that led|"
    r"in order to|for this reason|consequently)\b"
)
_FIRST = datetime.min.replace(tzinfo=UTC)
_EXCERPT = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class FactHistory:
    """Everything that is known of one fact.

    Args:
        fact: as it was told.
        sayings: who said it, and when, earliest first; none where it was told by hand.
        rulings: all that was decided on it or by it, in the order it was decided, undone ones too.
        others: the facts that the rulings name, by id.
    """

    fact: Fact
    sayings: tuple[Saying, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    others: tuple[Fact, ...] = ()

    @property
    def standing(self) -> tuple[Ruling, ...]:
        """The rulings that stand."""
        return tuple(r for r in self.rulings if r.expired_at is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing on a timeline.

    Args:
        at: when it was, or began, in the world; None unknown.
        until: until when it held; None open, or no matter of duration.
        type: what it is.
        id: the fact's or interaction's.
        text: what to show.
        superseded_by: ids of the facts that took its place.
        why: why they did, or "conflict" and the like, in words.
        because: the interaction gives a cause ("because", "so that").
        fact: the fact, where it is one.
        interaction: the interaction, where it is one.
    """

    at: datetime | None
    until: datetime | None = None
    type: Literal["fact", "interaction"]
    id: str
    text: str
    superseded_by: tuple[str, ...] = ()
    why: str = ""
    because: bool = False
    fact: Fact | None = None
    interaction: Interaction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Entries that belong together, oldest first; `name` is what they are about."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What happened, as threads, the one that began first before the others."""

    about: str
    threads: tuple[Thread, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, oldest first, undated ones before them."""
        return tuple(sorted((e for t in self.threads for e in t.entries), key=_when))


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotSuggestion:
    """A relation that seems to hold one value at a time, though no slot says so.

    Args:
        predicate: the relation.
        subjects: how many entities have it.
        single: how many of them have one value of it only.
        replaced: how many of the others were told their values at different times.
    """

    predicate: str
    subjects: int
    single: int
    replaced: int


# --- timelines ------------------------------------------------------------------------------------------------------


def threads(
    facts: Sequence[Fact],
    interactions: Sequence[Interaction],
    rulings: Iterable[Ruling],
    *,
    slots: Slots,
    about: frozenset[str],
) -> tuple[Thread, ...]:
    """Tie facts and interactions into threads, after THEANINE (NAACL 2025): by slot, by entity, and by words of cause.

    Facts of one slot, facts about one other entity, and what asserts them belong together; an interaction that names a
    cause belongs with the one before it in its session.

    Args:
        facts: those to show.
        interactions: those to show.
        rulings: standing ones on the facts.
        slots: the table.
        about: ids of the entities that everything is about: sharing these ties nothing.
    """
    tie = _Ties()
    for interaction in interactions:
        tie.node(interaction.id)
    for fact in facts:
        tie.node(fact.id)
        for key in _keys(fact, slots, about):
            tie.join(fact.id, key)
        for source in fact.sources:
            if source in tie.up:
                tie.join(fact.id, source)
    for one, other in _causes(interactions):
        tie.join(one, other)
    entries = [*_facts(facts, rulings), *map(_said, interactions)]
    grouped: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=_when):
        grouped.setdefault(tie.root(entry.id), []).append(entry)
    found = [Thread(name=_name(group), entries=tuple(group)) for group in grouped.values()]
    return tuple(sorted(found, key=lambda t: (_when(t.entries[0]), t.name)))


class _Ties:
    """Union-find over ids and keys."""

    def __init__(self) -> None:
        self.up: dict[str, str] = {}

    def node(self, one: str) -> None:
        self.up.setdefault(one, one)

    def root(self, one: str) -> str:
        while self.up[one] != one:
            self.up[one] = self.up[self.up[one]]
            one = self.up[one]
        return one

    def join(self, one: str, other: str) -> None:
        self.node(one)
        self.node(other)
        a, b = sorted((self.root(one), self.root(other)))
        self.up[b] = a


def _keys(fact: Fact, slots: Slots, about: frozenset[str]) -> Iterator[str]:
    for place in slots.of(fact.predicate, fact.subject)[:1]:
        if place.one:
            yield f"slot {fact.subject_id} {place.slot}"
    for end in (fact.subject_id, fact.object_id):
        if end not in about:
            yield f"entity {end}"


def _causes(interactions: Sequence[Interaction]) -> Iterator[tuple[str, str]]:
    runs: dict[str, list[Interaction]] = {}
    for interaction in sorted(interactions, key=lambda i: (i.at or _FIRST, i.arrival)):
        runs.setdefault(interaction.session, []).append(interaction)
    for run in runs.values():
        for before, after in pairwise(run):
            if _CAUSE.search(after.text.lower()):
                yield before.id, after.id


def _facts(facts: Sequence[Fact], rulings: Iterable[Ruling]) -> Iterator[Entry]:
    on: dict[str, list[Ruling]] = {}
    for ruling in rulings:
        on.setdefault(ruling.older, []).append(ruling)
    for fact in facts:
        ruled = on.get(fact.id, [])
        yield Entry(
            at=fact.valid_at or fact.at,
            until=fact.closed_at or fact.invalid_at,
            type="fact",
            id=fact.id,
            text=fact.text or f"{fact.subject} {fact.predicate.replace('_', ' ')} {fact.object}",
            superseded_by=tuple(dict.fromkeys(r.newer for r in ruled if r.newer and r.kind != "conflict")),
            why="; ".join(dict.fromkeys(f"{r.kind}: {r.reason}" if r.reason else r.kind for r in ruled)),
            fact=fact,
        )


def _said(interaction: Interaction) -> Entry:
    text = " ".join(interaction.text.split())
    short = text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …"
    return Entry(
        at=interaction.at,
        type="interaction",
        id=interaction.id,
        text=f"{interaction.speaker}: {short}" if interaction.speaker else short,
        because=_CAUSE.search(interaction.text.lower()) is not None,
        interaction=interaction,
    )


def _when(entry: Entry) -> tuple[datetime, bool, str]:
    return entry.at or _FIRST, entry.type == "fact", entry.id


def _name(entries: Sequence[Entry]) -> str:
    """What most of a thread's facts are about, else how it begins."""
    facts = [e.fact for e in entries if e.fact is not None]
    if not facts:
        return entries[0].text
    return f"{facts[0].subject} {facts[0].predicate.replace('_', ' ')}"


# --- suggestions ----------------------------------------------------------------------------------------------------


def suggested(facts: Iterable[Fact], *, slots: Slots, least: int, share: float) -> tuple[SlotSuggestion, ...]:
    """Return relations that no slot knows and that seem to hold one value at a time, the most frequent first.

    Args:
        facts: plain ones count; denied and planned ones don't.
        slots: what is known.
        least: entities that must have the relation.
        share: of them, how many must have one value only, in [0, 1].
    """
    values: dict[str, dict[str, dict[str, datetime | None]]] = {}
    for fact in facts:
        place = slots.of(fact.predicate, fact.subject)[0]
        if not place.one and place.role == "holds" and not fact.negated and fact.modality is None:
            values.setdefault(fact.predicate, {}).setdefault(fact.subject_id, {})[fact.object_id] = (
                fact.valid_at or fact.at
            )
    found = [_suggestion(predicate, by_subject) for predicate, by_subject in values.items()]
    kept = [s for s in found if s.subjects >= least and s.single >= share * s.subjects]
    return tuple(sorted(kept, key=lambda s: (-s.subjects, s.predicate)))


def _suggestion(predicate: str, by_subject: Mapping[str, Mapping[str, datetime | None]]) -> SlotSuggestion:
    single = sum(len(v) == 1 for v in by_subject.values())
    several = [v for v in by_subject.values() if len(v) > 1]
    replaced = sum(len(set(v.values())) == len(v) for v in several)
    return SlotSuggestion(predicate=predicate, subjects=len(by_subject), single=single, replaced=replaced)
