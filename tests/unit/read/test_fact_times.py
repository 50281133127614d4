from datetime import UTC, datetime

import pytest

from graphmem.model import Fact
from graphmem.read.fact_times import asks_of_the_present, held, nearness, overlaps
from graphmem.read.related import FACT_SIGNALS, FactPool
from graphmem.read.understand import understand
from graphmem.read.validity_view import View
from graphmem.text.slots import shipped_slots


def day(year: int, month: int = 1, number: int = 1) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


NOW = day(2024, 6)
HOME = Fact("Ada", "lives_in", "Porto", valid_at=day(2020), closed_at=day(2023, 3))
MOVED = Fact("Ada", "moved_to", "Lisbon", valid_at=day(2023, 3))
OVER = Fact("Ada", "worked_at", "Acme", valid_at=day(2016), invalid_at=day(2020))
BOUGHT = Fact("Ada", "bought", "a lamp", valid_at=day(2022, 7, 4))
WISHED = Fact("Ada", "lives_in", "Rome", modality="wish", at=day(2024))
UNKNOWN = Fact("Ada", "worked_at", "Blue Heron")
FACTS = (HOME, MOVED, OVER, BOUGHT, WISHED, UNKNOWN)


def pool(question: str, *, as_of: datetime | None = None) -> FactPool:
    view = View(NOW, shipped_slots(), as_of=as_of)
    return FactPool(FACTS, understand(question, now=NOW), frozenset(), {}, lambda _: 1.0, view)


def test_a_question_of_a_time_wants_facts_that_held_then():
    """1 inside a fact's interval, less the farther off, 0 where nobody knows when it held."""
    home, moved, over, bought, _, unknown = nearness(pool("Where did she live in July 2022?")).tolist()
    assert (home, bought, unknown) == (1.0, 1.0, 0.0)
    assert 0 < moved < 0.01
    assert over < moved
    assert nearness(pool("Where did she live in April 2023?")).tolist()[:2] == [pytest.approx(0.358, abs=0.01), 1.0]


def test_a_question_in_the_present_wants_what_holds_now():
    """What is over counts nothing, a wish half; with `as_of`, that is the present."""
    assert nearness(pool("Where does she live?")).tolist() == [0.0, 1.0, 0.0, 1.0, 0.5, 0.0]
    assert nearness(pool("Where does she live?", as_of=day(2021))).tolist()[:2] == [1.0, 0.0]


def test_a_question_after_the_first_or_the_last_wants_facts_in_turn():
    """The earliest beginning counts most for the first, the latest for the last; an unknown one nothing."""
    home, moved, over, bought, _, unknown = nearness(pool("What was the first thing she did?")).tolist()
    assert over > home > bought > moved > unknown == 0.0
    home, moved, over, bought, _, unknown = nearness(pool("What was the last thing she did?")).tolist()
    assert moved > bought > home > over > unknown == 0.0


@pytest.mark.parametrize("question", ["What did she buy?", "When did she move?", "How long has she lived there?"])
def test_a_question_of_the_past_without_a_time_weighs_no_time(question: str):
    """Nothing is known of the time it asks for, so no fact gains."""
    assert not nearness(pool(question)).any()
    assert not asks_of_the_present(understand(question, now=NOW))


def test_time_halves_where_nothing_else_bears_on_the_question():
    """Among facts of the time asked for, those of the question's words or family gain twice as much."""
    told = FACT_SIGNALS["fact_time"].function(pool("Where did she live in July 2022?")).tolist()
    assert (told[0], told[3]) == (1.0, 0.5)


def test_a_fact_told_by_hand_holds_from_its_word_to_its_end():
    """The interval ends with the fact or with what closed it, the earlier one; an event is its moment."""
    view = View(NOW, shipped_slots())
    assert held(HOME, view) == (day(2020), day(2023, 3))
    assert held(BOUGHT, view) == (day(2022, 7, 4), day(2022, 7, 4))
    assert held(UNKNOWN, view) is None
    assert overlaps((day(2022, 7, 4), day(2022, 7, 4)), day(2022, 7), day(2022, 8))
    assert not overlaps((day(2020), day(2021)), day(2021), None)


def test_what_was_set_right_is_not_plain():
    """A fact that a correction ends where it began was never so: it counts like one that is denied."""
    wrong = Fact("Ada", "moved_to", "Rome", valid_at=day(2023), closed_at=day(2023))
    told = FactPool((wrong, HOME), understand("Where?"), frozenset(), {}, lambda _: 1.0)
    assert FACT_SIGNALS["fact_plain"].function(told).tolist() == [0.0, 1.0]
