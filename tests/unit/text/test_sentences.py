from datetime import UTC, datetime

from graphmem.model import Interaction
from graphmem.text.embedding_text import LONG_REPLY_WORDS, embedding_text, embeds, sentence_texts
from graphmem.text.sentences import (
    MAX_SENTENCE_CHARACTERS,
    first_person_sentences,
    is_when_question,
    sentences,
    style_of,
    time_words,
)


def told(text, **known):
    return Interaction(**({"id": "1", "session": "s", "kind": "message", "text": text} | known))


def test_sentences_end_at_stops_before_a_capital_or_digit_and_at_line_ends():
    """A stop inside a number or an abbreviation in lower case splits nothing."""
    assert sentences("It cost 3.50 e.g. here. Then we left!\n- a line") == ["It cost 3.50 e.g. here.", "Then we left!", "- a line"]  # fmt: skip # noqa: E501


def test_only_statements_about_oneself_become_keys():
    """Questions and statements about others are no first-person facts; six are kept, in order."""
    text = "Do I know? Rome is old. I like it. My cat sleeps. We’re off! Us too."
    assert first_person_sentences(text) == ["I like it.", "My cat sleeps.", "We're off!", "Us too."]
    assert len(first_person_sentences(" ".join(f"I saw {n}." for n in range(9)))) == 6


def test_endless_sentences_are_no_keys():
    """A sentence of 400 characters or more is not embedded by itself."""
    assert first_person_sentences("I " + "x" * MAX_SENTENCE_CHARACTERS) == []


def test_style_counts_what_the_signals_need():
    """Question marks, time words, names inside sentences and first-person past are counted, from zero."""
    style = style_of("I've been to Rome with Ada. Was it last Monday?")
    assert (style.asks, style.time_words, style.proper_names, style.first_person_past) == (True, 2, 3, 1)
    assert style_of("") == style_of("🎉")


def test_weekday_names_are_time_and_sun_is_not():
    """Short words that begin like days are no time words."""
    assert time_words("The sun and a wed couple sat by Mon.") == 0
    assert time_words("On Sundays in June 2023") == 3


def test_questions_for_a_time_are_told_from_others():
    """ "When", "what year" and "how long" ask for a time; "what" alone does not."""
    assert is_when_question("How long was it?")
    assert is_when_question("In what year?")
    assert not is_when_question("What is whenever?")


def test_a_message_is_embedded_undated_with_speaker_and_caption():
    """The vector of a turn knows who spoke and what a picture shows, and not the date."""
    at = datetime(2023, 5, 8, tzinfo=UTC)
    turn = told("Look!", speaker="Ada", caption="a bridge", at=at)
    assert embedding_text(turn) == "Ada: Look! [shares a bridge]"
    assert embedding_text(told("Look!")) == "Look!"


def test_a_passage_is_embedded_with_its_title():
    """The title stands on a line of its own, and passages have no sentence keys."""
    passage = told("I am a text.", kind="passage", title="Title")
    assert embedding_text(passage) == "Title\nI am a text."
    assert sentence_texts(passage) == []


def test_first_person_sentences_carry_their_speaker():
    """What someone says of themselves is embedded under their name; an assistant's "I" is nobody's fact."""
    assert sentence_texts(told("I ski. You?", speaker="Ada")) == ["Ada: I ski."]
    assert sentence_texts(told("I ski.")) == ["I ski."]
    assert sentence_texts(told("I can help.", role="assistant")) == []


def test_long_replies_are_not_embedded_and_long_turns_of_people_are():
    """Only assistants, tools and systems can be too long to embed."""
    long = "word " * (LONG_REPLY_WORDS + 1)
    assert not embeds(told(long, role="assistant"))
    assert not embeds(told(long, role="tool"))
    assert embeds(told("word " * LONG_REPLY_WORDS, role="assistant"))
    assert embeds(told(long, role="user"))
    assert embeds(told(long))
    assert embeds(told(long, kind="passage"))
