"""Values out of other people's JSON, with an error that names the field. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from graphmem.errors import InvalidInput
from graphmem.formats.conversations import elements
from graphmem.formats.instants import parse_instant
from graphmem.formats.items import Problem
from graphmem.formats.source import TextSource

__all__ = ["instant", "optional", "records", "required", "texts"]


def records(source: TextSource, *, lists: Sequence[str]) -> Iterator[tuple[int, Mapping[str, Any]] | Problem]:
    """Yield (line, record) of a JSON Lines file, of a list, or of the lists that one object holds under these names."""
    for part in elements(source):
        if isinstance(part, Problem):
            yield part
            continue
        held = [part.value]
        if isinstance(part.value, Mapping) and any(isinstance(part.value.get(name), list) for name in lists):
            held = [one for name in lists for one in part.value.get(name) or ()]
        elif isinstance(part.value, list):
            held = part.value
        for value in held:
            if isinstance(value, Mapping):
                yield part.line, value
            else:
                yield Problem(source.name, part.line, "this record is no JSON object")


def required(record: Mapping[str, Any], *names: str) -> str:
    """Return the text under the first of these names that is there. InvalidInput: none is, or a blank one."""
    value = next((record[name] for name in names if record.get(name) is not None), None)
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput(f"{' or '.join(names)} must be a text that is not blank")
    return value


def optional(record: Mapping[str, Any], name: str) -> str | None:
    """Return the text under a name; None where there is none, or a blank one."""
    value = record.get(name)
    if value is None:
        return None
    text = str(value)
    return text if text.strip() else None


def texts(record: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the list of texts under a name, () where there is none. InvalidInput: it holds something else."""
    value = record.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InvalidInput(f"{name} must be a list of texts")
    return tuple(value)


def instant(record: Mapping[str, Any], name: str) -> datetime | None:
    """Return the instant under a name, in UTC where it names no zone; None where there is none."""
    value = record.get(name)
    return None if value is None else parse_instant(value, zone=UTC)
