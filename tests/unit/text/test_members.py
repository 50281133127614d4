"""What turns hold of categories, families and answer types, and what questions ask of them."""

import re
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.text.asked import asked, nouns_of
from graphmem.text.classes import shipped_classes
from graphmem.text.members import LEAST, memberships, mentions


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("We went surfing on Saturday.", "a:sport"),
        ("I camped near the lake.", "a:trip"),
        ("She plays the clarinet.", "a:instrument"),
        ("Just got some new boots!", "a:clothing"),
        ("My golden retriever is two.", "a:animal"),
        ("I fried an omelette.", "a:food"),
        ("I sprained my ankle.", "f:health"),
        ("I picked up a lamp at the market.", "f:acquire"),
        ("We flew to Lisbon.", "a:city"),
        ("I moved to Trzyniec.", "t:noun.location"),
        ("I met Olivia there.", "a:people"),
    ],
)
def test_members_belong_to_their_categories(text, label):
    """A turn holds the category of what it names, though it never says the category's word."""
    assert memberships(text)[label] >= 0.4


def test_a_category_is_no_member_of_itself():
    """Who says "sport" names no sport."""
    assert "a:sport" not in memberships("I like sport.")


@pytest.mark.parametrize(
    ("text", "weight"),
    [("I bought a hat.", 1.0), ("Bought a hat.", 1.0), ("My uncle bought a hat.", 0.5), ("You bought a hat.", 0.2)],
)
def test_families_weigh_who_acts(text, weight):
    """What the speaker did counts whole, what somebody else did half, what is said of the listener little."""
    assert memberships(text)["f:acquire"] == weight


def test_a_picture_shows_things_and_tells_of_nobody():
    """A caption gives categories and types, but no families: nobody did what a picture shows."""
    found = memberships("Look!", caption="a photo of a dog driving a car")
    assert found["a:animal"] > 0.5
    assert not any(label.startswith("f:") for label in found)


def test_parts_of_speech_follow_what_stands_before():
    """ "To run" is a verb, "a run" a noun."""
    assert [m.part for m in mentions("I want to run. It was a run.") if m.form == "run"] == ["verb", "noun"]


@given(st.text(max_size=200), st.text(max_size=50))
def test_any_text_has_memberships_in_range(text, caption):
    """Whatever is said, memberships are between the least that is kept and one."""
    assert all(LEAST <= share <= 1 for share in memberships(text, caption=caption).values())


@pytest.mark.parametrize(
    ("question", "head"),
    [
        ("what outdoor sports does she do", "sport"),
        ("which of the cities did he visit", ""),
        ("what kinds of books does ada read", "book"),
        ("what types of food does she like", "food"),
        ("what are ada 's hobbies", "hobby"),
        ("what is the name of his dog", "dog"),
        ("how many dogs does he have", "dog"),
        ("whose car is it", "car"),
        ("what did she buy", ""),
        ("what does he do", ""),
        ("when did they leave", ""),
        ("", ""),
        ("what", ""),
    ],
)
def test_the_head_is_the_noun_that_is_asked_for(question, head):
    """The answer is one of what the phrase behind the question word ends in."""
    assert "".join(nouns_of(question.split())[-1:]) == head


@pytest.mark.parametrize(
    ("question", "category"),
    [
        ("What does Ada do to relax?", "a:activity"),
        ("What did Ada buy on Monday?", "a:item"),
        ("What has she baked?", "a:food"),
        ("Where has she been?", "a:place"),
        ("Who helped her?", "a:people"),
        ("Which career path did she choose?", "a:job"),
    ],
)
def test_questions_without_a_category_word_imply_one(question, category):
    """The verb, the question word or a noun before the head says what kind of thing is asked for."""
    assert category in asked(question).categories


def test_questions_ask_for_categories_types_and_families():
    """A head asks for categories and types, verbs and nouns for families; who asks for a person."""
    wants = asked("Which pets did Ada adopt?")
    assert wants.categories == ("a:animal",)
    assert max(wants.types, key=wants.types.__getitem__) == "t:noun.animal"
    assert {"f:pet", "f:family"} <= set(wants.families)
    assert asked("Who repaired the roof?").types == {"t:noun.person": 1.0}
    assert sum(asked("Where is it?").types.values()) == pytest.approx(1)
    assert not asked("Why?")


@given(st.text(max_size=300))
def test_any_question_is_read(text):
    """No question is too odd to be read; weights of types sum to one, or there are none."""
    total = sum(asked(text).types.values())
    assert total == 0 or total == pytest.approx(1)


def test_every_phrase_of_the_table_is_found():
    """Nouns of two and three words are read as one form, whatever their words are alone."""
    table = shipped_classes()
    phrases = [form for form in islice(table.phrases(), 0, None, 60) if re.fullmatch("[a-z]+(_[a-z]+){1,2}", form)]
    nouns = [form for form in phrases if table.find(form, "noun")]
    assert any(form.count("_") == 2 for form in nouns)
    for form in nouns:
        assert form in {m.form for m in mentions(form.replace("_", " "))}, form
