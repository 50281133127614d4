"""mem0's filters: conditions on a memory's fields, combined with AND, OR and NOT. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from graphmem.errors import InvalidInput

__all__ = ["checked_filters", "matches"]

_Test = Callable[[Any, Any], bool]


def _compared(test: _Test) -> _Test:
    """Return a comparison that is False between things without an order."""

    def compare(value: Any, wanted: Any) -> bool:
        try:
            return value is not None and test(value, wanted)
        except TypeError:
            return False

    return compare


_OPERATORS: Mapping[str, _Test] = {
    "eq": lambda value, wanted: value == wanted,
    "ne": lambda value, wanted: value != wanted,
    "gt": _compared(lambda value, wanted: bool(value > wanted)),
    "gte": _compared(lambda value, wanted: bool(value >= wanted)),
    "lt": _compared(lambda value, wanted: bool(value < wanted)),
    "lte": _compared(lambda value, wanted: bool(value <= wanted)),
    "in": lambda value, wanted: value in wanted,
    "nin": lambda value, wanted: value not in wanted,
    "contains": _compared(lambda value, wanted: wanted in value),
    "icontains": _compared(lambda value, wanted: str(wanted).casefold() in str(value).casefold()),
}


def checked_filters(filters: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the filters as they are, {} for None.

    Raises:
        InvalidInput: a condition that cannot be understood; it says which.
    """
    if filters is None:
        return {}
    if not isinstance(filters, Mapping):
        raise InvalidInput(f"filters are an object of field names and conditions, not a {type(filters).__name__}")
    for field, condition in filters.items():
        if field in ("AND", "OR", "NOT"):
            if not isinstance(condition, list) or not condition:
                raise InvalidInput(f"{field} takes a list of at least one filter")
            for inner in condition:
                checked_filters(inner)
        elif isinstance(condition, Mapping):
            _check_operators(field, condition)
    return filters


def _check_operators(field: str, condition: Mapping[str, Any]) -> None:
    for operator, wanted in condition.items():
        if operator not in _OPERATORS:
            raise InvalidInput(f"{field}: there is no operator {operator!r}: use one of {', '.join(_OPERATORS)}")
        if operator in ("in", "nin") and not isinstance(wanted, list | tuple):
            raise InvalidInput(f"{field}: {operator} takes a list")


def matches(filters: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Tell whether a memory's fields fulfil filters: every condition of an object; see mem0's documentation.

    Args:
        filters: as `checked_filters` took them. A plain value is equality, "*" any value that is there, a list one of.
        values: the fields by name; what is missing is None.

    >>> matches({"topic": {"in": ["food", "tea"]}, "NOT": [{"stars": {"lt": 3}}]}, {"topic": "tea", "stars": 5})
    True
    """
    return all(_fulfils(field, condition, values) for field, condition in filters.items())


def _fulfils(field: str, condition: Any, values: Mapping[str, Any]) -> bool:
    if field == "AND":
        return all(matches(inner, values) for inner in condition)
    if field == "OR":
        return any(matches(inner, values) for inner in condition)
    if field == "NOT":
        return not any(matches(inner, values) for inner in condition)
    value = values.get(field)
    if isinstance(condition, Mapping):
        return all(_OPERATORS[operator](value, wanted) for operator, wanted in condition.items())
    if condition == "*":
        return value is not None
    if isinstance(condition, list):
        return value in condition
    return bool(value == condition)
