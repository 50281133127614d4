"""What supersedes what in a slot, case by case."""

from datetime import UTC, datetime, timedelta

import pytest

from graphmem.identity import entity_id, fact_id
from graphmem.model import Fact, Ruling
from graphmem.text.slots import shipped_slots
from graphmem.write.validity import Episode, difference, judge, ruling_id, touched

DAY = datetime(2026, 1, 1, tzinfo=UTC)
SLOTS = shipped_slots()


def day(n: int) -> datetime:
    return DAY + timedelta(days=n)


def fact(predicate: str, value: str, start: int | None = None, end: int | None = None, **told: object) -> Fact:
    when = {"valid_at": None if start is None else day(start), "invalid_at": None if end is None else day(end)}
    id_ = f"{predicate} {value} {start} {end} {sorted(told.items())}"
    return Fact("Ada", predicate, value, id=id_, subject_id="ada", object_id=entity_id("ns", value), **when, **told)  # type: ignore[arg-type] # the keywords of Fact, by name


def said(on: int | None, told: Fact, text: str = "", by: str = "") -> Episode:
    return Episode(told, None if on is None else day(on), by or f"i{on}", text)


def told(*episodes: Episode, by: tuple[Ruling, ...] = ()) -> list[tuple[str, str, str, int | None, int | None]]:
    days = lambda at: None if at is None else (at - DAY).days  # noqa: E731
    return [
        (r.older.split()[1], r.kind, (r.newer or "").split()[1], days(r.at), days(r.until))
        for r in judge(episodes, by, slots=SLOTS)
    ]


def test_a_new_value_ends_the_old_where_it_begins() -> None:
    """Lisbon ends on the day from which on it is Porto, whenever that was said."""
    assert told(said(1, fact("lives_in", "Lisbon")), said(9, fact("moved_to", "Porto", 5))) == [
        ("Lisbon", "update", "Porto", 5, None)
    ]


def test_said_again_after_another_value() -> None:
    """A value said again holds again: the ruling on it has an end."""
    lisbon, porto = fact("lives_in", "Lisbon"), fact("lives_in", "Porto")
    assert told(said(1, lisbon), said(2, porto), said(3, lisbon)) == [
        ("Lisbon", "update", "Porto", 2, 3),
        ("Porto", "update", "Lisbon", 3, None),
    ]


def test_backdated_news_does_not_end_the_present() -> None:
    """What is told late of an earlier time ends where the present began."""
    assert told(said(5, fact("lives_in", "Lisbon")), said(9, fact("lives_in", "Porto", 2))) == [
        ("Porto", "update", "Lisbon", 5, None)
    ]
    assert told(said(5, fact("lives_in", "Lisbon")), said(9, fact("lived_in", "Porto", 1, 3))) == []


def test_a_past_stay_interrupts_only() -> None:
    """A value that is over leaves the one before it to go on, where that was said to hold afterwards."""
    lisbon = fact("lives_in", "Lisbon", 0)
    assert told(said(9, lisbon), said(10, fact("lived_in", "Porto", 2, 4))) == [("Lisbon", "update", "Porto", 2, 4)]
    assert told(said(1, lisbon), said(10, fact("lived_in", "Porto", 2, 4))) == [("Lisbon", "update", "Porto", 2, None)]


@pytest.mark.parametrize(
    "text",
    ["Actually it's Porto, not Lisbon.", "I live in Porto, not in Lisbon", "Sorry, I live in Porto."],
)
def test_a_correction_takes_its_place_from_the_beginning(text: str) -> None:
    """What is set right was never so, and what came before it ends where the right value begins."""
    rome, lisbon, porto = fact("lives_in", "Rome"), fact("lives_in", "Lisbon"), fact("lives_in", "Porto")
    assert told(said(1, rome), said(3, lisbon), said(6, porto, text)) == [
        ("Lisbon", "correction", "Porto", 3, None),
        ("Rome", "update", "Porto", 3, None),
    ]


@pytest.mark.parametrize("text", ["Actually I live in Porto now.", "I don't live in Lisbon any more but in Porto."])
def test_a_change_is_no_correction(text: str) -> None:
    """Words of change end a value where the new one begins."""
    assert told(said(3, fact("lives_in", "Lisbon")), said(6, fact("lives_in", "Porto"), text)) == [
        ("Lisbon", "update", "Porto", 6, None)
    ]


def test_the_same_instant_said_later_is_a_correction() -> None:
    """Of two values with one beginning, the one said later is right."""
    assert told(said(3, fact("works_at", "Acme", 1)), said(6, fact("works_at", "Initech", 1))) == [
        ("Acme", "correction", "Initech", 1, None)
    ]


def test_a_denial_ends_without_another() -> None:
    """What is denied ends when it was denied, and holds again when told again."""
    works = fact("works_at", "Acme")
    no = fact("works_at", "Acme", negated=True)
    assert told(said(1, works), said(4, no)) == [("Acme", "negation", "Acme", 4, None)]
    assert {r[3:] for r in told(said(1, works), said(4, no), said(6, works))} == {(4, 6), (6, None)}
    assert told(said(1, works), said(4, fact("quit", "Acme"))) == [("Acme", "negation", "Acme", 4, None)]


