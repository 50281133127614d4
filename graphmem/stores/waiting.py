"""Entities whose facts wait to be judged anew, as both stores keep them: a setting that holds a JSON array of ids."""

import json
from collections.abc import Iterable

__all__ = ["ids_in", "setting_name", "with_changes"]


def setting_name(namespace: str | int) -> str:
    """Return the name of the setting of a namespace, called by what does not change with its name."""
    return f"unjudged {namespace}"


def ids_in(value: str | None) -> list[str]:
    """Return the ids that a setting's value holds, sorted; none where there is none."""
    return list(json.loads(value)) if value else []


def with_changes(value: str | None, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> str | None:
    """Return the value once some ids are added and others removed; None where that changes nothing."""
    before = set(ids_in(value))
    after = (before | set(add)) - set(remove)
    return None if after == before else json.dumps(sorted(after)) if after else ""
