"""Step 1 of writing: validate what was told and give it ids. Pure: values in, interactions out.

Everything is refused with the mend before anything is written, so a refusal loses nothing.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, get_args

from graphmem.arguments import checked_instant, refuse_surrogates
from graphmem.errors import InvalidInput
from graphmem.identity import derive_id, instant_text
from graphmem.model import Interaction, Message, Passage, Role

__all__ = [
    "Admitter",
    "checked_count",
    "checked_instant",
    "checked_name",
    "checked_namespace",
    "checked_number",
    "checked_text",
    "untellable",
]

DEFAULT_SESSION = "default"
_LONGEST_NAME = 512
#: More than any store holds, and a number that every store takes.
_MOST = 1 << 31


def checked_text(text: object, *, what: str) -> str:
    """Return the text as it is.

    Raises:
        InvalidInput: not a string, empty or blank, or holding lone surrogates (no valid Unicode).
    """
    if not isinstance(text, str):
        raise InvalidInput(f"{what} must be a string, not {type(text).__name__}")
    if not text.strip():
        raise InvalidInput(f"{what} is empty: there is nothing to remember or look for; leave it out")
    refuse_surrogates(text, what=what)
    return text


def checked_name(name: object, *, what: str) -> str:
    """Return a name (session, speaker, id) as it is: a non-blank string of at most 512 characters, no control ones."""
    text = checked_text(name, what=what)
    if len(text) > _LONGEST_NAME:
        raise InvalidInput(f"{what} has {len(text)} characters; at most {_LONGEST_NAME} are taken")
    if any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise InvalidInput(f"{what} {text!r} holds a control character: strip it")
    return text


def checked_namespace(namespace: object) -> str:
    """Return the namespace: a name as `checked_name`, with no space at its ends (`user/ada`, `team-7`, `日本`)."""
    name = checked_name(namespace, what="namespace")
    if name != name.strip():
        raise InvalidInput(f"namespace {name!r} begins or ends with a space: strip it")
    return name


def _checked_role(role: object) -> Role | None:
    if role is None:
        return None
    roles = get_args(Role)
    if role not in roles:
        raise InvalidInput(f"role {role!r} is not one of {', '.join(roles)} or None")
    return role  # type: ignore[return-value] # narrowed by the check above


def checked_count(top_k: int) -> int:
    """Return how many are asked for at most. Raises: InvalidInput: fewer than none, which a store takes for all."""
    if not isinstance(top_k, int):
        raise InvalidInput(f"top_k must be a whole number, not {type(top_k).__name__}")
    if top_k < 0:
        raise InvalidInput(f"top_k is {top_k}; ask for 0 or more")
    return min(top_k, _MOST)


def checked_number(number: float | None, *, what: str) -> float | None:
    """Return a number that can be kept and compared, or None. Raises: InvalidInput: no number, or not a finite one."""
    if number is not None and not (isinstance(number, int | float) and math.isfinite(number)):
        raise InvalidInput(f"{what} is {number!r}: give a finite number, or None")
    return number


def _checked_metadata(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(metadata, Mapping):
        raise InvalidInput(f"metadata must be a mapping, not {type(metadata).__name__}: give it names")
    try:
        json.dumps(metadata, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (TypeError, ValueError, RecursionError) as err:
        raise InvalidInput(f"metadata must be JSON-serialisable: {err}") from err
    return dict(metadata)


def _optional(value: str | None, *, what: str) -> str | None:
    return None if value is None else checked_text(value, what=what)


def untellable(one: object) -> InvalidInput:
    """Return the error for what is neither text nor value; a dict of a chat API is met so often that it is named."""
    kind = type(one).__name__
    mend = "text, a Message, a Passage, a Fact, or an iterable of them"
    if isinstance(one, Mapping) and "content" in one:
        mend += "; of a chat API's messages, Message(d['content'], role=d['role'])"
    return InvalidInput(f"cannot remember {'an' if kind[:1] in 'aeiou' else 'a'} {kind}: give {mend}")


@dataclass
class Admitter:
    """Turns what one call told into interactions with ids.

    The id of an interaction is the caller's, or derived from its kind, session, instant, speaker and role (a passage:
    title and source), text, caption and its ordinal among equals of this call; so one admitter serves one call. It
    keeps a hash per interaction seen: a stream of a million needs tens of megabytes, not its texts.

    Args:
        origin: the namespace's origin, which ids derive from.
        session: session of the call.
        now: aware instant that undated messages get.
    """

    origin: str
    session: str
    now: datetime
    seen: Counter[int] = field(default_factory=Counter)

    def admit(self, told: Message | Passage) -> Interaction:
        """Return the interaction; raises InvalidInput with the mend, before anything is kept."""
        if isinstance(told, Message):
            return self._message(told)
        if isinstance(told, Passage):
            return self._passage(told)
        raise untellable(told)

    def _message(self, told: Message) -> Interaction:
        interaction = Interaction(
            id="",
            session=self.session,
            kind="message",
            text=checked_text(told.text, what="a message's text"),
            speaker=None if told.speaker is None else checked_name(told.speaker, what="speaker"),
            role=_checked_role(told.role),
            at=checked_instant(told.at, what="a message's at") or self.now,
            caption=_optional(told.caption, what="caption"),
            metadata=_checked_metadata(told.metadata),
        )
        return self._with_id(interaction, told.id)

    def _passage(self, told: Passage) -> Interaction:
        interaction = Interaction(
            id="",
            session=self.session,
            kind="passage",
            text=checked_text(told.text, what="a passage's text"),
            at=checked_instant(told.at, what="a passage's at"),
            title=_optional(told.title, what="title"),
            source=_optional(told.source, what="source"),
            metadata=_checked_metadata(told.metadata),
        )
        return self._with_id(interaction, told.id)

    def _with_id(self, interaction: Interaction, given: str | None) -> Interaction:
        own = self._derived(interaction) if given is None else checked_name(given, what="id")
        return replace(interaction, id=own)

    def _derived(self, interaction: Interaction) -> str:
        key = (
            interaction.kind,
            interaction.session,
            instant_text(interaction.at),
            interaction.speaker,
            interaction.role,
            interaction.title,
            interaction.source,
            interaction.text,
            interaction.caption,
        )
        digest = hash(key)
        ordinal = self.seen[digest]
        self.seen[digest] += 1
        return derive_id(self.origin, "Interaction", *key, ordinal)
