"""What a text without a title is about: the name that its first sentence defines, and its other forms."""

import pytest

from graphmem.text.mentions import mentions_of
from graphmem.text.subjects import subject_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Teuta (died 875) was a queen of Sund by marriage.", "Teuta"),
        ("Too Much Fog is a song by Rui Sela.", "Too Much Fog"),
        ('"Low Tide" is a song by Rui Sela.', "Low Tide"),
        ("The Sund Bridge, opened in 1931, crosses the Mur.", "The Sund Bridge"),
        ("Lacerta murana is a species of lizard.", "Lacerta murana"),
        ("As You Row is a 1990 film by Otto Krahn.", "As You Row"),
        ("In 1976, the Sund Bridge was listed.", "the Sund Bridge"),
        ("Born in Graz, Otto Krahn was the son of a miller.", "Otto Krahn"),
        ("Sund, Ohio, is a town in Mur County.", "Sund"),
        ("Cam- Pact was an Australian band.", "Cam-Pact"),
        ("The second Heron was a sloop of war.", "The Heron"),
        ("Mara Vik and her sister founded the Vik Press.", "Mara Vik"),
    ],
)
def test_the_first_sentence_defines_the_subject(text: str, name: str) -> None:
    """One word at the start of a sentence, titles with small words, names behind a circumstance are found whole."""
    found = subject_of(text)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "text",
    [
        "He studied under Rui Sela in Porto.",
        "In 1990 the town had a mill.",
        "The site was once occupied by Holt House.",
        "Formal membership varies between the halls of Sund.",
        "After serving in Graz, Ms. Vik founded a press.",
        "",
        "!!!",
        "的是 (1990)" * 100,
        '"' * 500,
        "It (1990) " + "x" * 1000,
    ],
)
def test_what_defines_nothing_has_no_subject_or_only_a_name(text: str) -> None:
    """A pronoun, a common noun or a circumstance is no subject, whatever names follow in the sentence."""
    found = subject_of(text)
    assert found is None or not any(word in found.name for word in ("Sela", "Holt", "Sund", "Graz"))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Luke James Elliot (born June 1984) is an American composer.", "luke elliot"),
        ("Sir Otto Krahn OBE was a pilot.", "otto krahn"),
        ('Ingwald "Ingo" Premm (1911 - 2006) was a producer.', "ingo premm"),
        ("John( Hank) Robin( born 1887) was a pitcher.", "hank robin"),
        ("Al-Mutas (born 796), better known as Harun of Sund, was a caliph.", "harun of sund"),
        ("Our Reef (German: Unser Riff) is a 1926 film.", "unser riff"),
        ("Old Hall or Holt Hall is a house.", "holt hall"),
        ("William II (1196 - 1231) was the lord of Damp from 1216.", "william ii of damp"),
        ("Frederick II, Duke of Leg (1480 - 1547), was a duke.", "frederick ii duke of leg"),
        ("Overland: The Story of a Race is a documentary.", "overland"),
    ],
)
def test_a_subject_is_found_by_its_other_forms(text: str, key: str) -> None:
    """Other texts call it by fewer names, a nickname, another tongue's name, or with its realm."""
    found = subject_of(text)
    assert found is not None
    assert key in {alias.key for alias in found.aliases}


def test_surer_forms_weigh_more() -> None:
    """The name as it stands is certain; two of a person's names are a guess."""
    found = subject_of("Luke James Elliot (born June 1984) is an American composer.")
    assert found is not None
    weights = {alias.key: alias.weight for alias in found.aliases}
    assert 1 == weights["luke james elliot"] > weights["luke elliot"] > weights["james elliot"] > 0


def test_a_document_is_about_what_it_defines() -> None:
    """The subject is the mention marked about, even one word at the start of a sentence, which is no other mention."""
    found = mentions_of("Hollow is a rock band from Oshawa. Hollow met Rui Sela in Porto.", document=True)
    assert [(m.key, m.about) for m in found] == [
        ("hollow", True),
        ("oshawa", False),
        ("rui sela", False),
        ("porto", False),
    ]
