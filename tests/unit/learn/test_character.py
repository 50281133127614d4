"""What a fact says of somebody's character, and what stands of what was said of one thing."""

from datetime import timedelta

import pytest

from graphmem.learn.character import Way, newest_of, way_of
from graphmem.learn.profiles import LEAST_SAID, bearing, profile
from graphmem.model import Entity, Fact
from tests.conftest import WHEN

ADA = Entity(id="ada", name="Ada", kind="person")


def _fact(predicate: str, value: str, text: str = "", *, said: int = 1, day: int = 0, **told: object) -> Fact:
    return Fact("Ada", predicate, value, id=f"{predicate} {value} {told}", subject_id="ada", object_id=value,
                text=text or f"Ada {predicate.replace('_', ' ')} {value}.", at=WHEN + timedelta(days=day),
                sources=tuple(f"i{n}" for n in range(said)), **told)  # type: ignore[arg-type] # the keywords of Fact, by name  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "way"),
    [
        (_fact("enjoys", "jazz"), "likes"),
        (_fact("hates", "mushrooms"), "dislikes"),
        (_fact("likes", "mushrooms", negated=True), "dislikes"),
        (_fact("prefers", "tea"), "prefers"),
        (_fact("favourite_colour", "blue"), "favourite"),
        (_fact("is_afraid_of", "spiders"), "dislikes"),
        (_fact("interested_in", "astronomy"), "likes"),
        (_fact("loved", "the concert"), None),
        (_fact("appreciates", "the help"), None),
        (_fact("is", "patient"), "is"),
        (_fact("is", "tired", said=5), None),
        (_fact("is", "happy", said=5), None),
        (_fact("is", "ambidextrous"), None),
        (_fact("is", "ambidextrous", said=2), "is"),
        (_fact("is", "patient", negated=True), None),
        (_fact("plays", "chess", "Ada plays chess every week."), "does"),
        (_fact("plays", "chess"), None),
        (_fact("plays", "chess", said=2), "does"),
        (_fact("played", "chess", "Ada played chess every week."), None),
        (_fact("lives_in", "Lisbon", said=5), None),
        (_fact("reads", "books", "Every week Grace sees that Ada reads books."), None),
    ],
)
def test_facts_bear_on_character(fact: Fact, way: Way | None) -> None:
    """Likes, favourites, dispositions and habits are told from moods, the past, states and others' ways."""
    assert way_of(fact) == way


def test_what_was_said_last_of_a_thing_stands() -> None:
    """Who liked something and then hates it dislikes it; nothing else is touched; two words for it both stand."""
    before, after, again = _fact("likes", "opera"), _fact("hates", "opera", day=3), _fact("dislikes", "opera", day=2)
    other = _fact("likes", "jazz")
    stands = newest_of((f, w) for f in (after, before, other, again) if (w := way_of(f)) is not None)
    assert stands == {after.id: "dislikes", again.id: "dislikes", other.id: "likes"}


def test_a_profile_has_typed_parts_with_evidence() -> None:
    """Each line is one part, says how often and since when, and its link the part; ended and planned facts are out."""
    facts = [
        _fact("lives_in", "Lisbon", said=LEAST_SAID),
        _fact("has", "a cat"),
        _fact("likes", "tea"),
        _fact("loves", "milk", modality="wish"),
        _fact("likes", "cola", invalid_at=WHEN),
        _fact("is", "shy"),
    ]
    drawn = profile(ADA, facts, denied={}, origin="me")
    assert drawn is not None
    assert drawn.node.text == (
        "Facts:\nAda lives in Lisbon (said 2 times, since 2026-03-01).\n"
        "Preferences:\nAda likes tea (said once, since 2026-03-01).\n"
        "Traits:\nAda is shy (said once, since 2026-03-01)."
    ).replace("2026-03-01", f"{WHEN:%Y-%m-%d}")
    marks = [dict(k.attributes) for k in drawn.links if k.type == "DERIVED_FROM"]
    assert marks == [{"part": "fact"}, {"part": "preference", "way": "likes"}, {"part": "trait", "way": "is"}]
    assert drawn.node.attributes["preferences"] == ["Ada likes tea."]
    assert profile(ADA, facts, denied={f.id: True for f in facts}, origin="me") is None
    assert bearing(Entity(id="grace", name="Grace"), facts) == []
