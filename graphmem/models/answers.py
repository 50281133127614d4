"""What a chat model may answer when it extracts: the schema, its validation, and its reading into our own values."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from graphmem.identity import ENTITY_KINDS
from graphmem.ports import Extraction, FoundEntity, Triple

__all__ = ["answer_schema", "extraction_of", "parsed_answer", "parsed_text", "said_wrong"]

#: A name longer than this is no name but a sentence.
NAME_CHARACTERS = 200
#: A chat model states no confidence; its facts rank with what the rules are sure of.
CONFIDENCE = 0.9
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def answer_schema() -> Any:
    """Return the pydantic model of an answer. MissingExtra: pydantic, which comes with LangChain, is not installed."""
    from graphmem.models.forms import FoundInRecords

    return FoundInRecords


def parsed_answer(answer: object, *, count: int) -> Sequence[Any]:
    """Validate an answer (a schema's object or plain JSON) and return its `count` items by number, from 1.

    Raises: ValueError: not of the schema, or not one item for each record.
    """
    schema = answer_schema()
    valid = answer if isinstance(answer, schema) else schema.model_validate(answer)
    items = sorted(valid.records, key=lambda item: item.n)
    if [item.n for item in items] != list(range(1, count + 1)):
        raise ValueError(f"expected one item for each of the {count} records, got n = {[i.n for i in items][:20]}")
    return items


def parsed_text(answer: object) -> object:
    """Return the JSON object within a chat model's message; words and fences around it are passed over.

    Raises: ValueError: there is none.
    """
    text = _text_of(answer)
    start = text.find("{")
    if start < 0:
        raise ValueError("the answer holds no JSON object")
    value, _ = json.JSONDecoder().raw_decode(text, start)
    return value


def said_wrong(error: ValueError) -> str:
    """Say what is wrong with an answer without quoting it: it may hold the memory's text.

    >>> said_wrong(ValueError("expected one item"))
    'expected one item'
    """
    details = getattr(error, "errors", None)
    if callable(details):  # pydantic
        found = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in details(include_url=False)]
        return "; ".join(found[:5])
    if isinstance(error, json.JSONDecodeError):
        return f"not valid JSON ({error.msg})"
    return "not of the agreed form" if hasattr(error, "llm_output") else str(error)


def extraction_of(item: Any, *, name: str) -> Extraction:
    """Turn one validated item into an extraction; blank or sentence-long names and what hangs on them are dropped."""
    entities = [
        FoundEntity(name=e.name.strip(), kind=_kind(e.kind), about=e.about) for e in item.entities if _named(e.name)
    ]
    triples = [t for t in map(_triple, item.facts) if t is not None]
    kinds = {e.name: e.kind for e in entities}
    known = [_with_kinds(t, kinds) for t in triples]
    return Extraction(entities=tuple(dict.fromkeys(entities)), triples=tuple(known), extractor=name)


def _triple(fact: Any) -> Triple | None:
    predicate = re.sub(r"\W+", "_", fact.predicate.casefold()).strip("_")
    if not (predicate and _named(fact.subject) and _named(fact.object)):
        return None
    since, until = _instant(fact.since), _instant(fact.until)
    if since and until and until <= since:
        until = None  # an interval that ends before it begins says nothing
    subject, value = fact.subject.strip(), fact.object.strip()
    return Triple(
        subject=subject,
        predicate=predicate,
        object=value,
        text=f"{subject} {'not ' if fact.negated else ''}{predicate.replace('_', ' ')} {value}",
        negated=fact.negated,
        modality=fact.modality,
        when=fact.when or None,
        valid_at=since,
        invalid_at=until,
        confidence=CONFIDENCE,
    )


def _with_kinds(triple: Triple, kinds: dict[str, str]) -> Triple:
    return replace(
        triple,
        subject_kind=kinds.get(triple.subject, "unknown"),
        object_kind=kinds.get(triple.object, "unknown"),
    )


def _named(name: str) -> bool:
    return 0 < len(name.strip()) <= NAME_CHARACTERS


def _kind(kind: str) -> str:
    folded = kind.strip().casefold()
    return folded if folded in ENTITY_KINDS else "unknown"


def _instant(text: str | None) -> datetime | None:
    """Read an ISO date, month, year or instant; anything else is None, never a guess. Without an offset it is UTC."""
    if not text:
        return None
    try:
        if partial := _DATE.fullmatch(text.strip()):
            year, month, day = partial.groups()
            return datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
        found = datetime.fromisoformat(text.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text_of(answer: object) -> str:
    """Return the words of a message: its `text`, or its content where that is plain."""
    for part in (answer, getattr(answer, "text", None), getattr(answer, "content", None)):
        if isinstance(part, str):
            return str(part)
    raise ValueError("the answer holds no text")
