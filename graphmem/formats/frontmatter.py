"""The front matter of a Markdown file: simple `key: value` lines between `---` marks."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from graphmem.formats.instants import parse_instant

__all__ = ["FrontMatter", "Lines", "date_of", "take_front_matter"]

FrontMatter = Mapping[str, Any]
_DATES = ("date", "created", "published", "updated")
_LONGEST = 200
_LONGEST_LINE = 2_000


@dataclass
class Lines:
    """Numbered lines of which some can be put back."""

    rest: Iterator[tuple[int, str]]
    back: list[tuple[int, str]] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[int, str]]:
        while self.back:
            yield self.back.pop(0)
        yield from self.rest


def take_front_matter(lines: Lines) -> FrontMatter:
    """Return the front matter and take it off the lines; without a closing mark within 200 lines there is none."""
    seen: list[tuple[int, str]] = []
    for number, line in lines.rest:
        seen.append((number, line))
        if number == 1 and line.rstrip() != "---":
            break
        if number > 1 and line.rstrip() in ("---", "..."):
            return _values(text for _, text in seen[1:-1])
        if number > _LONGEST or len(line) > _LONGEST_LINE:
            break
    lines.back = seen
    return {}


def _values(lines: Iterable[str]) -> FrontMatter:
    """Read the simple part of YAML: `key: text`, `key: [a, b]` and lists of `- item` lines, all as texts."""
    values: dict[str, Any] = {}
    key = ""
    for line in lines:
        item = re.match(r"\s*-\s+(.*)$", line)
        pair = re.match(r"([\w .-]+?)\s*:(?:\s+(.*))?$", line)
        if item and key:
            values[key] = [*(values[key] if isinstance(values[key], list) else []), _unquoted(item.group(1))]
        elif pair:
            key, value = pair.group(1), (pair.group(2) or "").strip()
            inside = re.fullmatch(r"\[(.*)\]", value)
            values[key] = [_unquoted(v) for v in inside.group(1).split(",")] if inside else _unquoted(value)
    return values


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def date_of(front: FrontMatter, *, zone: tzinfo | None) -> datetime | None:
    """Return the document's date, None where there is none; without a zone of its own it is in `zone`, else UTC.

    Raises:
        InvalidInput: there is one, and it is no ISO 8601 date or instant.
    """
    named = next((front[key] for key in _DATES if front.get(key)), None)
    return None if named is None else parse_instant(named, zone=zone or UTC)
