"""Reading benchmark files: JSON or JSON lines, plain or gzip; texts made fit to remember; dates in the sets' forms."""

import gzip
import io
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from graphmem.errors import FormatError, NotFound

__all__ = ["data_file", "parse_date", "records", "text_of"]

_LIST_KEYS = ("data", "questions", "corpus", "docs", "passages", "rows", "examples")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WEEKDAY = re.compile(r"\s*\(\w+\)\s*")
_DATE_FORMS = (
    "%I:%M %p on %d %B, %Y",
    "%I:%M %p on %d %B %Y",
    "%H:%M on %d %B, %Y",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%d %B, %Y",
    "%d %B %Y",
    "%B %d, %Y",
)


def data_file(path: Path) -> Path:
    """Return the file meant by `path`: itself, or the only JSON file of a folder.

    Raises:
        NotFound: there is no such path.
        FormatError: a folder with none or several JSON files.
    """
    if not path.exists():
        raise NotFound(f"no data at {path}: give the path of the benchmark's file with --data")
    if path.is_file():
        return path
    found = sorted(p for p in path.iterdir() if re.search(r"\.jsonl?(\.gz)?$", p.name))
    if len(found) != 1:
        names = ", ".join(p.name for p in found) or "none"
        raise FormatError(f"{path} is a folder and holds {len(found)} JSON files ({names}): give the file itself")
    return found[0]


@contextmanager
def _open(path: Path) -> Iterator[IO[str]]:
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        source = gzip.GzipFile(fileobj=raw) if packed else raw
        yield io.TextIOWrapper(source, encoding="utf-8-sig", errors="surrogateescape")


def _parse(text: str, path: Path, *, line: int | None = None) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as err:
        place = f", line {line}" if line else ""
        raise FormatError(f"{path}{place} is not JSON ({err.msg}): is the file whole?") from err


def _is_lines(head: str) -> bool:
    try:
        return isinstance(json.loads(head), dict)
    except json.JSONDecodeError:
        return False


def records(path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a file: a JSON list, an object that wraps one, a single object, or JSON lines (streamed).

    Raises:
        FormatError: not JSON (with the line), or something else than objects in it.
    """
    try:
        with _open(path) as file:
            yield from _records(file, path)
    except (EOFError, gzip.BadGzipFile, OSError) as err:
        raise FormatError(f"{path} cannot be read ({err}): is the file whole?") from err


def _records(file: IO[str], path: Path) -> Iterator[Mapping[str, Any]]:
    lines = ((number, line) for number, line in enumerate(file, start=1) if line.strip())
    _, head = next(lines, (1, ""))
    second = next(lines, None) if _is_lines(head) else None
    if second is None:
        yield from _objects(_parse(head + "".join(line for _, line in lines), path), path)
        return
    yield _object(_parse(head, path), path)
    for number, line in itertools.chain([second], lines):
        yield _object(_parse(line, path, line=number), path)


def _objects(value: Any, path: Path) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        wrapped = [value[k] for k in _LIST_KEYS if isinstance(value.get(k), list)]
        value = wrapped[0] if len(wrapped) == 1 else [value]
    if not isinstance(value, list):
        raise FormatError(f"{path} holds a {type(value).__name__}, not a list of objects")
    for item in value:
        yield _object(item, path)


def _object(value: Any, path: Path) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise FormatError(f"{path} holds a {type(value).__name__} where an object is expected")
    return value


def text_of(value: object) -> str:
    """Return a field as text that any store can keep: lists joined, halves of surrogate pairs and controls replaced."""
    if value is None:
        return ""
    if isinstance(value, dict):
        value = value.get("text", "")
    if isinstance(value, list | tuple):
        return " ".join(filter(None, map(text_of, value)))
    whole = str(value).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _CONTROL.sub(" ", whole).strip()


def parse_date(value: object) -> datetime | None:
    """Return an aware instant (UTC where no offset is told) from a date in one of the sets' forms, None for others."""
    text = " ".join(_WEEKDAY.sub(" ", text_of(value)).split())
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
