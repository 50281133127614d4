"""Plain text and Markdown as passages: paragraphs under their headings, packed to about 120 words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from graphmem.errors import InvalidInput
from graphmem.formats.chunks import Block, packed
from graphmem.formats.frontmatter import Lines, date_of, take_front_matter
from graphmem.formats.items import Item, Problem, ReadOptions, Told
from graphmem.formats.source import TextSource, mended
from graphmem.model import Passage

__all__ = ["read_markdown", "read_text"]

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_NOT_TITLE = re.compile(r"\s*(?:[-*+>|]|\d+[.)]\s)")
_RULE = re.compile(r"[\s*_=#-]*$")
_LONGEST_HEADING = 1_000
_UNDECODED = "bytes that are not UTF-8 were read as \ufffd"
#: A paragraph or code block over so many characters is cut there, so that memory stays bounded.
_LONGEST_BLOCK = 200_000


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    text: str
    line: int


def read_text(source: TextSource, options: ReadOptions) -> Iterator[Told]:
    """Yield a plain text's paragraphs as passages of about 120 words, without title or date."""
    problems: list[Problem] = []
    for chunk in packed(_as_blocks(_paragraphs(_clean(source, problems), markdown=False))):
        yield from _drained(problems)
        passage = Passage(chunk.text, source=source.name, metadata={"line": chunk.line})
        yield Item(options.session or source.name, passage, source.name, chunk.line)
    yield from _drained(problems)


def read_markdown(source: TextSource, options: ReadOptions) -> Iterator[Told]:
    """Yield a Markdown file's paragraphs as passages; the title is the document's, then the headings above it.

    Front matter (simple `key: value` lines between `---`) goes into `metadata["front_matter"]`; its `title` is the
    document's title, its `date` every passage's `at`: UTC where it names no zone and none is given.
    """
    problems: list[Problem] = []
    lines = Lines(_clean(source, problems))
    front = take_front_matter(lines)
    try:
        at = date_of(front, zone=options.timezone)
    except InvalidInput as err:
        problems.append(Problem(source.name, 1, f"the front matter's date is left unknown: {err}"))
        at = None
    for chunk in packed(_under_headings(_paragraphs(lines, markdown=True))):
        yield from _drained(problems)
        path = [h for h in (front.get("title"), *chunk.under) if isinstance(h, str) and h]
        title = " / ".join(dict.fromkeys(path)) or None
        metadata: dict[str, Any] = {"line": chunk.line} | ({"front_matter": front} if front else {})
        passage = Passage(chunk.text, title=title, source=source.name, at=at, metadata=metadata)
        yield Item(options.session or source.name, passage, source.name, chunk.line)
    yield from _drained(problems)


def _drained(problems: list[Problem]) -> Iterator[Problem]:
    yield from problems
    problems.clear()


def _clean(source: TextSource, problems: list[Problem]) -> Iterator[tuple[int, str]]:
    """Yield the lines without their ends, undecodable bytes as U+FFFD, and note where there were any."""
    for number, line in source.lines():
        text = mended(line)
        if text is not None:
            problems.append(Problem(source.name, number, _UNDECODED))
        yield number, (line if text is None else text).rstrip("\r\n")


def _as_blocks(parts: Iterable[Block | _Heading]) -> Iterator[Block]:
    return (part for part in parts if isinstance(part, Block))


def _under_headings(parts: Iterable[Block | _Heading]) -> Iterator[Block]:
    """Yield blocks with the headings above them; a heading with nothing under it is a block, so no word is lost."""
    path: list[_Heading] = []
    bare = False
    for part in parts:
        if isinstance(part, Block):
            bare = False
            yield replace(part, under=tuple(h.text for h in path))
            continue
        if bare and part.level <= path[-1].level:
            yield _bare(path)
        path = [*(h for h in path if h.level < part.level), part]
        bare = bool(part.text)
    if bare:
        yield _bare(path)


def _bare(path: list[_Heading]) -> Block:
    return Block(path[-1].text, path[-1].line, tuple(h.text for h in path), whole=True)


def _paragraphs(lines: Iterable[tuple[int, str]], *, markdown: bool) -> Iterator[Block | _Heading]:
    """Yield paragraphs (runs of lines that are not blank), and for Markdown headings and whole code blocks."""
    held: list[str] = []
    first = size = 0
    fence = ""
    for number, line in lines:
        if not held:
            first, size = number, 0
        size += len(line)
        if fence:
            held.append(line)
            if _closes(line, fence) or size > _LONGEST_BLOCK:
                yield Block("\n".join(held), first, whole=True)
                held, fence = [], ""
            continue
        opening = _FENCE.match(line) if markdown else None
        heading = _heading(line, held, number=number) if markdown and not opening else None
        if heading is not None and heading.line < number:
            held.pop()
        if opening or heading or not line.strip() or size > _LONGEST_BLOCK:
            yield from _block(held, first)
            held = []
        if heading:
            yield heading
        elif opening:
            held, first, fence = [line], number, opening.group(1)
        elif line.strip():
            held.append(line)
    yield from _block(held, first, whole=bool(fence))


def _block(held: list[str], first: int, *, whole: bool = False) -> Iterator[Block]:
    if not all(map(_RULE.match, held)):
        yield Block("\n".join(held), first, whole=whole)


def _closes(line: str, fence: str) -> bool:
    return re.fullmatch(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*", line) is not None


def _heading(line: str, held: list[str], *, number: int) -> _Heading | None:
    """Return the heading that a line is (`## ...`), or makes of the one line before it (`===`, `---`)."""
    if len(line) > _LONGEST_HEADING:
        return None
    if found := _HEADING.match(line):
        return _Heading(len(found.group(1)), (found.group(2) or "").strip(), number)
    underline = _UNDERLINE.match(line)
    if underline and len(held) == 1 and not _NOT_TITLE.match(held[0]):
        return _Heading(1 if underline.group(1)[0] == "=" else 2, held[0].strip(), number - 1)
    return None
