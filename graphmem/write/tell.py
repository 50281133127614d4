"""What `remember` was told, made uniform and written chunk by chunk."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import get_args

from graphmem.arguments import checked_fields
from graphmem.errors import InvalidInput
from graphmem.identity import ENTITY_KINDS, UNKNOWN, entity_id, fact_id
from graphmem.model import Entity, Fact, Interaction, Message, Modality, Passage, Remembered, Role
from graphmem.ports import Batch
from graphmem.write.admit import Admitter, checked_instant, checked_name, checked_text, untellable
from graphmem.write.writer import MOST_CHANGES, Drawn, Writer

__all__ = ["Told", "added", "remember_chunk", "told_items"]

Told = str | Message | Passage | Fact

_KEPT_IDS = 10_000


def told_items(
    what: Told | Iterable[Told], *, speaker: str | None, role: Role | None, at: datetime | None
) -> Iterator[Message | Passage | Fact]:
    """Yield what was told as values; plain strings become messages of the call's speaker, role and instant.

    Raises:
        InvalidInput: what was told is no text, value or iterable of them.
    """
    if isinstance(what, str | Message | Passage | Fact):
        what = [what]
    if not isinstance(what, Iterable) or isinstance(what, bytes | dict):
        raise untellable(what)
    for one in what:
        if isinstance(one, Message | Passage | Fact):
            yield checked_fields(one)
        else:
            yield Message(one, speaker=speaker, role=role, at=at) if isinstance(one, str) else one


def remember_chunk(
    writer: Writer, admitter: Admitter, told: Sequence[Message | Passage | Fact], *, background: bool
) -> Remembered:
    """Write one chunk: admit, embed, draw facts (unless in the background), and return its receipt."""
    interactions = [admitter.admit(t) for t in _dated(writer, told) if not isinstance(t, Fact)]
    facts = [_by_hand(writer.origin, t) for t in told if isinstance(t, Fact)]
    if not interactions:
        return _assert(writer, facts, now=admitter.now)
    admission = writer.admit(interactions, now=admitter.now)  # first: an id that is taken refuses the facts, too
    by_hand = _assert(writer, facts, now=admitter.now)
    waiting = [i for i in writer.store.interactions(writer.namespace, _unique(interactions)) if i.pending]
    unembedded = _unembedded(writer, waiting, new=frozenset(admission.new))
    undrawn = [i for i in waiting if i.extractor is None]
    inline = not background and writer.extractor is not None
    if inline:
        drawn = writer.embed_and_draw(unembedded, undrawn, now=admitter.now)
    else:
        drawn = writer.embed(unembedded, now=admitter.now) if unembedded else Drawn()
    return Remembered(
        ids=(*(i.id for i in interactions), *by_hand.ids),
        interactions=len(admission.new),
        known=len(interactions) - len(admission.new),
        entities=drawn.entities + by_hand.entities,
        facts=drawn.facts + by_hand.facts,
        pending=0 if inline else len(undrawn),
        degraded=drawn.degraded,
        changes=(by_hand.changes + drawn.changes)[:MOST_CHANGES],
    )


def _unique(interactions: Sequence[Interaction]) -> list[str]:
    return list(dict.fromkeys(i.id for i in interactions))


def _unembedded(writer: Writer, waiting: Sequence[Interaction], *, new: frozenset[str]) -> list[Interaction]:
    """Return what is new, and what an earlier call could not embed: told again, it is finished."""
    old = [i.arrival for i in waiting if i.id not in new]
    lacking: frozenset[str] = frozenset()
    if old:
        page = writer.store.pending(writer.namespace, stage="vectors", after=min(old) - 1, top_k=len(waiting))
        lacking = frozenset(i.id for i in page)
    return [i for i in waiting if i.id in new or i.id in lacking]


def _dated(writer: Writer, told: Sequence[Message | Passage | Fact]) -> Iterator[Message | Passage | Fact]:
    """Give undated messages that are known by the caller's id the instant they were first told at: a replay is one."""
    ids = [t.id for t in told if isinstance(t, Message) and t.id is not None and t.at is None]
    known = {i.id: i.at for i in writer.store.interactions(writer.namespace, ids)} if ids else {}
    for one in told:
        if isinstance(one, Message) and one.at is None and one.id in known:
            yield replace(one, at=known[one.id])
        else:
            yield one


