"""Times that hang on what is known: "two days after the interview" has a date once the interview has one. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from graphmem.model import Fact
from graphmem.text.time import TimeSpan, time_spans
from graphmem.text.time.amounts import moved
from graphmem.text.tokens import chat_terms, shared_chat_terms

__all__ = ["anchors_of", "resolved"]

_DAY = timedelta(days=1)
_TURNS = re.compile(r"\b(?:after|before|since|prior|following)\b", re.IGNORECASE)
#: Words of an anchor that tell nothing of which happening it is.
_OWN = re.compile(r"\b(?:the|my|our|your|his|her|their|that|this|i|we|he|she|they)\b", re.IGNORECASE)


def anchors_of(text: str, *, said: datetime | None) -> tuple[TimeSpan, ...]:
    """Return the phrases of a text that hang on something that has no date in it, and say on what; cheap mostly."""
    if said is None or _TURNS.search(text) is None:
        return ()
    return tuple(s for s in time_spans(text, reference=said) if _hangs(s))


def _hangs(span: TimeSpan) -> bool:
    hung = span.length is not None or span.direction == "since"
    return span.kind == "anchored" and hung and bool(terms_of(span.anchor or ""))


def terms_of(anchor: str) -> tuple[str, ...]:
    """Return the terms that a fact must hold to be what an anchor names."""
    return tuple(dict.fromkeys(chat_terms(_OWN.sub(" ", anchor))))


def resolved(spans: Iterable[TimeSpan], facts: Sequence[Fact], *, said: datetime) -> tuple[TimeSpan, ...]:
    """Return phrases with the dates of the facts that they hang on; those that hang on none are left as they are.

    Of several facts that hold all words of an anchor, the latest that had begun when it was said is meant.

    Args:
        spans: phrases of a text.
        facts: dated facts; others are passed over.
        said: when the text was said.
    """
    return tuple(_resolved(span, facts, said) if _hangs(span) else span for span in spans)


def _resolved(span: TimeSpan, facts: Sequence[Fact], said: datetime) -> TimeSpan:
    wanted = terms_of(span.anchor or "")
    meant = [f for f in facts if f.valid_at is not None and f.valid_at <= said and _tells(f, wanted)]
    anchor = max(meant, key=lambda f: (f.valid_at, f.id), default=None)
    if anchor is None or anchor.valid_at is None:
        return span
    if span.direction == "since" or span.length is None:
        return replace(span, kind="interval", start=anchor.valid_at, end=None, certainty="likely")
    back = span.direction == "before"
    over = (anchor.invalid_at or anchor.valid_at + _DAY) - timedelta(microseconds=1)
    found = moved((anchor.valid_at if back else over).astimezone(UTC), span.length, back=back)
    start, end = (at and at.replace(tzinfo=UTC) for at in (found.start, found.end))
    return replace(span, kind="interval", direction="at", start=start, end=end, certainty="likely")


def _tells(fact: Fact, wanted: tuple[str, ...]) -> bool:
    plain = f"{fact.predicate.replace('_', ' ')} {fact.object} {fact.text}"
    return not fact.negated and fact.modality is None and shared_chat_terms(plain, wanted) == frozenset(wanted)