def test_several_values_know_only_denials() -> None:
    """Likings stand side by side; the denied one alone ends."""
    tea, coffee = fact("likes", "tea"), fact("likes", "coffee")
    assert told(said(1, tea), said(2, coffee)) == []
    assert told(said(1, tea), said(2, coffee), said(3, fact("likes", "tea", negated=True))) == [
        ("tea", "negation", "tea", 3, None)
    ]


def test_unrelated_facts_never_meet() -> None:
    """Other relations, other subjects, flats and cities: nothing ends anything."""
    bob = Fact("Bob", "lives_in", "Porto", id="bob", subject_id="bob", object_id="porto")
    flat = fact("lives_in", "a small flat")
    met = fact("met", "Porto")
    assert told(said(1, fact("lives_in", "Lisbon")), said(2, bob), said(3, flat), said(4, met)) == []
    assert told(said(1, fact("bought", "car")), said(4, fact("bought", "car", negated=True))) == []


def test_told_together_is_a_conflict_until_something_decides() -> None:
    """Two values of one moment stand as a conflict; what is said later ends it."""
    lisbon, porto = fact("lives_in", "Lisbon"), fact("lives_in", "Porto")
    both = (said(1, lisbon, by="x"), said(1, porto, by="y"))
    assert told(*both) == [("Lisbon", "conflict", "Porto", 1, None)]
    decided = told(*both, said(4, lisbon))
    assert ("Lisbon", "conflict", "Porto", 1, 4) in decided
    assert ("Porto", "update", "Lisbon", 4, None) in decided


def test_undated_documents_conflict() -> None:
    """Where nobody knows when either was so, both stay, as a conflict."""
    assert told(said(None, fact("capital", "Bonn")), said(None, fact("capital", "Berlin"))) == [
        ("Berlin", "conflict", "Bonn", None, None)
    ]


def test_what_never_changes_is_set_right() -> None:
    """Of a birthplace, what was said last has been right all along."""
    assert told(said(1, fact("born_in", "Lisbon")), said(5, fact("born_in", "Porto"))) == [
        ("Lisbon", "correction", "Porto", None, None)
    ]


def test_plans_end_nothing_and_come_about_or_are_given_up() -> None:
    """A plan leaves the present alone, and ends when it is done or dropped."""
    plan = fact("starts_at", "Google", 30, modality="plan")
    acme = fact("works_at", "Acme")
    assert told(said(1, acme), said(2, plan)) == []
    assert told(said(2, plan), said(40, fact("works_at", "Google"))) == [("Google", "update", "Google", 40, None)]
    dropped = fact("starts_at", "Google", negated=True, modality="plan")
    assert told(said(2, plan), said(5, dropped)) == [("Google", "negation", "Google", 5, None)]


def test_a_person_decides() -> None:
    """What is retracted was never said, what is pinned is not ended, what is reverted stays beside the other."""
    lisbon, porto = fact("lives_in", "Lisbon"), fact("lives_in", "Porto")
    both = (said(1, lisbon), said(2, porto))
    assert told(*both, by=(Ruling(older=porto.id, kind="retraction"),)) == []
    assert told(*both, by=(Ruling(older=lisbon.id, kind="pin"),)) == [("Porto", "update", "Lisbon", 2, None)]
    revert = Ruling(older=lisbon.id, kind="revert", newer=porto.id)
    assert told(*both, by=(revert,)) == [("Lisbon", "conflict", "Porto", 2, None)]


def test_merged_names_are_one() -> None:
    """A value under two names is no change; a subject under two names has one slot."""
    york, apple = fact("lives_in", "New York"), fact("lives_in", "Big Apple")
    roots = {apple.object_id: york.object_id}
    assert judge([said(1, york), said(2, apple)], slots=SLOTS, roots=roots) == []


def test_ids_and_differences() -> None:
    """Equal rulings stay, what is not wanted is undone, and ids tell rulings apart."""
    wanted = judge([said(1, fact("lives_in", "Lisbon")), said(2, fact("lives_in", "Porto"))], slots=SLOTS)
    kept = difference(wanted, wanted)
    assert not kept.new
    assert not kept.undone
    assert ruling_id("ns", wanted[0]) != ruling_id("other", wanted[0])
    assert fact_id("ns", "a", "b", "c") != ruling_id("ns", wanted[0])


def test_touched_slots_are_read_whole() -> None:
    """A write about a home reads every relation that tells of one; of a liking its ends, of that value alone."""
    found = touched([fact("moved_to", "Porto"), fact("eats", "meat")], slots=SLOTS)
    assert {"lives_in", "lived_in", "moved_to"} <= found.one["ada"]
    assert {"eats", "stopped_eating"} <= found.several["ada"]
    assert found.values == {fact("eats", "meat").object_id}
    assert found.subjects == {"ada"}
    assert not touched([], slots=SLOTS)


def test_hundreds_of_values_at_once_conflict_with_the_first() -> None:
    """A list told in one breath gives a conflict a value, with the first of them, and a value said again adds none."""
    values = [fact("lives_in", f"Place{n:03}") for n in range(120)]
    found = told(*(said(1, value, by="i1") for value in values))
    assert sorted(found) == [("Place000", "conflict", f"Place{n:03}", 1, None) for n in range(1, 120)]
    again = [said(n, values[0], by=f"i{n}") for n in range(1, 400)]
    assert told(*again, said(500, values[1])) == [("Place000", "update", "Place001", 500, None)]