def added(total: Remembered, more: Remembered) -> Remembered:
    """Add two receipts; at most the first 10,000 ids and 1,000 changes are kept."""
    return Remembered(
        ids=(total.ids + more.ids)[:_KEPT_IDS] if len(total.ids) < _KEPT_IDS else total.ids,
        interactions=total.interactions + more.interactions,
        known=total.known + more.known,
        entities=total.entities + more.entities,
        facts=total.facts + more.facts,
        pending=total.pending + more.pending,
        degraded=tuple(dict.fromkeys(total.degraded + more.degraded)),
        changes=(total.changes + more.changes)[:MOST_CHANGES],
    )


def _assert(writer: Writer, rows: Sequence[Fact], *, now: datetime) -> Remembered:
    """Write facts told by hand: no interaction asserts them, so only `forget` of their entities takes them away."""
    if not rows:
        return Remembered()
    ends = [(f.subject_id, f.subject, f.subject_kind) for f in rows]
    ends += [(f.object_id, f.object, f.object_kind) for f in rows]
    named = [Entity(id=i, name=n, kind=kind or UNKNOWN, told=kind is not None) for i, n, kind in dict.fromkeys(ends)]
    batch = Batch(facts=[replace(f, subject_kind=None, object_kind=None) for f in rows], entities=named)
    written = writer.save(batch, now=now)
    return Remembered(
        ids=tuple(f.id for f in rows),
        facts=written.saved.facts,
        entities=written.saved.entities,
        changes=written.changes[:MOST_CHANGES],
    )


def _by_hand(origin: str, fact: Fact) -> Fact:
    subject = checked_name(fact.subject, what="a fact's subject")
    predicate = checked_name(fact.predicate, what="a fact's predicate")
    object_ = checked_name(fact.object, what="a fact's object")
    valid_at = checked_instant(fact.valid_at, what="valid_at")
    invalid_at = checked_instant(fact.invalid_at, what="invalid_at")
    if valid_at is not None and invalid_at is not None and invalid_at < valid_at:
        raise InvalidInput(f"the fact ends ({invalid_at}) before it begins ({valid_at}): swap them")
    if not 0 <= fact.confidence <= 1:
        raise InvalidInput(f"confidence is {fact.confidence}; it is a number from 0 to 1")
    if fact.modality is not None and fact.modality not in get_args(Modality):
        raise InvalidInput(f"modality {fact.modality!r} is not one of {', '.join(get_args(Modality))} or None")
    id_ = fact_id(
        origin,
        subject,
        predicate,
        object_,
        valid_at=valid_at,
        invalid_at=invalid_at,
        negated=fact.negated,
        modality=fact.modality,
    )
    text = fact.text or f"{subject} {'not ' if fact.negated else ''}{predicate.replace('_', ' ')} {object_}"
    return replace(
        fact,
        id=id_,
        subject_id=entity_id(origin, subject),
        object_id=entity_id(origin, object_),
        valid_at=valid_at,
        invalid_at=invalid_at,
        subject_kind=_checked_kind(fact.subject_kind),
        object_kind=_checked_kind(fact.object_kind),
        text=checked_text(text, what="a fact's text"),
        extractor="hand",
        sources=(),
    )


def _checked_kind(kind: str | None) -> str | None:
    if kind is not None and (kind not in ENTITY_KINDS or kind == UNKNOWN):
        raise InvalidInput(f"{kind!r} is no kind of entity; say one of {', '.join(ENTITY_KINDS[:-1])}")
    return kind
