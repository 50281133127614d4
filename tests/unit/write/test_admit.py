"""What is told becomes interactions with ids, or is refused with the mend."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from graphmem.errors import InvalidInput
from graphmem.model import Message, Passage
from graphmem.write.admit import Admitter, checked_instant, checked_namespace, checked_text

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def admitter(**changes: object) -> Admitter:
    return replace(Admitter("user/ada", "chat", NOW), **changes)  # type: ignore[arg-type]


def test_the_same_turn_has_the_same_id_in_every_call() -> None:
    """A replay derives the ids of the first telling."""
    turn = Message("Any news?", speaker="Charles", at=NOW)
    assert admitter().admit(turn).id == admitter().admit(turn).id


def test_two_equal_turns_in_one_call_are_two() -> None:
    """`ok`, `ok` in one call are two interactions, and again the same two at a replay."""
    turn, first, second = Message("ok", speaker="Ada", at=NOW), admitter(), admitter()
    told = [first.admit(turn).id, first.admit(turn).id]
    assert len(set(told)) == 2
    assert told == [second.admit(turn).id, second.admit(turn).id]


@pytest.mark.parametrize(
    "other",
    [
        Message("ok!", speaker="Ada", at=NOW),
        Message("ok", speaker="Bob", at=NOW),
        Message("ok", speaker="Ada", at=NOW + timedelta(seconds=1)),
        Message("ok", speaker="Ada", at=NOW, role="user"),
        Message("ok", speaker="Ada", at=NOW, caption="a cat"),
        Passage("ok", title="Ada", at=NOW),
    ],
)
def test_other_content_is_another_interaction(other: Message | Passage) -> None:
    """Text, speaker, instant, role, caption and kind all tell interactions apart."""
    assert admitter().admit(other).id != admitter().admit(Message("ok", speaker="Ada", at=NOW)).id


def test_session_and_namespace_tell_interactions_apart() -> None:
    """The same turn in another session, or of another namespace, is another interaction."""
    turn = Message("ok", at=NOW)
    ids = {admitter().admit(turn).id, admitter(session="b").admit(turn).id, admitter(origin="user/b").admit(turn).id}
    assert len(ids) == 3


def test_an_explicit_id_is_honoured_and_defaults_are_filled() -> None:
    """The caller's id is the id; a message without `at` gets the call's now, a passage stays undated."""
    assert admitter().admit(Message("hi", id="turn-1")).id == "turn-1"
    assert admitter().admit(Message("hi")).at == NOW
    assert admitter().admit(Passage("hi")).at is None


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b" * 0])
def test_empty_text_is_refused(text: str) -> None:
    """Blank text is refused: there is nothing to remember."""
    with pytest.raises(InvalidInput, match="empty"):
        admitter().admit(Message(text))


def test_a_naive_instant_is_refused_with_the_mend() -> None:
    """Nobody knows which hour a naive datetime means, so the error shows how to say it."""
    with pytest.raises(InvalidInput, match=r"replace\(tzinfo"):
        admitter().admit(Message("hi", at=datetime(2026, 3, 1)))  # noqa: DTZ001


def test_instants_outside_the_calendar_are_refused() -> None:
    """Year 1 with an offset that leaves the calendar is refused, not wrapped."""
    early = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))
    late = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5)))
    for at in (early, late):
        with pytest.raises(InvalidInput, match="years 1 to 9999"):
            checked_instant(at, what="at")


def test_lone_surrogates_are_refused_with_the_mend() -> None:
    """Text that no file or database can hold is refused, and the message shows how to mend it."""
    broken = "hello \ud83d"
    with pytest.raises(InvalidInput, match="surrogatepass"):
        admitter().admit(Message(broken))
    mended = broken.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert checked_text(mended, what="text")


@pytest.mark.parametrize(
    "told",
    [
        Message("hi", role="boss"),  # type: ignore[arg-type]
        Message("hi", metadata={"x": object()}),
        Message("hi", metadata={"x": float("nan")}),
        Message("hi", speaker="  "),
        Message("hi", speaker="a\x00b"),
        Message("hi", id="x" * 600),
        Message(b"hi"),  # type: ignore[arg-type]
        Message("hi", at="2026-03-01"),  # type: ignore[arg-type]
        42,
    ],
)
def test_values_that_cannot_be_kept_are_refused(told: object) -> None:
    """Unknown roles, unserialisable metadata, blank or broken names and wrong types are clear errors."""
    with pytest.raises(InvalidInput):
        admitter().admit(told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["a\x00b\x1b[0m", "'; DROP TABLE x; --", '" OR NOT NEAR(', "MATCH (n) DETACH DELETE n"]
)
def test_odd_text_is_text(text: str) -> None:
    """Control characters and statements are kept verbatim: text is data."""
    assert admitter().admit(Message(text)).text == text


@pytest.mark.parametrize("name", ["user/ada", "team 7", "日本", "a.b:c-d_e+f@g", "x" * 512, "Robert'); DROP TABLE--"])
def test_namespaces_may_hold_any_printable_character(name: str) -> None:
    """A namespace is data, too: any printable name is taken as it is."""
    assert checked_namespace(name) == name


@pytest.mark.parametrize("name", ["", " ", " a", "a ", "a\nb", "a\x00", "x" * 513, 7, None, "\ud800"])
def test_unusable_namespaces_are_refused(name: object) -> None:
    """Blank, padded, overlong, control-character and non-string namespaces are refused."""
    with pytest.raises(InvalidInput):
        checked_namespace(name)
