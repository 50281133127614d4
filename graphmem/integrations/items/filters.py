"""Which values a filter takes: equality and the comparison operators of LangGraph's stores. Pure."""

from collections.abc import Mapping
from typing import Any

from graphmem.errors import InvalidInput

__all__ = ["checked_filter", "passes"]

_OPERATORS = frozenset({"$eq", "$ne", "$gt", "$gte", "$lt", "$lte"})


def checked_filter(condition: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return a filter, None as one that all values pass.

    Raises:
        InvalidInput: no mapping, or an unknown operator.
    """
    if condition is None:
        return {}
    if not isinstance(condition, Mapping):
        raise InvalidInput(f"a filter is a mapping of fields to what is wanted, not a {type(condition).__name__}")
    for wanted in condition.values():
        _check(wanted)
    return condition


def _check(wanted: object) -> None:
    if not isinstance(wanted, Mapping):
        return
    operators = [str(key) for key in wanted if str(key).startswith("$")]
    if operators and (unknown := sorted({str(key) for key in wanted} - _OPERATORS)):
        raise InvalidInput(f"the operator {unknown[0]!r} is not known: use {', '.join(sorted(_OPERATORS))}")
    for one in wanted.values():
        _check(one)


def passes(value: Mapping[str, Any], condition: Mapping[str, Any]) -> bool:
    """Tell whether a value has every field a filter names as the filter wants it.

    A field is wanted equal, or by operators: `$eq`, `$ne`, `$gt`, `$gte`, `$lt`, `$lte`; fields of nested objects
    are wanted by nested filters. Numbers (and texts that are numbers) compare as numbers, other texts as texts;
    what cannot be compared, or is not there, does not pass.

    Args:
        value: what is looked at.
        condition: a filter that `checked_filter` returned.

    >>> passes({"stars": 4, "by": {"name": "Ada"}}, {"stars": {"$gte": 3}, "by": {"name": "Ada"}})
    True
    """
    return all(_wanted(value.get(field), wanted) for field, wanted in condition.items())


def _wanted(value: object, wanted: object) -> bool:
    if isinstance(wanted, Mapping):
        if any(str(key).startswith("$") for key in wanted):
            return all(_compared(value, operator, operand) for operator, operand in wanted.items())
        return isinstance(value, Mapping) and all(_wanted(value.get(key), one) for key, one in wanted.items())
    if isinstance(wanted, list | tuple):
        if not isinstance(value, list | tuple) or len(value) != len(wanted):
            return False
        return all(_wanted(one, other) for one, other in zip(value, wanted, strict=True))
    return value == wanted


def _compared(value: object, operator: str, operand: object) -> bool:
    if operator == "$eq":
        return value == operand
    if operator == "$ne":
        return value != operand
    order = _order(value, operand)
    if order is None:
        return False
    return {"$gt": order > 0, "$gte": order >= 0, "$lt": order < 0, "$lte": order <= 0}[operator]


def _order(value: object, operand: object) -> int | None:
    """Return -1, 0 or 1 as the value is below, at or above the operand; None where they do not compare."""
    one, other = _number(value), _number(operand)
    if one is not None and other is not None:
        return (one > other) - (one < other)
    if isinstance(value, str) and isinstance(operand, str):
        return (value > operand) - (value < operand)
    return None


def _number(value: object) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type] # what is no number says so
    except (TypeError, ValueError):
        return None
