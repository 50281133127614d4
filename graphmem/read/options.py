"""Recall's options as they are told: instants in UTC, several names as several, known kinds and roles. Pure."""

from collections.abc import Collection
from typing import get_args

from graphmem.arguments import checked_fields
from graphmem.errors import InvalidInput
from graphmem.model import Kind, RecallOptions, Role

__all__ = ["checked_options"]

_SEVERAL = ("types", "kinds", "roles", "sessions", "namespaces")
_CHOICES: dict[str, tuple[str, ...]] = {"kinds": get_args(Kind), "roles": get_args(Role)}


def checked_options(options: RecallOptions) -> RecallOptions:
    """Return the options with their fields as annotated, instants in UTC.

    Raises:
        InvalidInput: no options; a field of another kind; a naive instant; `since` after `until`; one text where
            several are wanted, whose letters would be taken for names; a kind or a role that there is none of.
    """
    if not isinstance(options, RecallOptions):
        raise InvalidInput(f"options must be a RecallOptions(...), not {type(options).__name__}")
    for name in _SEVERAL:
        told = getattr(options, name)
        if isinstance(told, str):
            raise InvalidInput(f"{name} is the text {told!r}: give a tuple, ({told!r},)")
    for name, known in _CHOICES.items():
        told = getattr(options, name)
        if isinstance(told, Collection) and (unknown := [one for one in told if one not in known]):
            raise InvalidInput(f"{name} has {unknown[0]!r}: there are {', '.join(known)}")
    options = checked_fields(options)
    if options.since is not None and options.until is not None and options.since > options.until:
        raise InvalidInput(f"since ({options.since}) is after until ({options.until}): swap them")
    return options
