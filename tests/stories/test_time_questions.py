"""A user asks for conversations by when they were, and for what was told of a time."""

from datetime import UTC, datetime, timedelta

import pytest

from graphmem import Fact, Message, RecallOptions

#: A Wednesday morning.
NOW = datetime(2023, 7, 19, 9, tzinfo=UTC)
_TUESDAY = NOW.replace(hour=0) - timedelta(days=1)
_CHATS = {
    "tue-early": (8, ["The boiler makes a noise again.", "I called the plumber about the boiler."]),
    "tue-noon": (11, ["I signed up for a pottery course.", "The pottery teacher is from Porto."]),
    "tue-late": (15, ["My brother sold his boat.", "He wants to buy a smaller boat."]),
}


@pytest.fixture
def memory(opened):
    """Three conversations on Tuesday, and two hundred and sixty other turns in the months before."""
    memory = opened(extractor=None)
    old = _TUESDAY - timedelta(days=150)
    same = "the plumber, the boiler, the boat and the pottery again."
    filler = [Message(f"Day {n}: {same}", speaker="Ada", at=old + timedelta(hours=11 * n)) for n in range(260)]
    memory.remember(filler, session="diary")
    for session, (hour, texts) in _CHATS.items():
        told = [Message(t, speaker="Ada", at=_TUESDAY + timedelta(hours=hour, minutes=n)) for n, t in enumerate(texts)]
        memory.remember(told, session=session)
    return memory


def sessions(memory, text, *, top_k=2):
    found = memory.recall(text, top_k=top_k, options=RecallOptions(now=NOW))
    return [hit.interaction.session for hit in found]


def test_a_conversation_is_asked_for_by_its_number(memory):
    """The third conversation on Tuesday comes first, with not a word of it in the question, among many other turns."""
    assert sessions(memory, "What was the third conversation on Tuesday about?") == ["tue-late", "tue-late"]
    assert sessions(memory, "What was our first chat on Tuesday about?") == ["tue-early", "tue-early"]


def test_what_was_talked_of_at_a_time_comes_first(memory):
    """After lunch yesterday; yesterday morning. Nothing is left out: the rest follows."""
    assert set(sessions(memory, "What did we talk about after lunch yesterday?")) == {"tue-late"}
    assert set(sessions(memory, "What did we discuss yesterday morning?", top_k=4)) == {"tue-early", "tue-noon"}
    assert "diary" in sessions(memory, "What did we talk about after lunch yesterday?", top_k=5)


def test_the_score_says_that_the_time_was_asked_for(memory):
    """A hit that comes first for its time says so in its parts."""
    (hit,) = memory.recall("What did we say after lunch yesterday?", top_k=1, options=RecallOptions(now=NOW))
    assert max(hit.why.parts, key=hit.why.parts.get) == "asked_session"


def test_what_was_found_is_told_in_order(memory):
    """Hits come oldest first for questions of what came first; the result says which time was read."""
    memory.remember(Message("Pottery needs clay.", speaker="Ada"), session="later", now=NOW)
    found = memory.recall("What about the boat or the pottery on Tuesday?", top_k=6, options=RecallOptions(now=NOW))
    moments = [hit.at for hit in found.in_time]
    assert moments == sorted(moments)
    assert sorted(found.in_time, key=id) == sorted(found, key=id)
    assert [(span.text, span.start) for span in found.times] == [("Tuesday", _TUESDAY)]


def test_facts_are_recalled_as_of_the_time_asked_for(opened):
    """Asked where she lived then or lives now, that time's fact is first; by hand told, `since` and `until` hold."""
    memory = opened()
    at = datetime(2020, 1, 1, tzinfo=UTC)
    homes = ("Porto", "Lisbon", "Madrid")
    memory.remember(
        [Fact("Ada", "lives_in", town, valid_at=at.replace(year=2020 + n)) for n, town in enumerate(homes)],
        now=NOW,
    )

    def first(text, **options):
        asked = RecallOptions(types=("fact",), now=NOW, **options)
        return [hit.fact.object for hit in memory.recall(text, top_k=3, options=asked)]

    assert first("Where did Ada live in June 2020?")[0] == "Porto"
    assert first("Where did Ada live in June 2021?")[0] == "Lisbon"
    assert first("Where does Ada live?") == ["Madrid"]
    between = {"since": at.replace(month=2), "until": at.replace(month=3), "include_superseded": True}
    assert first("Where did Ada live?", **between) == ["Porto"]
