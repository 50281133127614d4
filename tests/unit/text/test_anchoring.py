from datetime import UTC, datetime

import pytest

from graphmem.model import Fact
from graphmem.text.anchoring import anchors_of, resolved


def day(month: int, number: int, *, year: int = 2023) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


SAID = day(6, 1)
FACTS = (
    Fact("Ada", "had", "interview at Acme", valid_at=day(5, 3), invalid_at=day(5, 4)),
    Fact("Ada", "had", "interview at Blue Heron", valid_at=day(2, 1)),
    Fact("Ada", "has", "interview at Nordwind", valid_at=day(9, 1)),
    Fact("Ada", "adopted", "Rex", valid_at=day(3, 1, year=2022)),
    Fact("Ada", "had", "wedding", valid_at=day(4, 1), negated=True),
    Fact("Ada", "had", "picnic"),
)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("I moved two days after the interview.", day(5, 5), day(5, 6)),
        ("I moved two days before the interview.", day(5, 1), day(5, 2)),
        ("I moved a month after my interview at Blue Heron.", day(3, 1), day(4, 1)),
        ("I've lived here since we adopted Rex.", day(3, 1, year=2022), None),
    ],
)
def test_a_time_hangs_on_the_latest_fact_that_tells_its_anchor(text: str, start: datetime, end: datetime | None):
    """Of several interviews the last one that was over is meant, unless the words say which."""
    (found,) = resolved(anchors_of(text, said=SAID), FACTS, said=SAID)
    assert (found.kind, found.start, found.end, found.certainty) == ("interval", start, end, "likely")


@pytest.mark.parametrize("anchor", ["the wedding", "the picnic", "the funeral"])
def test_what_is_denied_undated_or_unknown_dates_nothing(anchor: str):
    """The phrase stays what it was: text that hangs on something."""
    spans = anchors_of(f"I moved two days after {anchor}.", said=SAID)
    assert [s.kind for s in spans] == ["anchored"]
    assert resolved(spans, FACTS, said=SAID) == spans


def test_texts_without_such_a_time_are_passed_over():
    """No phrase that hangs on words, or no date to reckon from: nothing to look up."""
    assert anchors_of("I moved on May 3.", said=SAID) == anchors_of("After the interview I left.", said=SAID) == ()
    assert anchors_of("I moved two days after the interview.", said=None) == ()
