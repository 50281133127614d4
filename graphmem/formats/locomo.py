"""LoCoMo's conversations (Maharana et al., ACL 2024): sessions of dated turns between two people."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from graphmem.errors import InvalidInput
from graphmem.formats.conversations import elements
from graphmem.formats.instants import parse_instant
from graphmem.formats.items import Item, Problem, ReadOptions, Told
from graphmem.formats.records import message_of
from graphmem.formats.source import TextSource
from graphmem.model import Message

__all__ = ["read_locomo"]

_SESSION = re.compile(r"session_(\d+)$")


def read_locomo(source: TextSource, options: ReadOptions) -> Iterator[Told]:
    """Yield every turn; the session is `conv-26/session_1`, `at` its session's date, the id `conv-26/D1:3`.

    The data's dates name no zone and are taken as UTC unless the options say otherwise. Questions are left aside.
    """
    for number, part in enumerate(elements(source), 1):
        if isinstance(part, Problem):
            yield part
            continue
        conversation = part.value.get("conversation", part.value) if isinstance(part.value, Mapping) else None
        if not isinstance(conversation, Mapping) or not any(map(_SESSION.match, conversation)):
            yield Problem(source.name, part.line, "this record is no conversation: it has no session_1, session_2, ...")
            continue
        name = str(part.value.get("sample_id") or f"conversation-{number}")
        for session, turns in _sessions(conversation):
            place = _Place(source.name, part.line, name, session)
            yield from _turns(turns, conversation.get(f"{session}_date_time"), place=place, options=options)


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    line: int
    name: str
    session: str

    def problem(self, why: str) -> Problem:
        return Problem(self.path, self.line, f"{self.name}/{self.session}{why}")


def _sessions(conversation: Mapping[str, Any]) -> list[tuple[str, Any]]:
    numbers = sorted(int(found.group(1)) for key in conversation if (found := _SESSION.match(key)))
    return [(f"session_{number}", conversation[f"session_{number}"]) for number in numbers]


def _turns(turns: Any, date: Any, *, place: _Place, options: ReadOptions) -> Iterator[Told]:
    if not isinstance(turns, list):
        yield place.problem(" is no list of turns")
        return
    try:
        at = _instant(date, zone=options.timezone or UTC)
    except InvalidInput as err:
        yield place.problem(f": {err}; its turns were left out")
        return
    session = options.session or f"{place.name}/{place.session}"
    for number, turn in enumerate(turns, 1):
        try:
            yield Item(session, _message(turn, name=place.name, at=at), place.path, place.line)
        except InvalidInput as err:
            yield place.problem(f", turn {number}: {err}")


def _message(turn: Any, *, name: str, at: datetime | None) -> Message:
    told = message_of(turn)
    own, caption = turn.get("dia_id"), turn.get("blip_caption")
    return replace(
        told,
        at=at,
        id=f"{name}/{own}" if own else None,
        caption=caption if isinstance(caption, str) and caption.strip() else None,
        metadata={"dia_id": own} if own else {},
    )


def _instant(value: Any, *, zone: tzinfo) -> datetime | None:
    """Return the instant of a date such as `1:56 pm on 8 May, 2023`, or of an ISO text; None for none."""
    if value is None:
        return None
    try:
        return datetime.strptime(str(value).strip(), "%I:%M %p on %d %B, %Y").replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        return parse_instant(value, zone=zone)
