"""Ids and canonical names."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.identity import better_kind, better_name, derive_id, entity_id, fact_id, instant_text, name_key

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada", "ADA"),
        ("José", "Jose"),
        ("O'Neill", "O’Neill"),
        ("ﬁsh", "fish"),
        (" New   York ", "new york"),
        ("STRASSE", "straße"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    """Case, accents of Latin letters, punctuation, width and spaces do not make a new name."""
    assert name_key(one) == name_key(other)


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_names_have_the_key_of_their_wide_twins(name: str) -> None:
    """The short way for ASCII gives the key that the rules of Unicode give."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)
    assert name_key(name) == name_key(wide)


@pytest.mark.parametrize("name", ["東京", "Москва", "القاهرة", "नई दिल्ली", "서울", "🎉", "C++"])
def test_no_script_is_erased(name: str) -> None:
    """Names of every script, and of symbols alone, keep a key of their own."""
    assert name_key(name)
    assert name_key(name) == name_key(name_key(name))


def test_vowel_signs_are_part_of_a_name() -> None:
    """Devanagari words that differ only in vowel signs are different names."""
    assert name_key("दिल") != name_key("दल")


def test_ids_are_the_same_on_every_machine() -> None:
    """Ids are literals here: a change of the derivation would orphan every stored memory."""
    assert derive_id("user/ada", "Interaction", "x", None, 0) == "7d5d1a22-01a5-5a48-a246-67c5a2bd90cb"
    assert entity_id("user/ada", "Ada Lovelace") == "d6da5d24-6fef-5e8f-8659-5658a85d94ec"
    assert entity_id("user/ada", "Ada Lovelace") == entity_id("user/ada", "ada  lovelace")
    assert entity_id("user/ada", "Ada") != entity_id("user/bob", "Ada")


def test_a_fact_id_tells_polarity_modality_and_interval() -> None:
    """A denied, a wished and a dated fact are other facts than the plain one; equal instants are equal."""
    plain = fact_id("n", "Ada", "works_at", "Feedzai")
    assert plain == fact_id("n", "ADA", "works_at", "feedzai")
    elsewhere = AT.astimezone(timezone(timedelta(hours=2)))
    dated = fact_id("n", "Ada", "works_at", "Feedzai", valid_at=AT)
    assert dated == fact_id("n", "Ada", "works_at", "Feedzai", valid_at=elsewhere)
    others = [
        dated,
        fact_id("n", "Ada", "works_at", "Feedzai", negated=True),
        fact_id("n", "Ada", "works_at", "Feedzai", modality="wish"),
        fact_id("n", "Ada", "works_at", "Feedzai", invalid_at=AT),
    ]
    assert len({plain, *others}) == 5


def test_joins_do_not_depend_on_order() -> None:
    """The shown spelling and kind are a join: every order of arrival ends with the same."""
    names = ["ADA", "ada", "Ada", "Ada L."]
    assert {better_name(names[n:] + names[:n]) for n in range(4)} == {"Ada"}
    assert better_kind(["concept", "person", "unknown"]) == better_kind(["unknown", "person", "concept"]) == "person"


def test_instants_render_in_utc() -> None:
    """Equal instants render equally; an unknown one stays unknown."""
    assert instant_text(AT) == "2026-03-01T09:00:00.000000+00:00"
    assert instant_text(AT.astimezone(timezone(timedelta(hours=-5)))) == instant_text(AT)
    assert instant_text(None) is None
