"""Recall's options are refused where they would silently find nothing, or somebody else's."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

import pytest

from graphmem.errors import InvalidInput
from graphmem.model import RecallOptions
from graphmem.read.options import checked_options


@pytest.mark.parametrize("name", ["types", "kinds", "roles", "sessions", "namespaces"])
def test_one_text_is_not_several(name: str) -> None:
    """A text where several are wanted would be taken letter by letter; the refusal shows how to write it."""
    with pytest.raises(InvalidInput, match=rf"{name} is the text 'user': give a tuple, \('user',\)"):
        checked_options(RecallOptions(**cast("Any", {name: "user"})))


@pytest.mark.parametrize(("name", "there"), [("kinds", "message, passage, step"), ("roles", "user, assistant")])
def test_what_there_is_none_of_is_named(name: str, there: str) -> None:
    """A kind or role that does not exist is refused with those that do."""
    with pytest.raises(InvalidInput, match=f"{name} has 'dream': there are {there}"):
        checked_options(RecallOptions(**cast("Any", {name: ("dream",)})))


def test_instants_are_utc() -> None:
    """An instant of any zone comes out in UTC; a naive one is refused by its name."""
    there = datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=2)))
    assert checked_options(RecallOptions(since=there)).since == datetime(2026, 3, 1, 7, tzinfo=UTC)
    with pytest.raises(InvalidInput, match="known_at"):
        checked_options(RecallOptions(known_at=datetime(2026, 3, 1)))  # noqa: DTZ001 # naive on purpose
