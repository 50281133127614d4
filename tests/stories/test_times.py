"""Tales of time: what was true when, what was known when, and a person's word on it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graphmem import Fact, Memory, Message, RecallOptions
from graphmem.errors import InvalidInput, NotFound

DAY = datetime(2026, 1, 1, tzinfo=UTC)


def day(n: float) -> datetime:
    return DAY + timedelta(days=n)


@pytest.fixture
def memory() -> Iterator[Memory]:
    with Memory.open(":memory:", namespace="user/ada") as opened:
        yield opened


def tell(memory: Memory, *told: tuple[float, str], now: float = 50) -> list[str]:
    ids: list[str] = []
    for on, text in told:
        ids += memory.remember(Message(text, speaker="Ada", at=day(on)), now=day(now)).ids
    return ids


def held(facts: list[Fact]) -> set[tuple[str, str]]:
    return {(f.predicate, f.object) for f in facts}


def homes(memory: Memory, on: float | None = None) -> set[str]:
    found = memory.facts(about="Ada", as_of=None if on is None else day(on))
    return {f.object for f in found if f.predicate in ("lives_in", "moved_to") and not f.negated}


def test_where_she_lives_and_where_she_lived(memory: Memory) -> None:
    """A move ends the home before; as of any day, the home of that day."""
    tell(memory, (1, "I live in Lisbon."), (20, "I moved to Porto on 10 January 2026."))
    assert homes(memory) == {"Porto"}
    assert homes(memory, 5) == {"Lisbon"}
    assert homes(memory, 9.5) == {"Porto"}
    assert homes(memory, 0) == set()
    assert [f.object for f in recalled(memory, "Where does Ada live?")] == ["Porto"]
    assert {f.object for f in recalled(memory, "Where did Ada use to live?")} == {"Lisbon", "Porto"}
    assert [f.object for f in recalled(memory, "Where does Ada live?", as_of=day(5))] == ["Lisbon"]


def recalled(memory: Memory, text: str, *, as_of: datetime | None = None) -> list[Fact]:
    options = RecallOptions(types=("fact",), now=day(60), as_of=as_of)
    found = [h.fact for h in memory.recall(text, options=options) if h.fact is not None]
    return [f for f in found if f.predicate in ("lives_in", "moved_to")]


def test_a_receipt_says_what_happened(memory: Memory) -> None:
    """Each fact is an add, update, delete or noop, with the reason."""
    done = [
        memory.remember(Message(text, speaker="Ada", at=day(n))).changes[0].operation
        for n, text in enumerate(
            ("I live in Lisbon.", "I live in Lisbon.", "I live in Porto now.", "I don't live in Porto any more.")
        )
    ]
    assert done == ["add", "noop", "update", "delete"]


def test_news_of_the_past_leaves_the_present(memory: Memory) -> None:
    """What is told late of an earlier time does not end what holds now."""
    tell(memory, (10, "I live in Lisbon."), (20, "I lived in Rome from 2016 to 2019."))
    assert homes(memory) == {"Lisbon"}
    assert held(memory.facts(about="Ada", as_of=datetime(2018, 5, 1, tzinfo=UTC))) == {("lived_in", "Rome")}


def test_a_correction_is_as_if_it_had_been_said_at_first(memory: Memory) -> None:
    """ "It's Porto, not Lisbon": it was Porto all along, and never Lisbon."""
    tell(memory, (1, "I moved to Lisbon."), (6, "Sorry, it's Porto, not Lisbon."))
    assert homes(memory) == {"Porto"}
    assert homes(memory, 2) == {"Porto"}


def test_forgetting_what_ended_it_brings_it_back(memory: Memory) -> None:
    """A value that a forgotten interaction ended holds again, whatever else stood in the line."""
    tell(memory, (1, "I live in Lisbon."))
    ids = tell(memory, (5, "I live in Porto now."), (9, "I live in Rome now."))
    memory.forget(interactions=ids[:1])
    assert homes(memory, 6) == {"Lisbon"}
    memory.forget(interactions=ids[1:])
    assert homes(memory) == {"Lisbon"}
    assert memory.rulings() == []


def test_what_was_believed_then_stays_what_was_believed(memory: Memory) -> None:
    """As known at an instant, nothing told later shows."""
    tell(memory, (1, "I live in Lisbon."), now=2)
    tell(memory, (3, "I live in Porto now."), now=10)
    memory.retract(memory.facts(about="Ada", as_of=day(2))[0], who="Ada")
    then = memory.facts(about="Ada", known_at=day(5))
    assert held(then) == {("lives_in", "Lisbon")}
    assert then[0].expired_at is None
    assert held(memory.facts(about="Ada", known_at=day(11), as_of=day(2))) == {("lives_in", "Lisbon")}
    assert [h.text for h in memory.recall("Where does Ada live?", options=RecallOptions(known_at=day(5)))] == [
        "I live in Lisbon."
    ]


def test_a_persons_word_stands_until_taken_back(memory: Memory) -> None:
    """Pin, retract and revert are kept with who and why, and can be undone."""
    tell(memory, (1, "I live in Lisbon."))
    lisbon = memory.facts(about="Ada")[0]
    pin = memory.pin(lisbon, who="Ada", why="it is my address")
    tell(memory, (5, "I live in Porto now."))
    assert homes(memory) == {"Lisbon"}
    assert (pin.decided_by, pin.reason) == ("Ada", "it is my address")
    memory.revert(pin, who="Ada")
    assert homes(memory) == {"Porto"}
    memory.revert(lisbon, who="Ada")
    assert homes(memory) == {"Lisbon", "Porto"}
    assert sorted(r.kind for r in memory.rulings(about="Ada")) == ["conflict", "revert"]
    memory.retract(lisbon.id, who="Ada", why="a joke")
    assert homes(memory) == {"Porto"}
    kinds = [r.kind for r in memory.fact_history(lisbon).rulings]
    assert {"pin", "update", "revert", "retraction"} <= set(kinds)


def test_nothing_to_undo_is_said(memory: Memory) -> None:
    """A fact that is not there, or that nothing ended, can't be reverted; an instant needs a zone."""
    tell(memory, (1, "I live in Lisbon."))
    with pytest.raises(NotFound):
        memory.revert(memory.facts(about="Ada")[0], who="Ada")
    with pytest.raises(NotFound):
        memory.retract("nothing", who="Ada")
    with pytest.raises(NotFound):
        memory.timeline(about="Nobody")
    with pytest.raises(InvalidInput):
        memory.facts(as_of=datetime(2026, 1, 1))  # noqa: DTZ001 - that is what is refused
    with pytest.raises(InvalidInput):
        memory.recall("Where?", options=RecallOptions(as_of=datetime(2026, 1, 1)))  # noqa: DTZ001 - as above


