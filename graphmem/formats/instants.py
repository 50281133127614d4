"""Instants as files write them: ISO 8601 texts and epoch numbers. Pure."""

import math
import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from graphmem.errors import InvalidInput

__all__ = ["parse_instant", "parse_zone"]

#: Epoch numbers from here on are milliseconds: as seconds this would be the year 5138.
_MILLISECONDS = 1e11
_SPACED_ZONE = re.compile(r"(?<=\d) ?(?:UTC|GMT)$")


def parse_zone(name: str) -> tzinfo:
    """Return the time zone of an IANA name (`Europe/Lisbon`) or `UTC`.

    Raises:
        InvalidInput: no such zone on this machine.
    """
    if name.upper() in ("UTC", "Z", "GMT"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as err:
        raise InvalidInput(f"no time zone {name!r}: give an IANA name such as Europe/Lisbon, or UTC") from err


def parse_instant(value: object, *, zone: tzinfo | None = None) -> datetime:
    """Return an aware UTC instant of an ISO 8601 text or a number of seconds (from 1e11 on: milliseconds) since 1970.

    Args:
        value: the text or number; a date alone is its midnight.
        zone: the zone of texts that name none; None refuses them.

    Raises:
        InvalidInput: neither, outside the years 1 to 9999, or without a zone where `zone` is None.

    >>> parse_instant("2024-05-01T12:00:00+02:00").isoformat()
    '2024-05-01T10:00:00+00:00'
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise InvalidInput(f"an instant is an ISO 8601 text or a number of seconds, not {type(value).__name__}")
    instant = _from_text(value, zone=zone) if isinstance(value, str) else _from_number(value)
    try:
        return instant.astimezone(UTC)
    except OverflowError as err:
        raise InvalidInput(f"instant {value!r} lies outside the years 1 to 9999 in UTC") from err


def _from_number(value: float) -> datetime:
    if not math.isfinite(value):
        raise InvalidInput(f"instant {value!r} is not a finite number of seconds")
    seconds = value / 1000 if abs(value) >= _MILLISECONDS else value
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (OverflowError, ValueError, OSError) as err:
        raise InvalidInput(f"instant {value!r} lies outside the years 1 to 9999") from err


def _from_text(value: str, *, zone: tzinfo | None) -> datetime:
    try:
        instant = datetime.fromisoformat(_SPACED_ZONE.sub("+00:00", value.strip()))
    except ValueError as err:
        raise InvalidInput(f"{value!r} is no ISO 8601 instant such as 2024-05-01T12:00:00+00:00") from err
    if instant.tzinfo is not None:
        return instant
    if zone is None:
        raise InvalidInput(
            f"instant {value!r} has no time zone: write one into it (2024-05-01T12:00:00+01:00), "
            "or say which is meant with --timezone, e.g. --timezone Europe/Lisbon"
        )
    return instant.replace(tzinfo=zone)
