"""Predicate families: what kind of happening or state a relation tells of."""

from pathlib import Path

import pytest

from graphmem.errors import InvalidInput
from graphmem.text.families import Families, family_of, shipped_families


@pytest.mark.parametrize(
    ("predicate", "family"),
    [
        ("works_at", "work"),
        ("was_employed_by", "work"),
        ("lives_in", "residence"),
        ("moved_to", "residence"),
        ("bought", "acquire"),
        ("picked_up", "acquire"),
        ("went_to", "travel"),
        ("jogged", "sport"),
        ("is_married_to", "marriage"),
        ("was_born_in", "origin"),
        ("gave_birth_to", "family"),
        ("loves_painting", "liking"),
        ("is_allergic_to", "health"),
        ("baked", "cook"),
        ("has_been_to", "travel"),
    ],
)
def test_predicates_in_any_tense_have_their_family(predicate: str, family: str) -> None:
    """A relation is typed by its verb, adjective or phrase, however it is inflected."""
    assert family_of(predicate) == family


@pytest.mark.parametrize("predicate", ["", "_", "is", "has", "resembles", "located_in", "关于", "__works__x"[:2]])
def test_what_no_family_knows_has_none(predicate: str) -> None:
    """An unknown or empty relation is left untyped, never guessed."""
    assert family_of(predicate) is None


def test_phrases_come_before_their_words() -> None:
    """A phrase that a family lists decides over the family of its first word."""
    assert (family_of("gives_to"), family_of("gives_birth_to")) == ("give", "family")


def test_a_readers_file_adds_words_and_families(tmp_path: Path) -> None:
    """A file of one's own extends known families and opens new ones, and the shipped words stay."""
    mine = tmp_path / "mine.toml"
    mine.write_text('[sport]\nverbs = "parkour"\n[finance]\nverbs = "short"\nnouns = "hedge"\n', encoding="utf-8")
    families = Families.load(mine)
    assert (families.of("parkoured"), families.of("shorted"), families.of("jogged")) == ("sport", "finance", "sport")
    assert families.names[-1] == "finance"
    assert shipped_families().of("shorted") is None


@pytest.mark.parametrize(
    "text", ["[", '[Bad name]\nverbs = "x"', "[sport]\nverbs = 3", '[sport]\nwords = "x"', "a = 1"]
)
def test_a_malformed_file_is_refused(tmp_path: Path, text: str) -> None:
    """What isn't a file of families is said to be none, with its path."""
    path = tmp_path / "odd.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"odd\.toml"):
        Families.load(path)


def test_every_family_has_verbs_and_nouns_and_is_named_once() -> None:
    """The shipped file is complete: each family is found by verbs and by nouns."""
    families = shipped_families()
    by_verb = {name for found in families.verbs.values() for name in found}
    by_noun = {name for found in families.nouns.values() for name in found}
    assert set(families.names) == by_verb == by_noun
