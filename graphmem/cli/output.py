"""Results as JSON and as text. Memory text is data: control characters in it never reach the terminal."""

import contextlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from graphmem.errors import StoreUnavailable

__all__ = ["date_text", "echo", "hushed", "indented", "one_line", "plain", "writing"]

#: Control characters (they could move the cursor or retitle the window), and marks that reverse the reading direction.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def echo(text: str, *, err: bool = False) -> None:
    """Write a line to stdout or stderr, at once, so that pipes see whole lines."""
    stream = sys.stderr if err else sys.stdout
    with writing():
        stream.write(text + "\n")
        stream.flush()


@contextmanager
def writing() -> Iterator[None]:
    """Say in words that standard output cannot be written (a full disk); a reader that has enough is no error."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as err:
        hushed()
        raise StoreUnavailable(f"standard output cannot be written: {err.strerror}") from err


def hushed() -> None:
    """Write the rest of standard output nowhere: Python would complain once more while closing it."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def plain(value: object) -> Any:
    """Return a result as JSON's values: dataclasses as objects of their fields, instants as ISO 8601 in UTC."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return float(value) if isinstance(value, float) else int(value)
    return str(value)


def shown(text: str) -> str:
    """Return a memory's text as a terminal may show it."""
    return _UNSHOWN.sub("\ufffd", text)


def one_line(text: str, *, width: int | None = None) -> str:
    """Return a text on one line, at most `width` characters."""
    line = shown(" ".join(text.split()))
    return line if width is None or len(line) <= width else line[: width - 1] + "…"


def indented(text: str, *, by: str = "   ") -> str:
    """Return a text with every line indented."""
    return "\n".join(by + line for line in shown(text).splitlines())


def date_text(at: datetime | None) -> str:
    """Return an instant as people read it, in UTC to the minute; `undated` for None."""
    return "undated" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
