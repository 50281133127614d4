"""Whose memory a run is about: a namespace with placeholders, filled from the run's context."""

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from threading import Lock
from typing import Any

from graphmem.aio import AsyncMemory
from graphmem.errors import InvalidInput
from graphmem.memory import Memory

__all__ = ["Scope", "filled", "values_of"]

_PLACE = re.compile(r"\{(\w+)\}")
#: Memories that are kept at hand; one that was not used for longest is closed.
_KEPT = 128


class Scope:
    """Memories by run: the memory told, or the one of a namespace such as `user/{user_id}`.

    Args:
        memory: whose store and models all share.
        namespace: with names in braces that each run fills; None is always the memory told.
    """

    def __init__(self, memory: Memory | AsyncMemory, namespace: str | None = None) -> None:
        self.memory = memory.memory if isinstance(memory, AsyncMemory) else memory
        self._namespace = namespace
        self._siblings: OrderedDict[str, Memory] = OrderedDict()
        self._lock = Lock()

    def of(self, values: Mapping[str, Any]) -> Memory:
        """Return the memory of a run with these values. InvalidInput: one that the namespace names is missing."""
        if self._namespace is None:
            return self.memory
        name = filled(self._namespace, values)
        if name == self.memory.namespace:
            return self.memory
        with self._lock:
            if name not in self._siblings:
                self._siblings[name] = self.memory.sibling(name)
            self._siblings.move_to_end(name)
            while len(self._siblings) > _KEPT:
                self._siblings.popitem(last=False)[1].close()
            return self._siblings[name]


def filled(template: str, values: Mapping[str, Any]) -> str:
    """Return a template with its names filled in; a slash in a value is escaped, so that no value names another place.

    Raises:
        InvalidInput: a name has no value, or a blank one: nobody's memory must not become everybody's.

    >>> filled("user/{user_id}", {"user_id": "ada"})
    'user/ada'
    """

    def value(place: re.Match[str]) -> str:
        told = values.get(place[1])
        if told is None or not str(told).strip():
            raise InvalidInput(
                f"{template!r} needs {place[1]!r}: give it in the run's context, "
                f"or as config={{'configurable': {{{place[1]!r}: ...}}}}"
            )
        return str(told).strip().replace("%", "%25").replace("/", "%2F")

    return _PLACE.sub(value, template)


def values_of(context: object, configurable: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a run's values by name: those of its config, and before them those of its context, of whatever kind."""
    values = dict(configurable or {})
    if isinstance(context, Mapping):
        values |= context
    elif is_dataclass(context) and not isinstance(context, type):
        values |= asdict(context)
    elif context is not None:
        values |= getattr(context, "__dict__", {})
    return values
