"""What goes into mem0's calls and comes out of them: ids, messages, dates, and results as its dicts. Pure."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from graphmem.errors import InvalidInput
from graphmem.formats.instants import parse_instant
from graphmem.formats.records import content_of, role_of
from graphmem.integrations.notes import Note
from graphmem.model import Message

__all__ = [
    "IDS",
    "Scope",
    "asked_scope",
    "day_of",
    "expired",
    "fields_of",
    "history_of",
    "instant_of",
    "item_of",
    "messages_of",
    "scope_of",
    "without_ids",
]

IDS = ("user_id", "agent_id", "run_id")
_OWN = (*IDS, "actor_id", "role", "expiration_date")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose a memory is; at least one is given."""

    user_id: str | None = None
    agent_id: str | None = None
    run_id: str | None = None

    @property
    def given(self) -> dict[str, str]:
        """The ids that are given, by name."""
        return {name: value for name in IDS if (value := getattr(self, name)) is not None}

    def namespace(self, base: str) -> str:
        """Return where its memories are: with the user, else the agent, else the run."""
        name, value = next(iter(self.given.items()))
        return f"{base}/{name.removesuffix('_id')}/{value}"


def scope_of(user_id: object = None, agent_id: object = None, run_id: object = None) -> Scope:
    """Return whom a call names. InvalidInput: nobody, or an id that is blank or holds white space."""
    scope = Scope(_id(user_id, "user_id"), _id(agent_id, "agent_id"), _id(run_id, "run_id"))
    if not scope.given:
        raise InvalidInput("at least one of user_id, agent_id or run_id must be given")
    return scope


def _id(value: object, name: str) -> str | None:
    if value is None:
        return None
    text = str(value).strip()
    if not text or any(c.isspace() for c in text):
        raise InvalidInput(f"{name} is blank or holds white space: give an identifier without spaces")
    return text


def asked_scope(filters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the conditions on ids that every match must fulfil: those outside, and those within an AND."""
    inner = [asked_scope(each) for each in filters.get("AND", ())]
    asked = {name: filters[name] for name in IDS if name in filters}
    return {key: value for part in (*inner, asked) for key, value in part.items()}


def messages_of(
    messages: object, *, scope: Scope, metadata: Mapping[str, Any], at: datetime | None
) -> tuple[list[Message], int]:
    """Return the messages to remember, and how many were left out: instructions, and what has no words.

    The user of the scope is who says "I" in messages of the role `user` without a name.
    """
    told: list[Message] = []
    left_out = 0
    for given in _listed(messages):
        role = role_of(given.get("role", "user"))
        if role == "system" or not given.get("content"):
            left_out += 1
            continue
        said, name = content_of(given["content"]), given.get("name")
        own = {**metadata, **scope.given, "role": role, **({"actor_id": str(name)} if name else {})}
        speaker = str(name) if name else {"user": scope.user_id, "assistant": scope.agent_id}.get(role or "")
        told.append(Message(said.text, speaker=speaker, role=role, at=at, caption=said.caption, metadata=own))
    return told, left_out


def _listed(messages: object) -> Sequence[Mapping[str, Any]]:
    if isinstance(messages, str):
        return [{"role": "user", "content": messages}]
    if isinstance(messages, Mapping):
        return [messages]
    if isinstance(messages, list | tuple) and all(isinstance(m, Mapping) for m in messages):
        return messages
    raise InvalidInput("messages are a string, a dict or a list of dicts with role and content")


def instant_of(value: object) -> datetime | None:
    """Return an instant of a datetime, a number of seconds or an ISO 8601 text; in UTC where it names no zone."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return parse_instant(value, zone=UTC)


def day_of(value: object) -> str | None:
    """Return an `expiration_date` as YYYY-MM-DD, None as None. InvalidInput: it is no date."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(value if isinstance(value, str) else "").isoformat()
    except ValueError as err:
        raise InvalidInput("expiration_date is a date as YYYY-MM-DD") from err


def expired(note: Note, *, today: date) -> bool:
    """Tell whether a memory's expiration date has passed."""
    day = note.metadata.get("expiration_date")
    return isinstance(day, str) and day < today.isoformat()


def without_ids(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return metadata without what says whose a memory is: that is told by arguments, once."""
    return {key: value for key, value in metadata.items() if key not in (*IDS, "actor_id")}


def fields_of(note: Note) -> dict[str, Any]:
    """Return what filters look at: the metadata, ids among it, and the dates."""
    return {**note.metadata, "created_at": _created(note), "updated_at": _updated(note)}


def item_of(note: Note, *, score: bool = False, explain: bool = False) -> dict[str, Any]:
    """Return a memory as mem0 returns it."""
    own = {key: note.metadata[key] for key in _OWN if note.metadata.get(key) is not None}
    rest = {key: value for key, value in note.metadata.items() if key not in _OWN}
    item: dict[str, Any] = {
        "id": note.id,
        "memory": note.text,
        "hash": hashlib.md5(note.text.encode(), usedforsecurity=False).hexdigest(),
        "created_at": _created(note),
        "updated_at": _updated(note),
        **own,
    }
    if rest:
        item["metadata"] = rest
    if score:
        item["score"] = note.score
    if explain and note.why is not None:
        item["score_details"] = {"parts": dict(note.why.parts), "path": str(note.why.path)}
    return item


def history_of(note: Note) -> list[dict[str, Any]]:
    """Return the changes of a memory as mem0 returns them, oldest first."""
    return list(_changes(note))


def _changes(note: Note) -> Iterator[dict[str, Any]]:
    before: str | None = None
    for version in note.versions:
        yield {
            "id": version.id,
            "memory_id": note.id,
            "old_memory": before,
            "new_memory": version.text,
            "event": "ADD" if before is None else "UPDATE",
            "created_at": _created(note),
            "updated_at": _text(version.created_at),
            "is_deleted": False,
            "actor_id": version.metadata.get("actor_id"),
            "role": version.role,
        }
        before = version.text


def _created(note: Note) -> str | None:
    first = note.versions[0]
    return _text(first.at or first.created_at)


def _updated(note: Note) -> str | None:
    return _text(note.current.created_at) if len(note.versions) > 1 else _created(note)


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