def test_merged_names_share_a_slot(memory: Memory) -> None:
    """After a merge one person has one home; parted again, each has their own."""
    memory.remember(
        [Fact("Ada", "lives_in", "Lisbon", valid_at=day(1)), Fact("A. L.", "lives_in", "Porto", valid_at=day(5))]
    )
    memory.merge("Ada", "A. L.")
    assert homes(memory) == {"Porto"}
    memory.unmerge("Ada", "A. L.")
    assert homes(memory) == {"Lisbon"}


def test_a_timeline_ties_what_belongs_together(memory: Memory) -> None:
    """Homes are one thread with what ended what; the dog is another."""
    tell(memory, (1, "I live in Lisbon."), (3, "I adopted Rex."), (5, "I live in Porto now."))
    threads = memory.timeline(about="Ada").threads
    home = next(t for t in threads if any(e.text == "Ada lives in Lisbon." for e in t.entries))
    assert [e.text for e in home.entries if e.type == "fact"] == ["Ada lives in Lisbon.", "Ada lives in Porto now."]
    assert home.entries[1].why == "update: residence: a newer value"
    assert not any("Rex" in e.text for e in home.entries)
    assert len(threads) > 1
    assert all(
        e.at >= day(4) or (e.until or day(4)) >= day(4)
        for e in memory.timeline(about="Ada", since=day(4)).entries
        if e.at
    )


