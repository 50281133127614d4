"""Step 4 of writing: what supersedes what, worked out anew from everything a slot was told. Pure.

A fact stays as it was told. `judge` takes every time a fact was said and returns rulings: from when to when another
fact of the same slot takes its place. It goes through the tellings in one order, by when they begin in the world, then
by when they were said, then by id, so that the order in which they arrived does not show.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from graphmem.identity import derive_id, instant_text
from graphmem.model import Fact, Ruling
from graphmem.text.correction import corrects
from graphmem.text.slots import Place, Slots, span_of
from graphmem.write.timeline import Claim, Course, ordered

__all__ = ["DERIVED", "Difference", "Episode", "Touched", "contested", "difference", "judge", "ruling_id", "touched"]

#: Kinds of ruling that follow from the facts; the others are a person's.
DERIVED = frozenset({"update", "correction", "negation", "conflict"})

#: A slot of a subject: the subject's id, the slot's name and, where several values hold at a time, the value's id.
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Episode:
    """That a fact was said once.

    Args:
        fact: what was said.
        said: when; None unknown.
        interaction: which interaction said it; None when it was told by hand.
        text: that interaction's text, where corrections are to be seen; "" else.
    """

    fact: Fact
    said: datetime | None = None
    interaction: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What to write so that the rulings wanted are those that stand: new ones, and ids of those to undo."""

    new: tuple[Ruling, ...] = ()
    undone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Touched:
    """What may bear on the slots of some facts.

    Args:
        one: by id of subject, the relations of slots that hold one value.
        several: by id of subject, the relations of slots that hold several; of these, facts of the values given.
        values: ids of those values.
    """

    one: Mapping[str, set[str]] = field(default_factory=dict)
    several: Mapping[str, set[str]] = field(default_factory=dict)
    values: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.one or self.several)

    @property
    def subjects(self) -> frozenset[str]:
        """Ids of all subjects."""
        return frozenset(self.one) | frozenset(self.several)


def judge(
    episodes: Iterable[Episode],
    decisions: Iterable[Ruling] = (),
    *,
    slots: Slots,
    roots: Mapping[str, str] | None = None,
) -> list[Ruling]:
    """Return the rulings that follow from what was said, by (older, at, newer); `id` and `created_at` are left open.

    In a slot of one value a new value ends the old one where it begins (`update`), a correction takes its place from
    its beginning (`correction`), a denial ends it without another (`negation`); two values that begin together and
    were said together are a `conflict`. What holds several values knows only denials. Plans end when they come about or
    are given up, and end nothing; wishes and mere possibilities take no part.

    Args:
        episodes: every time that each fact of the slots was said.
        decisions: standing rulings of a person: a retracted fact was never said, a pinned one is never ended, and
            what a reverted pair would end goes on beside the other, as a conflict.
        slots: the table.
        roots: by id of an entity, the one it was merged with, where it was.
    """
    said = tuple(decisions)
    retracted = {r.older for r in said if r.kind == "retraction"}
    pinned = frozenset(r.older for r in said if r.kind == "pin")
    reverted = frozenset((r.older, r.newer or "") for r in said if r.kind == "revert")
    groups: dict[Key, list[Claim]] = {}
    for episode in sorted(episodes, key=_by_id):
        if episode.fact.id not in retracted:
            for key, claim in _claims(episode, slots, roots or {}):
                groups.setdefault(key, []).append(claim)
    found: dict[tuple[object, ...], Ruling] = {}
    for _, claims in sorted(groups.items()):
        if len({c.fact.id for c in claims}) > 1:
            for ruling in _group(claims, pinned, reverted):
                found.setdefault(_identity(ruling), ruling)
    return sorted(found.values(), key=lambda r: (r.older, _instant(r.at), r.newer or "", r.kind))


def contested(facts: Iterable[Fact], *, slots: Slots, roots: Mapping[str, str] | None = None) -> set[str]:
    """Return ids of the facts that share a slot with another: on the others nothing can be ruled."""
    groups: dict[Key, set[str]] = {}
    for fact in facts:
        for key, _ in _keys(fact, slots, roots or {}):
            groups.setdefault(key, set()).add(fact.id)
    return {id_ for ids in groups.values() if len(ids) > 1 for id_ in ids}


