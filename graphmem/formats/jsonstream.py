"""The elements of a JSON array, or the objects of JSON Lines, one at a time, however long the file is."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Broken", "Element", "array_elements", "first_keys", "line_elements"]

_MARK = re.compile(r'["\[\]{},]')
_STRING_END = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Element:
    """A parsed value and the line, from 1, on which it begins."""

    line: int
    value: Any


@dataclass(frozen=True, slots=True)
class Broken:
    """A stretch that is no valid JSON, the line on which it begins, and what is wrong."""

    line: int
    why: str


def line_elements(lines: Iterable[tuple[int, str]]) -> Iterator[Element | Broken]:
    """Yield one element per line of JSON Lines; blank lines are passed over."""
    for number, line in lines:
        text = line.strip()
        if text:
            yield _parsed(text, line=number, whole=line.endswith("\n"))


def _parsed(text: str, *, line: int, whole: bool = True) -> Element | Broken:
    try:
        return Element(line, json.loads(text, parse_constant=_refused))
    except RecursionError:
        return Broken(line, "JSON nested too deeply")
    except ValueError as err:
        cut = "" if whole else " (the file ends in the middle of this line: it is truncated)"
        return Broken(line, f"not valid JSON: {_brief(err)}{cut}")


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON value")


def _brief(err: ValueError) -> str:
    return f"{err.msg} (character {err.pos + 1})" if isinstance(err, json.JSONDecodeError) else str(err)


@dataclass
class _Scanner:
    """Cuts pieces of text into the elements of their outermost array, or outermost objects, by brackets and strings.

    `base` is the depth at which elements lie: 1 inside an outermost array, else 0.
    """

    parts: list[str] = field(default_factory=list)
    base: int = 0
    depth: int = 0
    in_string: bool = False
    closed: bool = False
    started: bool = False
    line: int = 1

    def feed(self, number: int, text: str) -> Iterator[tuple[int, str]]:
        """Yield (line, text) of each element that this piece, which begins on line `number`, completes."""
        place = start = 0
        while place < len(text):
            if self.in_string:
                place = self._string_end(text, place)
                continue
            mark = _MARK.search(text, place)
            if mark is None:
                break
            place = mark.end()
            if mark.group() == '"':
                self.in_string = True
            elif (kept := self._follow(mark)) is not None:
                self._hold(number, text[start:kept])
                yield from self._take()
                start = place
        self._hold(number, text[start:])

    def _follow(self, mark: re.Match[str]) -> int | None:
        """Follow a bracket or comma; return where the element that it ends stops, None if it ends none."""
        char = mark.group()
        if char == "[" and self.depth == 0 and not self.started:
            self.base = self.depth = 1
            return mark.end() - 1
        if char in "[{":
            self.depth += 1
            self.started = True
            return None
        if char == ",":
            return mark.start() if self.depth == self.base == 1 else None
        self.closed = self.closed or (self.depth == self.base == 1)
        ends_inside = self.depth > self.base
        self.depth = max(0, self.depth - 1)
        if ends_inside:
            return mark.end() if self.depth == self.base == 0 else None
        return mark.start()

    def _string_end(self, text: str, place: int) -> int:
        end = _STRING_END.match(text, place)
        if end is None:
            return len(text)
        self.in_string = False
        return end.end()

    def _hold(self, number: int, text: str) -> None:
        if not self.parts:
            text = text.lstrip()
            self.line = number
        if text:
            self.parts.append(text)

    def _take(self) -> Iterator[tuple[int, str]]:
        element = "".join(self.parts).strip()
        self.parts.clear()
        if element:
            yield self.line, element


def array_elements(pieces: Iterable[tuple[int, str]]) -> Iterator[Element | Broken]:
    """Yield the elements of a JSON array, or the one object of a file that holds no array, in order.

    Only one element is held at a time. A file that ends early yields what was complete, and says where it broke.
    """
    scanner = _Scanner()
    number = 1
    for number, piece in pieces:
        for line, text in scanner.feed(number, piece):
            yield _parsed(text, line=line)
    rest = "".join(scanner.parts).strip()
    if rest and (scanner.depth or scanner.in_string):
        yield Broken(scanner.line, "the file ends in the middle of this record: it is truncated")
    elif rest:
        yield _parsed(rest, line=scanner.line)
    if scanner.base and not scanner.closed and not rest:
        yield Broken(number, "the file ends before its list does: it is truncated")


def first_keys(head: str) -> frozenset[str]:
    """Return the keys of the first object of a text of JSON, as far as the text goes; empty where there is none.

    >>> sorted(first_keys('[{"role": "user", "content": {"parts": [], "x'))
    ['content', 'role']
    """
    keys: set[str] = set()
    depth = opened = place = 0
    while mark := _MARK.search(head, place):
        place = mark.end()
        char = mark.group()
        if char == '"':
            end = _STRING_END.match(head, place)
            if end is None:
                break
            if opened and depth == opened and head[end.end() : end.end() + 20].lstrip().startswith(":"):
                keys.add(head[place : end.end() - 1])
            place = end.end()
        elif char in "[{":
            depth += 1
            opened = opened or (depth if char == "{" else 0)
        elif char in "]}":
            depth -= 1
            if opened and depth < opened:
                break
    return frozenset(keys)
