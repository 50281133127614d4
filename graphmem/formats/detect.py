"""Which format a file is in, by its name and its beginning. Pure."""

from collections.abc import Mapping
from pathlib import PurePath

from graphmem.errors import FormatError
from graphmem.formats.items import FORMATS, Format
from graphmem.formats.jsonstream import first_keys
from graphmem.formats.source import STDIN

__all__ = ["READABLE", "detect", "is_readable"]

_BY_SUFFIX: Mapping[str, Format] = {
    ".md": "markdown", ".markdown": "markdown", ".mdown": "markdown", ".mdx": "markdown",
    ".txt": "text", ".text": "text", ".rst": "text", ".log": "text",
}  # fmt: skip
_JSON = frozenset({".json", ".jsonl", ".ndjson"})
READABLE = frozenset(_BY_SUFFIX) | _JSON


def is_readable(name: str) -> bool:
    """Tell whether a file in a folder is of a kind that graphmem reads, by its suffix (`.gz` set aside)."""
    return _suffix(name) in READABLE


def detect(name: str, head: str) -> Format:
    """Return the format of a file.

    Args:
        name: its name; `-` is standard input.
        head: its beginning, as much as it takes to see the keys of its first record.

    Raises:
        FormatError: its format cannot be told, or it is an export of graphmem's own.

    >>> detect("chat.json", '[{"role": "user", "content": "hello"}]')
    'openai'
    """
    if by_suffix := _BY_SUFFIX.get(_suffix(name)):
        return by_suffix
    opens_json = head.lstrip()[:1] in ("{", "[")
    if opens_json and (found := _by_keys(first_keys(head), name=name)):
        return found
    if _suffix(name) in _JSON and head.strip():
        keys = ", ".join(sorted(first_keys(head))) or "none"
        raise FormatError(
            f"cannot tell the format of {name}: its first record has the keys {keys}; "
            f"say it with --format ({', '.join(FORMATS)})"
        )
    return "messages" if _suffix(name) in _JSON else "text"


def _suffix(name: str) -> str:
    return "" if name == STDIN else PurePath(name.lower().removesuffix(".gz")).suffix


def _by_keys(keys: frozenset[str], *, name: str) -> Format | None:
    if {"graphmem", "type"} <= keys:
        raise FormatError(f"{name} is an export of graphmem's: bring it in with `graphmem import {name}`")
    if "mapping" in keys:
        return "chatgpt"
    if "conversation" in keys or "session_1" in keys or {"qa", "sample_id"} <= keys:
        return "locomo"
    if "messages" in keys or {"role", "content"} <= keys:
        return "openai"
    return "messages" if keys & {"text", "content", "message"} else None
