"""Text files as streams of lines: plain or gzip, UTF-8 or UTF-16, undecodable bytes found and not lost in silence."""

import gzip
import io
import re
import sys
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from graphmem.errors import FormatError, NotFound

__all__ = ["STDIN", "TextSource", "mended", "open_source"]

STDIN = "-"
#: Characters looked at to tell the format; LoCoMo files put their questions before the conversation.
_HEAD = 1_000_000
_PIECE = 1_000_000
#: A longer line is no record of a conversation; reading it whole would not be bounded.
_LONGEST_LINE = 64_000_000
_UNDECODED = re.compile("[\udc80-\udcff]")


def mended(text: str) -> str | None:
    """Return the text with undecodable bytes as U+FFFD, None where there are none."""
    mended_text, found = _UNDECODED.subn("\ufffd", text)
    return mended_text if found else None


@dataclass
class TextSource:
    """A text file read once from front to back: `head` looks ahead as far as the format needs, `lines` gives it all."""

    name: str
    stream: io.TextIOBase
    _ahead: deque[str] = field(default_factory=deque)

    def head(self) -> str:
        """Return the beginning: up to a complete first line of JSON Lines or prose, else up to a million characters."""
        while sum(map(len, self._ahead)) < _HEAD and (piece := self._piece()):
            self._ahead.append(piece)
            first = next((p.lstrip() for p in self._ahead if p.strip()), "")
            if first and not _goes_on(first):
                break
        return "".join(self._ahead)

    def pieces(self) -> Iterator[tuple[int, str]]:
        """Yield (line number from 1, text) in pieces that end at line ends or after a million characters."""
        number = 1
        while piece := self._ahead.popleft() if self._ahead else self._piece():
            yield number, piece
            number += piece.endswith("\n")

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield (number from 1, whole line with its end); one over 64 M characters comes in pieces."""
        held: list[str] = []
        for number, piece in self.pieces():
            held.append(piece)
            if piece.endswith("\n") or len(held) * _PIECE >= _LONGEST_LINE:
                yield number, "".join(held)
                held.clear()
        if held:
            yield number, "".join(held)

    def _piece(self) -> str:
        try:
            piece = self.stream.readline(_PIECE)
            # A piece never ends between a backslash and what it escapes.
            return piece + self.stream.readline(1) if piece.endswith("\\") else piece
        except (EOFError, zlib.error, gzip.BadGzipFile) as err:
            raise FormatError(f"{self.name} is a broken or truncated gzip file: {err}") from err
        except UnicodeError as err:
            raise FormatError(f"{self.name} is not text in the encoding its first bytes announce: {err}") from err


def _goes_on(line: str) -> bool:
    """Tell whether JSON that the first line opens goes on after it, so that more is needed to tell its kind."""
    return line.startswith("[") or (line.startswith("{") and not line.rstrip().endswith("}"))


@contextmanager
def open_source(path: Path | str, *, name: str) -> Iterator[TextSource]:
    """Open a file, or standard input for `-`, as a text source called `name` in messages.

    Raises:
        NotFound: there is no such file.
        FormatError: it cannot be read, or is not text.
    """
    if path == STDIN:
        yield TextSource(name, _decoded(sys.stdin.buffer, name=name))
        return
    try:
        with Path(path).open("rb") as raw:
            yield TextSource(name, _decoded(raw, name=name))
    except FileNotFoundError as err:
        raise NotFound(f"no file or folder {path}") from err
    except (PermissionError, IsADirectoryError) as err:
        raise FormatError(f"{path} cannot be read: {err.strerror}") from err


def _decoded(raw: BinaryIO, *, name: str) -> io.TextIOWrapper:
    buffered = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, raw))
    if buffered.peek(2)[:2] == b"\x1f\x8b":
        buffered = io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=buffered)))
    try:
        start = buffered.peek(4096)[:4096]
    except (EOFError, zlib.error, gzip.BadGzipFile) as err:
        raise FormatError(f"{name} is a broken or truncated gzip file: {err}") from err
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return io.TextIOWrapper(buffered, encoding="utf-16")
    if b"\x00" in start:
        raise FormatError(f"{name} is not text (it holds zero bytes)")
    return io.TextIOWrapper(buffered, encoding="utf-8-sig", errors="surrogateescape")
