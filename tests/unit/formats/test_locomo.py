"""LoCoMo's conversations."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from graphmem.model import Message
from tests.unit.formats.conftest import Reading


def sample(**conversation: Any) -> str:
    """Return a file of one conversation."""
    told = {"speaker_a": "Ann Lee", "speaker_b": "Bo", **conversation}
    return json.dumps([{"sample_id": "conv-1", "qa": [{"question": "?"}], "conversation": told}])


TURN = {"speaker": "Ann Lee", "dia_id": "D1:1", "text": "Hi", "blip_caption": "a cat", "img_url": ["x"]}


def test_turns_are_read_with_their_sessions_date(reading: Reading) -> None:
    """A turn has its speaker, its session's date as UTC, its id and caption; sessions go by number, not by name."""
    second = {"speaker": "Bo", "dia_id": "D10:1", "text": "Yo"}
    content = sample(
        session_10=[second], session_10_date_time="2:05 am on 9 June, 2023",
        session_2=[TURN], session_2_date_time="1:56 pm on 8 May, 2023",
    )  # fmt: skip
    told = reading("locomo.json", content)
    assert [item.session for item in told.items] == ["conv-1/session_2", "conv-1/session_10"]
    assert told.items[0].what == Message(
        "Hi", speaker="Ann Lee", at=datetime(2023, 5, 8, 13, 56, tzinfo=UTC), id="conv-1/D1:1", caption="a cat",
        metadata={"dia_id": "D1:1"},
    )  # fmt: skip


def test_a_zone_may_be_said(reading: Reading) -> None:
    """Dates are in the zone that was said."""
    content = sample(session_1=[TURN], session_1_date_time="1:56 pm on 8 May, 2023")
    zone = ZoneInfo("America/New_York")
    assert reading("l.json", content, timezone=zone).items[0].what.at == datetime(2023, 5, 8, 17, 56, tzinfo=UTC)


def test_bad_parts_are_reported(reading: Reading) -> None:
    """A session with a date nobody can read, a turn without words and a record that is none are reported."""
    content = sample(
        session_1=[TURN], session_1_date_time="some day",
        session_2=[{"speaker": "Bo"}, TURN], session_2_date_time="1:56 pm on 8 May, 2023",
        session_3="none",
    )  # fmt: skip
    told = reading("l.json", content)
    assert told.texts == ["Hi"]
    assert ["conv-1/session_1" in told.problems[0].why, "turn 1" in told.problems[1].why, len(told.problems)] == [
        True, True, 3
    ]  # fmt: skip
