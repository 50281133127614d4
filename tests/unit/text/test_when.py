"""When what is said holds: tense and time phrases as the interval of a fact."""

from datetime import UTC, datetime

import pytest

from graphmem.model import Interaction
from graphmem.ports import Triple, Turn
from graphmem.text.restating import restated
from graphmem.write.extract import SpacyExtractor

SAID = datetime(2026, 3, 15, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def extractor() -> SpacyExtractor:
    return SpacyExtractor()


def said(text: str, *, at: datetime | None = SAID, id_: str = "1") -> Interaction:
    return Interaction(id=id_, session="s", kind="message", text=text, speaker="Ada", at=at)


def drawn(extractor: SpacyExtractor, text: str, *, before: str = "", at: datetime | None = SAID) -> list[Triple]:
    earlier = (said(before, id_="0", at=datetime(2026, 3, 1, tzinfo=UTC)),) if before else ()
    return list(next(iter(extractor.extract([Turn(said(text, at=at), before=earlier)]))).triples)


def dates(triple: Triple) -> tuple[str | None, str | None]:
    start, end = triple.valid_at, triple.invalid_at
    return start.date().isoformat() if start else None, end.date().isoformat() if end else None


@pytest.mark.parametrize(
    ("text", "predicate", "interval"),
    [
        ("I moved to Lisbon last month.", "moved_to", ("2026-02-01", None)),
        ("I live in Porto now.", "lives_in", (None, None)),
        ("I live in Porto these days.", "lives_in", (None, None)),
        ("I used to work at Feedzai.", "worked_at", (None, None)),
        ("I worked at Siemens from 2016 to 2019.", "worked_at", ("2016-01-01", "2020-01-01")),
        ("I lived in Porto in 2016.", "lived_in", ("2016-01-01", "2017-01-01")),
        ("I've been vegetarian for five years.", "is", ("2021-03-15", None)),
        ("I've lived in Madrid since 2018.", "lives_in", ("2018-01-01", None)),
        ("I started working at Acme on 7 May 2023.", "works_at", ("2023-05-07", None)),
        ("I'm going to start at Google in June.", "starts_at", ("2026-06-01", None)),
        ("I quit Google yesterday.", "quit", ("2026-03-14", None)),
        ("I bought a car in 2019.", "bought", ("2019-01-01", None)),
    ],
)
def test_tense_and_phrase_make_the_interval(
    extractor: SpacyExtractor, text: str, predicate: str, interval: tuple[str | None, str | None]
) -> None:
    """A state gets both ends as far as told, an event its beginning, and what is not told stays unknown."""
    found = {t.predicate: dates(t) for t in drawn(extractor, text)}
    assert found[predicate] == interval


def test_each_clause_has_its_own_time(extractor: SpacyExtractor) -> None:
    """A phrase dates the clause it hangs on, not its neighbour."""
    found = {t.object: dates(t) for t in drawn(extractor, "I left Acme in 2019 and joined Initech in May 2020.")}
    assert found == {"Acme": ("2019-01-01", None), "Initech": ("2020-05-01", None)}


def test_an_undated_text_dates_only_with_a_year(extractor: SpacyExtractor) -> None:
    """Where nobody knows when it was said, "yesterday" is no date, and "in 2019" is one."""
    assert dates(drawn(extractor, "I moved to Porto yesterday.", at=None)[0]) == (None, None)
    assert dates(drawn(extractor, "I moved to Porto in 2019.", at=None)[0]) == ("2019-01-01", None)


@pytest.mark.parametrize("text", ["I no longer live in Lisbon.", "I live in Porto, not in Lisbon."])
def test_what_is_excepted_is_denied(extractor: SpacyExtractor, text: str) -> None:
    """ "No longer" and "not in" deny."""
    assert ("Lisbon", True) in {(t.object, t.negated) for t in drawn(extractor, text)}


def test_a_bare_correction_is_said_in_full(extractor: SpacyExtractor) -> None:
    """ "It's Porto, not Lisbon" says the earlier sentence anew, with the earlier date."""
    found = drawn(extractor, "Sorry, it's Porto, not Lisbon.", before="I moved to Lisbon last week. It rains.")
    assert [(t.predicate, t.object, dates(t)) for t in found] == [("moved_to", "Porto", ("2026-02-16", None))]


def test_a_correction_of_nothing_says_nothing() -> None:
    """What nobody said before is not set right."""
    assert restated("It's Porto, not Lisbon.", ["I like tea."]) is None
    assert restated("I like Porto.", ["I moved to Lisbon."]) is None
