from datetime import UTC, datetime

import pytest

from graphmem.read.understand import MAX_QUESTION, understand


def test_people_are_named_by_full_or_first_name():
    """A speaker is named by either, whatever the case, with or without a possessive."""
    for text in ("What does Ada do?", "what does ada do", "Ada's cat?", "ADA?", "Is it Ada Byron?"):
        assert understand(text).calls("Ada Byron")
    assert not understand("What about adaptation?").calls("Ada Byron")
    assert not understand("What does Byron do?").calls("Ada Byron")


def test_names_that_are_common_words_count_only_with_a_capital():
    """ "Will" is a person in "Did Will come?", and not in "Will it rain?"."""
    assert understand("Did Will come?").calls("Will")
    assert not understand("will it rain?").calls("Will")
    assert not understand("Will it rain?").calls("Will")


def test_letters_are_no_names():
    """A speaker called by one letter is not named by every such letter."""
    assert not understand("What did I do?").calls("I")


def test_what_is_asked_for_is_told_apart():
    """Time, number and place questions are recognised."""
    when, count, where = (understand(t) for t in ("When was it?", "How many were there?", "In which city?"))
    assert (when.when, when.how_many, when.where) == (True, False, False)
    assert (count.when, count.how_many, count.where) == (False, True, False)
    assert (where.when, where.how_many, where.where) == (False, False, True)


def test_each_term_counts_once():
    """Saying a word twice doesn't make it count twice."""
    assert understand("violin, violin and violins").chat_terms == ("violin",)


def test_a_document_as_a_question_is_cut():
    """Reading a question takes bounded time, however long it is."""
    assert len(understand("x" * 10**6).text) == MAX_QUESTION


SATURDAY = datetime(2023, 7, 15, 10, tzinfo=UTC)


def test_a_questions_times_are_counted_from_when_it_is_asked():
    """The words "last week" mean the week before the question; without a moment to count from, no time is read."""
    (span,) = understand("What did Ada cook last week?", now=SATURDAY).times
    assert (span.start, span.end) == (datetime(2023, 7, 3, tzinfo=UTC), datetime(2023, 7, 10, tzinfo=UTC))
    assert understand("What did Ada cook last week?").times == ()


def test_recurrences_and_lengths_are_no_times_asked_for():
    """The words "every Tuesday", "for five years", "how many days ago" and "recently" ask for no date."""
    for text in (
        "Who swims every Tuesday, and who did for five years?",
        "How many days ago was it?",
        "What did she recently buy?",
    ):
        assert understand(text, now=SATURDAY).times == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("How long did the trip take?", {"how_long"}),
        ("How many weeks passed between the two talks?", {"how_long"}),
        ("How many times has Ada moved?", {"how_often"}),
        ("Which came first, the cat or the violin?", {"order", "first"}),
        ("Which did she buy first, the cat or the violin?", {"order", "first"}),
        ("She asked. Who knows which of what she read was first: the book, or the letter?", {"order", "first"}),
        ("First or not, which was it?", {"first"}),
        ("What was the last book she read?", {"last"}),
        ("What was the first book she read?", {"first"}),
        ("Where does she currently live?", {"current"}),
        ("Does she still play?", {"current"}),
        ("What is her latest address?", {"current", "last"}),
        ("Where did she live in March?", {"past"}),
        ("Where did she use to live previously?", {"past"}),
        ("What did she do last week?", {"past"}),
        ("Where does she live?", set()),
        ("Who will come next week?", set()),
        ("What is nowhere to be found?", set()),
    ],
)
def test_what_a_question_wants_of_time(text, wanted):
    """Lengths, counts, orders, the first, the last, what holds now and what held once are told apart by their words."""
    assert understand(text, now=SATURDAY).wanted == wanted


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("What did we say in the third conversation on Tuesday?", 3),
        ("What was our first chat about?", 1),
        ("What was said in our last session?", -1),
        ("Remember the 12th conversation?", 12),
        ("the last time we talked", -1),
        ("Who won the third race?", None),
        ("In our last conversation about bread, what did you say?", None),
        ("our previous chat", None),
    ],
)
def test_a_conversation_is_asked_for_by_its_number(text, number):
    """An ordinal before a conversation or chat numbers it, the last is -1; where a topic follows, it says nothing."""
    assert understand(text, now=SATURDAY).session == number