def touched(facts: Iterable[Fact], *, slots: Slots) -> Touched:
    """Return every relation that may bear on the slots of these facts.

    In a slot of several values only facts of the same value do.
    """
    one: dict[str, set[str]] = {}
    several: dict[str, set[str]] = {}
    values: set[str] = set()
    for fact in facts:
        for place in slots.of(fact.predicate, fact.subject):
            found = one if place.one else several
            found.setdefault(fact.subject_id, set()).update(slots.forms_of(place, fact.predicate))
            if not place.one:
                values.add(fact.object_id)
    return Touched(one, several, frozenset(values))


def difference(standing: Iterable[Ruling], wanted: Iterable[Ruling]) -> Difference:
    """Compare derived rulings that stand with those that should; equal ones stay untouched."""
    known = {_identity(r): r for r in standing if r.kind in DERIVED}
    want = {_identity(r): r for r in wanted}
    new = tuple(r for key, r in want.items() if key not in known)
    return Difference(new, tuple(sorted(r.id for key, r in known.items() if key not in want)))


def ruling_id(origin: str, ruling: Ruling) -> str:
    """Return the id of a ruling: of its fields up to `until`, and of when it was decided."""
    instants = map(instant_text, (ruling.at, ruling.until, ruling.created_at))
    return derive_id(origin, "Ruling", ruling.older, ruling.kind, ruling.newer, *instants)


# --- from what was said to claims -----------------------------------------------------------------------------------


def _by_id(episode: Episode) -> tuple[datetime, str, str]:
    return _instant(episode.said), episode.fact.id, episode.interaction or ""


def _instant(at: datetime | None) -> datetime:
    return at if at is not None else datetime.min.replace(tzinfo=UTC)


def _identity(ruling: Ruling) -> tuple[object, ...]:
    return ruling.older, ruling.kind, ruling.newer, ruling.at, ruling.until, ruling.evidence


def _keys(fact: Fact, slots: Slots, roots: Mapping[str, str]) -> Iterator[tuple[Key, Place]]:
    """Where a fact stands: by subject and slot, and where several values hold at a time by value, too."""
    if fact.modality not in (None, "plan"):
        return
    value = roots.get(fact.object_id, fact.object_id)
    subject = roots.get(fact.subject_id, fact.subject_id)
    for place in slots.of(fact.predicate, fact.subject):
        alone = place.one and (not place.named or _is_name(fact.object))
        yield ((subject, place.slot) if alone else (subject, place.slot, value)), place


def _claims(episode: Episode, slots: Slots, roots: Mapping[str, str]) -> Iterator[tuple[Key, Claim]]:
    fact = episode.fact
    for key, place in _keys(fact, slots, roots):
        claim = _claim(episode, place, roots.get(fact.object_id, fact.object_id))
        if claim is not None:
            yield key, claim


def _claim(episode: Episode, place: Place, value: str) -> Claim | None:
    """What one telling claims of its slot; None where it claims nothing: "didn't leave", "never went"."""
    fact, positive = episode.fact, not episode.fact.negated
    if place.role == "ends":
        if not positive:
            return None
        positive = False
    if place.role in ("over", "event") and not positive:
        return None
    span = (episode.said, None) if fact.modality == "plan" else span_of(fact, episode.said, place)
    span = (None, None) if place.fixed else span  # it was so all along: what was said last is right
    if span is None or (span[1] is not None and span[0] is not None and span[1] <= span[0]):
        return None
    return Claim(
        fact=fact,
        value=value,
        start=span[0],
        end=span[1] if positive else None,
        said=episode.said,
        interaction=episode.interaction,
        text=episode.text,
        positive=positive,
        plan=fact.modality == "plan",
        slot=place.slot,
        over=place.role == "over",
    )


def _is_name(text: str) -> bool:
    """Return whether a value is written like a name: a word with a capital, a digit, or a script without capitals."""
    return any(w[0].isupper() or not (w[0].islower() or not w[0].isalnum()) for w in text.split() if w)


# --- one slot -------------------------------------------------------------------------------------------------------


