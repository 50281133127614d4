"""Instants as files write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from graphmem.errors import InvalidInput
from graphmem.formats.instants import parse_instant, parse_zone

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    ["2024-05-01T12:00:00Z", "2024-05-01T14:00:00+02:00", "2024-05-01 12:00:00 UTC", NOON.timestamp(),
     int(NOON.timestamp() * 1000)],
)  # fmt: skip
def test_aware_instants_are_read(written: object) -> None:
    """ISO 8601 with a zone, seconds and milliseconds since 1970 are the same instant."""
    assert parse_instant(written) == NOON


def test_naive_instants_are_refused_with_the_mend() -> None:
    """A text without a zone is refused, and the message names the option that says the zone."""
    with pytest.raises(InvalidInput, match="--timezone"):
        parse_instant("2024-05-01T12:00:00")


def test_a_zone_mends_naive_instants() -> None:
    """With a zone, a naive text is in that zone; one that names its own keeps it."""
    zone = ZoneInfo("Europe/Lisbon")
    assert parse_instant("2024-05-01T13:00:00", zone=zone) == NOON
    assert parse_instant("2024-05-01T12:00:00Z", zone=zone) == NOON


@pytest.mark.parametrize(
    "written", ["yesterday", "", True, None, [], float("nan"), float("inf"), 1e30, "0000-01-01T00:00:00Z",
                "10000-01-01T00:00:00Z", "9999-12-31T23:59:59-05:00"]
)  # fmt: skip
def test_what_is_no_instant_is_refused(written: object) -> None:
    """Words, truth values, and instants outside the years 1 to 9999 are refused as invalid input."""
    with pytest.raises(InvalidInput):
        parse_instant(written)


def test_unknown_zones_are_refused() -> None:
    """A zone nobody knows is refused; a path is no zone."""
    for name in ("Mars/Olympus", "../../etc/passwd", ""):
        with pytest.raises(InvalidInput, match="IANA"):
            parse_zone(name)
    assert parse_zone("UTC") is UTC
