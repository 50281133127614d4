"""One record of a conversation, a mapping parsed from JSON, as a message. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, cast, get_args

from graphmem.errors import InvalidInput
from graphmem.formats.instants import parse_instant
from graphmem.model import Message, Role

__all__ = ["Content", "checked", "content_of", "message_of", "role_of", "session_of"]

_TEXT = ("text", "content", "message")
_SPEAKER = ("speaker", "name", "author", "from")
_AT = ("at", "timestamp", "created_at", "create_time", "date")
_SESSION = ("session", "session_id", "conversation_id", "thread_id")
#: Names other writers give to our four roles.
_ROLES: Mapping[str, Role] = {"human": "user", "ai": "assistant", "model": "assistant", "bot": "assistant",
                              "developer": "system", "function": "tool"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Content:
    """The words of a record and the caption that stands for its attachments."""

    text: str
    caption: str | None = None


def checked(text: str, *, what: str) -> str:
    """Return the text; raises InvalidInput where it is blank or no valid Unicode."""
    if not text.strip():
        raise InvalidInput(f"{what} is empty")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as err:
        raise InvalidInput(f"{what} holds a lone surrogate at character {err.start + 1}: no valid Unicode") from err
    return text


def message_of(record: object, *, zone: tzinfo | None = None) -> Message:
    """Return a record of a conversation as a message; keys it does not know are kept in `metadata`.

    Args:
        record: a mapping with `text` or `content`, and any of `speaker`/`name`/`author`/`from`, `role`,
            `at`/`timestamp`/`created_at`/`create_time`/`date`, `id`, `caption`, `metadata`.
        zone: the zone of an instant that names none; None refuses it.

    Raises:
        InvalidInput: no mapping, no words, or a value of the wrong kind; says which.
    """
    if not isinstance(record, Mapping):
        raise InvalidInput(f"a message is a JSON object, not {_kind(record)}")
    content = content_of(_first(record, _TEXT))
    at = _first(record, _AT)
    return Message(
        content.text,
        speaker=_speaker(_first(record, _SPEAKER)),
        role=role_of(record.get("role")),
        at=None if at is None else parse_instant(at, zone=zone),
        id=_name(record.get("id"), what="id"),
        caption=_caption(record.get("caption"), content.caption),
        metadata=_metadata(record),
    )


def session_of(record: Mapping[str, Any]) -> str | None:
    """Return the session a record names, None where it names none."""
    return _name(_first(record, _SESSION), what="session")


def content_of(value: object) -> Content:
    """Return the words of a content: a string, or a list of parts whose attachments become the caption `[image]`.

    Raises:
        InvalidInput: absent, empty, or of another kind.
    """
    if value is None:
        raise InvalidInput("the message has no text: one of text, content is needed")
    if isinstance(value, str):
        return Content(checked(value, what="the text"))
    if not isinstance(value, Sequence):
        raise InvalidInput(f"the content is {_kind(value)}; a string or a list of parts is needed")
    words = [text for part in value if (text := _part_text(part))]
    attached = ", ".join(f"[{kind}]" for part in value if (kind := _attachment(part)))
    if not words and not attached:
        raise InvalidInput("the content has no text")
    if not words:
        return Content(attached)
    return Content(checked("\n".join(words), what="the text"), attached or None)


def role_of(value: object) -> Role | None:
    """Return the role of a name (also as other writers call it), None for None; raises InvalidInput for others."""
    if value is None:
        return None
    name = str(value).strip().lower()
    role = _ROLES.get(name, name)
    if role not in get_args(Role):
        raise InvalidInput(f"role {value!r} is not one of {', '.join(get_args(Role))}")
    return cast("Role", role)


def _taken(record: Mapping[str, Any], keys: Sequence[str]) -> str | None:
    """Return the first of the keys under which the record holds a value."""
    return next((key for key in keys if record.get(key) is not None), None)


def _first(record: Mapping[str, Any], keys: Sequence[str]) -> Any:
    key = _taken(record, keys)
    return None if key is None else record[key]


def _part_text(part: object) -> str:
    if isinstance(part, str):
        return part
    text = part.get("text") if isinstance(part, Mapping) else None
    return text if isinstance(text, str) else ""


def _attachment(part: object) -> str | None:
    """Return the kind of thing a part without words stands for, None for words."""
    if not isinstance(part, Mapping) or _part_text(part):
        return None
    kind = str(part.get("type") or part.get("content_type") or "attachment")
    return next((k for k in ("image", "audio", "video", "file") if k in kind), "attachment")


def _speaker(value: object) -> str | None:
    """Return a speaker's name: a string, or an object that has one under `name`."""
    return _name(value.get("name") if isinstance(value, Mapping) else value, what="speaker")


def _name(value: object, *, what: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidInput(f"{what} is {_kind(value)}; a string is needed")
    return checked(str(value), what=what)


def _caption(given: object, attached: str | None) -> str | None:
    if given is None:
        return attached
    if not isinstance(given, str):
        raise InvalidInput(f"caption is {_kind(given)}; a string is needed")
    return checked(given, what="caption") if given.strip() else attached


def _metadata(record: Mapping[str, Any]) -> Mapping[str, Any]:
    given = {} if record.get("metadata") is None else record["metadata"]
    if not isinstance(given, Mapping):
        raise InvalidInput(f"metadata is {_kind(given)}; a JSON object is needed")
    taken = {"role", "id", "caption", "metadata", *(_taken(record, keys) for keys in (_TEXT, _SPEAKER, _AT, _SESSION))}
    return {**{key: value for key, value in record.items() if key not in taken}, **given}


def _kind(value: object) -> str:
    names = {type(None): "null", bool: "true or false", int: "a number", float: "a number", str: "a string",
             list: "a list", dict: "an object"}  # fmt: skip
    return names.get(type(value), type(value).__name__)