def _group(claims: Sequence[Claim], pinned: frozenset[str], reverted: frozenset[tuple[str, str]]) -> list[Ruling]:
    plain = [c for c in claims if not c.plan]
    voided: list[Ruling] = []
    first = min((_instant(c.said) for c in plain), default=_instant(None))  # before it there is nothing to set right
    telling = [c for c in plain if c.text and _instant(c.said) > first]
    for claim in sorted(telling, key=lambda c: (_instant(c.said), c.fact.id)):
        if claim in plain:
            plain, more = _corrected(claim, plain, pinned, reverted)
            voided += more
    return [*voided, *Course.of(plain, pinned, reverted).rulings(), *_plans(claims)]


def _corrected(
    claim: Claim, claims: Sequence[Claim], pinned: frozenset[str], reverted: frozenset[tuple[str, str]]
) -> tuple[list[Claim], list[Ruling]]:
    """Take what a correcting claim sets right out of the claims: it was never so; the claim begins where it did."""
    here = _instant(claim.start)
    before = [c for c in claims if _instant(c.said) < _instant(claim.said) and _instant(c.start) <= here]
    live = Course.of(before, pinned, reverted).live if claim.positive and claim.said is not None else ()
    wrong = [old for old in live if old.fact.id not in pinned and (old.fact.id, claim.fact.id) not in reverted]
    wrong = [old for old in wrong if _sets_right(claim, old)]
    if not wrong:
        return list(claims), []
    start = min((old.start for old in wrong), key=_instant)
    gone = {(old.fact.id, old.start) for old in wrong}
    kept = [c for c in claims if (c.fact.id, c.start) not in gone]
    moved = replace(claim, start=claim.fact.valid_at or start)
    first = {old.fact.id: old for old in sorted(wrong, key=lambda c: _instant(c.start), reverse=True)}
    rulings = [
        Ruling(
            older=old.fact.id,
            kind="correction",
            newer=claim.fact.id,
            at=old.start,
            until=_again(old, kept),
            reason=f"{old.slot}: set right",
            evidence=claim.interaction,
        )
        for old in first.values()
    ]
    return [moved if c is claim else c for c in kept], rulings


def _again(old: Claim, claims: Sequence[Claim]) -> datetime | None:
    """When the same fact was said again, after it was set right."""
    later = [c.start for c in claims if c.fact.id == old.fact.id and _instant(c.start) > _instant(old.start)]
    return min((s for s in later if s is not None), default=None)


def _sets_right(claim: Claim, old: Claim) -> bool:
    if old.value == claim.value:
        told = claim.fact.valid_at
        dated = told is not None and old.fact.valid_at is not None and told != old.fact.valid_at
        return dated and corrects(claim.text, new=claim.fact.object, old="")
    dated_anew = claim.fact.valid_at is not None
    return corrects(claim.text, new=claim.fact.object, old=old.fact.object, dated=dated_anew)


def _plans(claims: Sequence[Claim]) -> list[Ruling]:
    """End each plan at the first claim that fulfils it, or gives it up, from when it was made on."""
    found = []
    first: dict[str, Claim] = {}
    for claim in sorted((c for c in claims if c.plan), key=lambda c: _instant(c.said)):
        first.setdefault(claim.fact.id, claim)
    of_value: dict[str, list[Claim]] = {}
    for claim in ordered(claims):
        of_value.setdefault(claim.value, []).append(claim)
    for fact_id in sorted({c.fact.id for c in claims if c.plan and c.positive}):
        made = first[fact_id]
        end = next((c for c in of_value[made.value] if _ends_plan(c, made)), None)
        if end is not None:
            kind, why = ("update", "came about") if end.positive else ("negation", "given up")
            found.append(
                Ruling(
                    older=fact_id,
                    kind="update" if kind == "update" else "negation",
                    newer=end.fact.id,
                    at=max(end.start, made.start) if end.start and made.start else end.start,
                    reason=f"{made.slot}: the plan {'was ' if why == 'given up' else ''}{why}",
                    evidence=end.interaction,
                )
            )
    return found


def _ends_plan(claim: Claim, plan: Claim) -> bool:
    if claim.value != plan.value or _instant(claim.said) <= _instant(plan.said) or claim.over:
        return False
    return claim.positive if not claim.plan else claim.fact.negated