def test_own_slots_and_suggestions(tmp_path: Path) -> None:
    """A relation that looks like a slot is suggested, and a file makes it one."""
    told = [Fact(f"Desk {n}", "stands_in", f"room {n % 7}", valid_at=day(1)) for n in range(30)]
    with Memory.open(tmp_path / "m.db") as memory:
        memory.remember(told)
        assert [s.predicate for s in memory.suggest_slots()] == ["stands_in"]
        assert memory.rulings() == []
    path = tmp_path / "slots.toml"
    path.write_text('[room]\nholds = "stand_in"\n')
    with Memory.open(tmp_path / "m.db", slots=path) as memory:
        memory.remember(Fact("Desk 1", "stands_in", "room 9", valid_at=day(5)))
        assert {f.object for f in memory.facts(about="Desk 1")} == {"room 9"}


@pytest.mark.parametrize("at_once", [True, False])
def test_a_time_that_hangs_on_a_known_fact_has_its_date(memory: Memory, at_once: bool) -> None:
    """ "Two days after the interview" has the interview's date, told before or in one go; an unknown anchor none."""
    told = [
        Message("I had an interview at Acme on 3 January 2026.", speaker="Ada", at=day(4)),
        Message("I moved to Lisbon two days after the interview.", speaker="Ada", at=day(40)),
        Message("I visited Porto a week after the funeral.", speaker="Ada", at=day(41)),
    ]
    for part in [told] if at_once else [[one] for one in told]:
        memory.remember(part, now=day(50))
    facts = {(f.predicate, f.object): f.valid_at for f in memory.facts(about="Ada")}
    assert facts["moved_to", "Lisbon"] == day(4)
    assert facts["visited", "Porto"] is None
    assert not any(predicate.startswith("moved_after") for predicate, _ in facts)
    assert [f.object for f in memory.facts(about="Ada", predicate="moved_to", as_of=day(5))] == ["Lisbon"]


def test_recall_shows_what_is_in_conflict(memory: Memory) -> None:
    """Two values told together stand side by side: each hit names the other, and so does the prompt; one alone none."""
    tell(memory, (1, "My favourite colour is blue. I work at Feedzai."))
    memory.remember(Message("My favourite colour is green.", speaker="Ada", at=day(1)), now=day(50))
    options = RecallOptions(types=("fact",), now=day(60))
    found = memory.recall("What is Ada's favourite colour?", options=options)
    beside = {hit.fact.object: [f.object for f in hit.conflicts] for hit in found if hit.fact is not None}
    assert (beside["blue"], beside["green"], beside["Feedzai"]) == (["green"], ["blue"], [])
    assert "in conflict with: Ada's favourite colour is" in found.context()


def test_a_fact_does_not_tell_what_its_sentence_told_and_is_over(memory: Memory) -> None:
    """Where half a sentence was superseded, the other half is shown in its own words; as of then, in the sentence's."""
    tell(memory, (1, "I live in Hamburg with Jo."), (2, "I still live in Hamburg with Jo."), (20, "I moved to Berlin."))
    told = [f.text for name in ("Ada", "Jo") for f in memory.facts(about=name) if f.predicate == "lives_with"]
    assert told == ["Ada lives with Jo.", "Ada lives with Jo."]
    (then,) = memory.facts(about="Jo", as_of=day(5))
    assert "Hamburg" in then.text
    assert [f.text for f in memory.facts(about="Jo", include_superseded=True)] == [then.text]
    options = RecallOptions(types=("fact",), now=day(60))
    assert "Hamburg" not in memory.recall("Who does Ada live with?", options=options).context()
    memory.consolidate(steps=["profiles"])
    assert [t.text for t in memory.profile("Ada").facts] == ["Ada lives with Jo."]
