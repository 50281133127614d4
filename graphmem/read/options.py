"""Recall's options as they are told: instants in UTC, several names as several, known kinds and roles. Pure."""

from dataclasses import replace
from typing import get_args

from graphmem.errors import InvalidInput
from graphmem.model import Kind, RecallOptions, Role
from graphmem.write.admit import checked_instant

__all__ = ["checked_options"]

_SEVERAL = ("types", "kinds", "roles", "sessions", "namespaces")
_CHOICES: dict[str, tuple[str, ...]] = {"kinds": get_args(Kind), "roles": get_args(Role)}


def checked_options(options: RecallOptions) -> RecallOptions:
    """Return the options with their instants in UTC.

    Raises:
        InvalidInput: no options; a naive instant; `since` after `until`; one text where several are wanted, whose
            letters would be taken for names; a kind or a role that there is none of.
    """
    if not isinstance(options, RecallOptions):
        raise InvalidInput(f"options must be a RecallOptions(...), not {type(options).__name__}")
    for name in _SEVERAL:
        told = getattr(options, name)
        if isinstance(told, str):
            raise InvalidInput(f"{name} is the text {told!r}: give a tuple, ({told!r},)")
        known = _CHOICES.get(name)
        if known and (unknown := [one for one in told or () if one not in known]):
            raise InvalidInput(f"{name} has {unknown[0]!r}: there are {', '.join(known)}")
    since, until = checked_instant(options.since, what="since"), checked_instant(options.until, what="until")
    if since is not None and until is not None and since > until:
        raise InvalidInput(f"since ({since}) is after until ({until}): swap them")
    return replace(
        options,
        since=since,
        until=until,
        now=checked_instant(options.now, what="now"),
        as_of=checked_instant(options.as_of, what="as_of"),
        known_at=checked_instant(options.known_at, what="known_at"),
    )
