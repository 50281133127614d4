"""Whether a text names somebody."""

import pytest

from graphmem.identity import name_key
from graphmem.stores.naming import names_any, speakers_named


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("Ada", "ada!", True),
        ("Ada", "Adam", False),
        ("Ada Lovelace", "Ada  LOVELACE's", True),
        ("Ada Lovelace", "Lovelace, Ada", False),
        ("José", "jose", True),
        ("jose", "JOSE\u0301", True),
        ("東京", "東京 タワー", True),
        ("東京", "東京タワー", False),
        ("O'Neill", "the o’neill house", True),
        ("Straße", "STRASSE 5", True),
        ("Ada", "", False),
    ],
)
def test_whole_words_in_normal_form(name: str, text: str, named: bool) -> None:
    """Case, accents of Latin letters and punctuation do not matter; word boundaries do."""
    assert names_any({name_key(name)}, texts=text) is named


def test_texts_do_not_stay_in_the_cache_of_names() -> None:
    """Searching a text leaves it in no cache: what is forgotten must not live on in memory."""
    before = name_key.cache_info().currsize
    assert names_any({"ada"}, texts="a long private text about Ada")
    assert name_key.cache_info().currsize == before


def test_speakers_of_a_name() -> None:
    """All spellings of the exact name, and no other name."""
    assert speakers_named("Ada", among=["ADA", "ada", "Ada L.", "Bob", "Áda"]) == ["ADA", "ada", "Áda"]
