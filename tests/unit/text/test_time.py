"""The time grammar: what phrases mean, what is no date, and what a calendar can do to a rule."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphmem.text.time as grammar
from graphmem.errors import InvalidInput
from graphmem.text.time import Length, Recurrence, time_spans
from graphmem.text.time.tokens import tokens_of
from pipelines.evaluate.timephrases import Label, is_right

SAID = datetime(2023, 7, 14, 15, 30, tzinfo=UTC)  # a Friday
_TABLE = Path(__file__).with_name("time_phrases.txt").read_text(encoding="utf-8").splitlines()
PHRASES = [line.split(" -> ") for line in _TABLE if line and not line.startswith("#")]


def one(text, *, said=SAID, **customs):
    (span,) = time_spans(text, reference=said, **customs)
    return span


def days(span):
    return span.start.date().isoformat(), (span.end - timedelta(seconds=1)).date().isoformat()


@pytest.mark.parametrize(("text", "labels"), PHRASES, ids=[text for text, _ in PHRASES])
def test_a_phrase_means_what_people_mean_by_it(text, labels):
    """Each of 361 phrases of our own is found, alone, with the interval (or the kind) it is labelled with by hand."""
    spans, wanted = time_spans(text, reference=SAID), labels.split()
    assert len(spans) == len(wanted)
    for span, label in zip(spans, wanted, strict=True):
        assert is_right(span, Label("", "", "", 0, 0, SAID, label)), span


_SAYERS = (
    "You",
    "They",
    "My neighbours",
    "The choir",
    "A cook",
    "Nobody",
    "The twins",
    "Some guests",
    "Her dog",
    "Ada",
)
_SAID = (
    "said this may be so", "may well be right, and may not", "would march on if asked",
    "led a march through the old town", "came second in the race", "gave it a second look", "had a second helping",
    "sat in the sun with a book", "let the sun set behind the hill", "fell down the stairs but got up",
    "took a bad fall on the ice", "drank from the spring behind the house", "replaced a broken spring in the sofa",
    "sat down to eat", "wed in a tiny chapel", "felt the sun burn", "had to mar the surface a little",
    "won 3 to 2 and drank 20 of 30 bottles", "sold 2000 copies to 1900 people", "paid $2019 for it",
    "may march second in the sun", "cost 1,999 euros", "poured about 1/4 of it", "counted one, two, three",
    "weighed 7.5 kg and 10% more", "had one decent idea", "read version 2.10.4 of the notes",
    "set the table for six", "is in her thirties", "saw the fall of the empire",
    "took the second door on the right", "may be the best of all", "asked for more than half of it",
    "made a march of it, a long one", "loves the Sun newspaper", "left the last word to others",
    "would do this one more time", "took the lead in the second half", "waited for a while",
    "may have seen the past through pink glasses", "mentioned it since you like jokes", "is late for dinner",
    "has no past to speak of", "may as well fall for it", "found every part of it nice", "put the key in by the door",
    "grew up around animals", "went from door to door", "kept it between you and me", "talked of cats for fun",
    "had a next of kin", "came after all", "was there before anybody else", "may march", "sat in the middle of a room",
    "wanted the end of the rope", "gave early warning", "solved it by ear", "drew a quarter of it",
    "tried to spring a surprise", "did it by and by", "may second that", "took it from there", "was over the moon",
    "kept a fall-back plan", "asked who may enter", "thought the sun was a star", "wore a March Hare mask",
    "may not fall", "marches to a different drum", "sat and sat", "had a few left over", "gave two of three away",
    "ate a couple of figs", "may see several of them", "has a dozen cats", "may spring up anywhere",
    "hid it under the last page", "walked past the next house", "used the other hand", "came back from the shop",
    "said it once and for all", "told each of them", "made it in one go", "was born lucky", "had the time of it",
    "took their time", "may need time to think", "is on time", "asked what the time was", "played for high stakes",
    "kept this one and that one", "may come or may not", "has had it", "took the first left", "bought a third one",
    "thought twice", "ordered 10 of them", "gave it 100 tries", "may fall in love",
)  # fmt: skip


def test_ordinary_words_are_no_dates():
    """In 1,000 sentences with "may", "march", "second", "sun", "fall" and numbers as ordinary words, none is a date."""
    texts = [f"{who} {what}." for who, what in product(_SAYERS, _SAID)]
    assert len(texts) == 1_000
    assert {text: spans for text in texts if (spans := time_spans(text, reference=SAID))} == {}


# --- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("30 February", "3 May 12023", "May 3, 10000", "1 January 0000", "February 30, 2023", "February 29, 2023"),
        *("31 April 2022", "2023-02-30", "13/32/2023", "2023-13-01", "June 31st", "5-3 June 2023"),
    ],
)
def test_an_impossible_date_is_text_without_a_date(text):
    """What looks like a date and is none is reported with its text, and has no interval."""
    span = one(text)
    assert (span.kind, span.start, span.end, span.text) == ("unresolved", None, None, text)


def test_a_leap_day_without_its_year_is_in_a_leap_year():
    """29 February is that of the last leap year, or of the next."""
    assert days(one("It happened on February 29"))[0] == "2020-02-29"
    assert days(one("It will happen on 29 February"))[0] == "2024-02-29"
    assert days(one("a year ago", said=datetime(2024, 2, 29, tzinfo=UTC)))[0] == "2023-01-01"
    assert days(one("a month ago", said=datetime(2024, 3, 31, tzinfo=UTC))) == ("2024-02-01", "2024-02-29")


def test_a_range_that_runs_backwards_has_no_dates():
    """What runs "from 2019 to 2016" is text; "between" has no direction, so its ends are put in order."""
    assert one("from 2019 to 2016").kind == "unresolved"
    assert days(one("between 2019 and 2016")) == ("2016-01-01", "2019-12-31")


def test_the_ends_of_the_calendar_are_open():
    """Beyond the years 1 to 9999 an interval has no bound, and what lies outside altogether has no date."""
    last, first = one("the year 9999"), one("the year 1", said=datetime(5, 1, 1, tzinfo=UTC))
    assert (last.start, last.end) == (datetime(9999, 1, 1, tzinfo=UTC), None)
    assert first.start == datetime(1, 1, 1, tzinfo=UTC)
    assert one("the year 1", zone=timezone(timedelta(hours=5))).start is None
    ends = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    for text, said in (("yesterday", ends[0]), ("tomorrow", ends[1]), ("20,000 years ago", SAID)):
        assert time_spans(text, reference=said) == ()
    assert days(one("five hundred years ago"))[0] == "1523-01-01"


def test_last_friday_said_on_a_friday_is_a_week_ago():
    """The words "last" and "next" never mean today; "this Friday" does."""
    found = [days(one(f"{word} Friday"))[0] for word in ("last", "this", "next")]
    assert found == ["2023-07-07", "2023-07-14", "2023-07-21"]


def test_days_are_those_of_the_zone():
    """A day begins and ends by the clocks of the zone: in New York the one of 12 March 2023 has 23 hours."""
    zone = ZoneInfo("America/New_York")
    skipped, doubled = one("12 March 2023", zone=zone), one("5 November 2023", zone=zone)
    assert skipped.start == datetime(2023, 3, 12, 5, tzinfo=UTC)
    assert skipped.end - skipped.start == timedelta(hours=23)
    assert doubled.end - doubled.start == timedelta(hours=25)
    late = datetime(2023, 7, 15, 3, tzinfo=UTC)  # the 14th, over there
    assert one("today", said=late, zone=zone).start == datetime(2023, 7, 14, 4, tzinfo=UTC)
    assert one("today", said=late.astimezone(zone)).start == datetime(2023, 7, 14, 4, tzinfo=UTC)


def test_a_time_that_clocks_skip_or_repeat_is_one_instant():
    """2:30 in the hour that is skipped is 3:30; 1:30 in the hour that comes twice is the first."""
    zone = ZoneInfo("America/New_York")
    skipped, doubled = one("12 March 2023 at 2:30 am", zone=zone), one("5 November 2023 at 1:30 am", zone=zone)
    assert skipped.start == datetime(2023, 3, 12, 7, 30, tzinfo=UTC)
    assert doubled.start == datetime(2023, 11, 5, 5, 30, tzinfo=UTC)


def test_a_zone_in_the_text_wins():
    """Times with an offset or a zone's name are read by it, whatever the reader's zone."""
    zone = ZoneInfo("Asia/Tokyo")
    assert one("2023-05-07T10:00:00+02:00", zone=zone).start == datetime(2023, 5, 7, 8, tzinfo=UTC)
    assert one("2023-05-07T10:00Z", zone=zone).start == datetime(2023, 5, 7, 10, tzinfo=UTC)
    assert one("May 7, 2023 at 5pm EST", zone=zone).start == datetime(2023, 5, 7, 22, tzinfo=UTC)
    assert one("2023-05-07 10:00", zone=zone).start == datetime(2023, 5, 7, 1, tzinfo=UTC)


def test_a_reference_in_the_future_is_as_good_as_any():
    """Nothing reads the clock: what was said in 2400 is counted from there."""
    assert days(one("last year", said=datetime(2400, 6, 1, tzinfo=UTC)))[0] == "2399-01-01"


def test_what_cannot_be_read_is_refused():
    """A moment without a zone, and a week that starts on no day."""
    with pytest.raises(InvalidInput, match="no time zone"):
        time_spans("today", reference=datetime(2023, 1, 1))  # noqa: DTZ001 - the naive instant is the point
    with pytest.raises(InvalidInput, match="week_start"):
        time_spans("today", reference=SAID, week_start=7)


def test_customs_are_the_callers():
    """Weeks that begin on Sunday, summers in December, days before months."""
    assert days(one("last week", week_start=6)) == ("2023-07-02", "2023-07-08")
    assert days(one("summer 2022", southern=True)) == ("2022-12-01", "2023-02-28")
    assert days(one("3/4/2023"))[0] == "2023-03-04"
    assert days(one("3/4/2023", day_first=True))[0] == "2023-04-03"
    assert one("3/4/2023").certainty == "likely"


# --- what a span says -----------------------------------------------------------------------------------------------


def test_a_span_stands_where_its_words_stand():
    """Offsets and text are verbatim; prepositions belong to it where they change what is meant."""
    text = "Well, since May 2023 we swam; in 2022 we ran."
    found = [(text[s.offset : s.stop], s.text, s.direction) for s in time_spans(text, reference=SAID)]
    assert found == [("since May 2023", "since May 2023", "since"), ("2022", "2022", "at")]


def test_recurrences_say_how_often():
    """Every other Tuesday evening; three times a month."""
    assert one("every other Tuesday evening").recurrence == Recurrence(
        unit="week", every=2, weekdays=(1,), part="evening"
    )
    assert one("three times a month").recurrence == Recurrence(unit="month", times=3)
    assert one("Mondays, Wednesdays, and Fridays").recurrence == Recurrence(unit="week", weekdays=(0, 2, 4))


def test_a_duration_says_since_when_where_it_lasts():
    """What one has done for five years began five years ago; what one did for five years began nobody knows when."""
    lasting, over = one("I've lived there for five years"), one("I lived there for five years")
    assert (lasting.start, lasting.direction) == (datetime(2018, 7, 14, tzinfo=UTC), "since")
    assert (over.start, over.length) == (None, Length(5, 5, "year"))


def test_what_hangs_on_something_keeps_its_words():
    """Two days after the interview: how far, on which side, of what."""
    span = one("I called two days after the interview.")
    assert (span.kind, span.direction, span.anchor) == ("anchored", "after", "the interview")
    assert span.length == Length(2, 2, "day")


def test_the_words_around_tell_which_friday():
    """A bare weekday is the last one, and the next one where the sentence speaks of what is to come."""
    assert days(one("I ran on Monday"))[0] == "2023-07-10"
    assert days(one("I'm going to run on Monday"))[0] == "2023-07-17"
    assert one("I ran on Monday").certainty == "likely"


_WORDS = (
    "the a an in on at for from to between and of since until by before after around last next this past every two few "
    "half 5 15th 30 2023 0005 9999 90s 10:30 5pm noon morning night yesterday tomorrow ago back later early mid end "
    "week weekend month year days hours century Friday Sat May march Feb 29 Christmas Easter New Year first second "
    "third quarter summer fall , . - other then now pre 2023-02-30 2023-05-07T10:00:00Z 13/25/2023 5/7 $50 daily once "
    "times a while long ago Q 3 I was kid 99999 31 's eve q"
)
#: Words of the grammar that are no time by themselves, and some that are nothing to it.
_SILENT = (
    "the a an in on at for from to between and or of by before after around about last next this past every each two "
    "few half dozen couple several some many one hundred more than over almost nearly exactly least good long while "
    "early mid end start middle beginning later earlier first third fourth fifth right these then coming other "
    "following previous lunch dinner school work once twice times time ever q pre post super black mother 's martin st "
    ". - , ? I was kid have been will went not whole full short"
)
_MOMENTS = (
    SAID, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
    datetime(1, 1, 1, 1, tzinfo=timezone(timedelta(hours=14))), datetime(2024, 2, 29, 12, tzinfo=UTC),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(_WORDS.split()), max_size=12), st.sampled_from(_MOMENTS), st.integers(0, 6))
def test_any_words_are_read_without_error(words, said, week_start):
    """Whatever the words: spans in order, apart, verbatim, half-open and not empty; an interval has a bound."""
    text = " ".join(words)
    stop = 0
    for span in time_spans(text, reference=said, week_start=week_start):
        assert span.offset >= stop
        assert text[span.offset : span.stop] == span.text
        assert span.start is None or span.end is None or span.start < span.end
        assert span.kind != "interval" or span.start is not None or span.end is not None
        stop = span.stop


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(_WORDS.split()), max_size=8))
def test_the_look_before_reading_hides_nothing(words):
    """The cheap look at a token passes every token at which the grammar reads a phrase."""
    text = " ".join(words)
    scan = grammar.Scan(text, grammar.tokens_of(text), SAID.replace(tzinfo=None), 0, False, False)
    for i in range(len(scan.tokens)):
        try:
            found = grammar.phrase(scan, i)
        except (OverflowError, ValueError):
            continue
        assert found is None or grammar.may_open(scan.tokens, i), scan.tokens[i:]
        assert found is None or i in grammar.openings(scan.tokens)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*_SILENT.split(), *_WORDS.split()]), max_size=3).flatmap(
        lambda few: st.lists(st.sampled_from(_SILENT.split()), max_size=9).map(
            lambda more: [*more[:4], *few, *more[4:]]
        )
    )
)
def test_a_text_that_is_passed_over_holds_no_time(words):
    """Where the cheap look at a whole text says no, the grammar reads nothing at any of its tokens."""
    text = " ".join(words)
    if not grammar.may_hold(text):
        scan = grammar.Scan(text, grammar.tokens_of(text), SAID.replace(tzinfo=None), 0, False, False)
        assert [i for i in range(len(scan.tokens)) if grammar.phrase(scan, i) is not None] == []


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*_SILENT.split(), *_WORDS.split(), "Bowl", "nights", "2"]), max_size=8))
def test_the_look_behind_counts_and_feasts_hides_nothing(words):
    """A count, "for" and the first word of a feast are passed over only where the grammar reads nothing there."""
    text = " ".join(words)
    scan = grammar.Scan(text, grammar.tokens_of(text), SAID.replace(tzinfo=None), 0, False, False)
    looked = {
        "few",
        "half",
        "several",
        "some",
        "many",
        "two",
        "one",
        "hundred",
        "for",
        "more",
        "super",
        "black",
        "mother",
    }
    for i, token in enumerate(scan.tokens):
        if token.low in looked and not grammar.may_open(scan.tokens, i):
            assert grammar.phrase(scan, i) is None, scan.tokens[i:]


@pytest.mark.parametrize(
    "word", ["in", "for", "from", "about", "for about", "before", "one", "half a", "twenty-", "1,"]
)
def test_a_text_of_one_small_word_is_read_like_any_other(word):
    """Thousands of words that may lead a phrase neither exhaust the stack nor hide the phrase behind them."""
    text = f"{f'{word} ' * 1_500}; we met yesterday"
    assert [s.text for s in time_spans(text, reference=SAID)][-1:] == ["yesterday"]


def test_numbers_in_a_row_cost_linearly():
    """A hundred kilobytes of "1,1,1" are looked over once, not once for each number."""
    assert len(tokens_of("1," * 50_000)) == 100_000


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("between 5 and 3 June", "2023-06-03", "2023-06-05"),
        ("between June 5 and 3", "2023-06-03", "2023-06-05"),
        ("in May '19", "2019-05-01", "2019-05-31"),
        ("on 5 May ’98", "1998-05-05", "1998-05-05"),
        ("in the summer of '69", "1969-06-01", "1969-08-31"),
        ("Christmas '33", "2033-12-25", "2033-12-25"),
        ("Christmas '34", "1934-12-25", "1934-12-25"),
    ],
)
def test_a_short_year_and_reversed_days_are_what_people_mean(text, first, last):
    """An apostrophe and two digits are a year, at most ten ahead; the days of "between" are put in order."""
    assert days(one(text)) == (first, last)


def test_an_hour_that_the_clock_skips_is_as_much_later():
    """A whole hour, and a whole day, that a zone's clock skips keep their length."""
    berlin, apia = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia")
    skipped = one("at 2am on 26 March 2023", zone=berlin)
    assert (skipped.start, skipped.end) == tuple(datetime(2023, 3, 26, hour, tzinfo=UTC) for hour in (1, 2))
    day = one("yesterday", said=datetime(2011, 12, 31, 12, tzinfo=apia))
    assert day.end - day.start == timedelta(days=1)
