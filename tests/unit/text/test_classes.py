"""The class table: words by what they mean, found by any of their forms."""

import pytest

from graphmem.text.anchors import Anchors, AnswerTypes, shipped_anchors, shipped_answer_types
from graphmem.text.classes import shipped_classes


@pytest.mark.parametrize(
    ("form", "part", "lemma"),
    [
        ("shoes", "noun", "shoe"),
        ("children", "noun", "child"),
        ("cities", "noun", "city"),
        ("boxes", "noun", "box"),
        ("road_trips", "noun", None),
        ("golden_retriever", "noun", "golden_retriever"),
        ("went", "verb", "go"),
        ("jogging", "verb", "jog"),
        ("baked", "verb", "bake"),
        ("studies", "verb", "study"),
        ("the", "noun", None),
        ("", "noun", None),
        ("zzyzx", "verb", None),
    ],
)
def test_words_are_found_by_their_forms(form, part, lemma):
    """Plurals, inflections and irregular forms lead to their base; what nobody listed leads nowhere."""
    word = shipped_classes().find(form, part)
    assert (word and word.lemma) == lemma


def test_senses_are_shares_of_use_below_classes():
    """A word has at most three senses whose shares sum to about one, and knows what it is a kind of."""
    shoe = shipped_classes().find("shoe", "noun")
    assert 1 <= len(shoe.senses) <= 3
    assert sum(s.share for s in shoe.senses) == pytest.approx(1, abs=0.15)
    assert shoe.senses[0].lexfile == "noun.artifact"
    assert "footwear.n.02" in shoe.senses[0].classes | shoe.senses[1].classes


def test_names_are_told_from_words():
    """A city is a name; a word that is a city's name as well is a word."""
    table = shipped_classes()
    assert table.find("lisbon", "noun").proper
    assert not table.find("reading", "noun").proper


def test_every_class_that_a_row_names_is_in_the_table():
    """The table was compiled from the rows as they are now: none of their classes is without members."""
    table = shipped_classes()
    named = {name for row in shipped_anchors().rows for name in row.classes}
    assert named == set(table.names)
    files = {file for row in shipped_anchors().rows for file in row.lexfiles}
    types = shipped_answer_types()
    files |= {file for known in (types.asks, types.heads) for found in known.values() for file in found}
    assert files <= set(table.lexfiles)


def test_a_readers_rows_and_types_are_added(tmp_path):
    """A file of one's own adds categories, heads and answer types to the shipped ones."""
    mine = tmp_path / "mine.toml"
    mine.write_text(
        '[fuel]\nheads = "fuel"\nwords = "petrol diesel"\n[sport]\nheads = "martial_art"\n', encoding="utf-8"
    )
    anchors = Anchors.load(mine)
    assert [row.name for row in anchors.asked_by("fuel")] == ["fuel"]
    assert [row.name for row in anchors.asked_by("martial_art")] == [r.name for r in anchors.asked_by("athletics")]
    types = tmp_path / "types.toml"
    types.write_text('[heads]\nfuel = "noun.substance"\n', encoding="utf-8")
    assert AnswerTypes.load(types).heads["fuel"] == ("noun.substance",)
    assert AnswerTypes.load(types).asks == AnswerTypes.load().asks
