"""Messages from JSON Lines and chat lists."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from graphmem.model import Message
from tests.unit.formats.conftest import Reading

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def lines(*records: object) -> str:
    """Return records as JSON Lines."""
    return "".join(json.dumps(record) + "\n" for record in records)


def test_a_full_record_is_kept_whole(reading: Reading) -> None:
    """Every field of a message is taken, and keys nobody knows are kept as metadata."""
    record = {"text": "Hi", "speaker": "Ada", "role": "user", "at": "2024-05-01T12:00:00Z", "session": "chat-1",
              "id": "m1", "caption": "a cat", "metadata": {"k": [1]}, "mood": "good"}  # fmt: skip
    (item,) = reading("a.jsonl", lines(record)).items
    metadata = {"mood": "good", "k": [1]}
    assert item.session == "chat-1"
    assert item.what == Message("Hi", speaker="Ada", role="user", at=NOON, id="m1", caption="a cat", metadata=metadata)


def test_other_writers_names_are_understood(reading: Reading) -> None:
    """`content`, `name`, `timestamp`, `conversation_id` and roles of other libraries mean the same."""
    record = {"content": "Hi", "name": "Ada", "role": "human", "timestamp": NOON.timestamp(), "conversation_id": 7}
    (item,) = reading("a.jsonl", lines(record)).items
    assert (item.session, item.what) == ("7", Message("Hi", speaker="Ada", role="user", at=NOON))


def test_bad_lines_are_reported_by_number_and_good_ones_land(reading: Reading) -> None:
    """Each bad line says its number and what is wrong; the others are read, a truncated last one included."""
    good = {"text": "Good", "at": "2024-05-01T12:00:00Z"}
    bad: list[object] = [
        {"text": "  "}, {"speaker": "Ada"}, {"text": 5}, {"text": "x", "role": "king"}, {"text": "x", "at": "noonish"},
        {"text": "x", "at": "2024-05-01T12:00:00"}, {"text": "\ud800"}, "words", 5, None, {"text": "x", "metadata": []},
        {"text": "x", "speaker": ["A"]},
    ]  # fmt: skip
    told = reading("a.jsonl", lines(good, *bad, good) + '{"text": "cut')
    assert told.texts == ["Good", "Good"]
    assert [problem.line for problem in told.problems] == [*range(2, len(bad) + 2), len(bad) + 3]
    assert "--timezone" in told.problems[5].why
    assert "truncated" in told.problems[-1].why


def test_a_zone_mends_naive_lines(reading: Reading) -> None:
    """With a zone said, naive timestamps are in it."""
    told = reading("a.jsonl", lines({"text": "x", "at": "2024-05-01T13:00:00"}), timezone=ZoneInfo("Europe/Lisbon"))
    assert told.items[0].what.at == NOON


def test_undated_and_repeated_messages_get_stable_ids(reading: Reading) -> None:
    """Messages without a date, and repeats, have ids that differ from each other and are the same at each reading."""
    dated = {"text": "ok", "at": "2024-05-01T12:00:00Z"}
    content = lines({"text": "ok"}, {"text": "ok"}, dated, dated, {"text": "ok", "session": "other"})
    ids = [item.what.id for item in reading("a.jsonl", content).items]
    assert ids[2] is None
    assert len(set(ids)) == 5
    assert [item.what.id for item in reading("a.jsonl", content).items] == ids


def test_one_session_can_be_said_for_all(reading: Reading) -> None:
    """A session in the options wins over the records' and the file's."""
    told = reading("a.jsonl", lines({"text": "x", "session": "s"}, {"text": "y"}), session="mine")
    assert [item.session for item in told.items] == ["mine", "mine"]


CHAT = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "name": "Ada", "content": [{"type": "text", "text": "Look"}, {"type": "image_url"}]},
    {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "look", "arguments": "{}"}}]},
    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:..."}}]},
]


@pytest.mark.parametrize(
    ("written", "sessions"),
    [
        (CHAT, ["chat.json"] * 4),
        ([CHAT], ["chat.json#1"] * 4),
        ({"messages": CHAT}, ["chat.json#1"] * 4),
        ([{"id": "c1", "messages": CHAT}], ["c1"] * 4),
    ],
)
def test_chat_lists_of_every_shape_are_read(reading: Reading, written: object, sessions: list[str]) -> None:
    """A list of messages, a list of lists, and objects with `messages` hold the same conversation."""
    told = reading("chat.json", json.dumps(written))
    assert [item.session for item in told.items] == sessions
    assert told.texts == ["Be kind.", "Look", "look({})", "[image]"]
    assert isinstance(told.items[1].what, Message)
    assert (told.items[1].what.caption, told.items[1].what.speaker) == ("[image]", "Ada")
    assert not told.problems


def test_a_list_that_is_cut_off_gives_its_whole_messages(reading: Reading) -> None:
    """A truncated JSON list yields the messages that were complete and reports the line where it broke."""
    told = reading("chat.json", json.dumps(CHAT, indent=1)[:-40])
    assert told.texts == ["Be kind.", "Look", "look({})"]
    assert "truncated" in told.problems[0].why


def test_lines_of_conversations_are_told_apart(reading: Reading) -> None:
    """JSON Lines whose lines hold whole conversations make a session of each."""
    told = reading("train.jsonl", lines({"messages": CHAT[:1]}, {"messages": CHAT[:1]}))
    assert [item.session for item in told.items] == ["train.jsonl#1", "train.jsonl#2"]
