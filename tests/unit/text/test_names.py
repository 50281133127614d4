"""Names by their spelling: runs, title aliases, tokens, mentions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.identity import name_key
from graphmem.text.mentions import mentions_of
from graphmem.text.names import spans, title_aliases, title_forms, tokens


def names(text: str) -> list[str]:
    return [span.name for span in spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yesterday Ada's friend left Lisbon.", ["Ada", "Lisbon"]),
        ("We read The Lord of the Rings together.", ["Lord of the Rings"]),
        ("She met Ludwig van Beethoven or J. K. Rowling.", ["Ludwig van Beethoven", "J. K. Rowling"]),
        ("Music is fun. Painting too.", []),
        ("The Beatles split up.", ["Beatles"]),
        ("Wow! Hey Melanie, thanks. Amazing!", ["Melanie"]),
        ("So did I. Then Ada came.", ["Ada"]),
        ("Ada and I met on Friday.", []),
        ("Later Ada and I met Bo Li.", ["Ada", "Bo Li"]),
        ("When did King Lothair I die?", ["King Lothair I"]),
        ("We saw Élodie Bouchez in Ålesund.", ["Élodie Bouchez", "Ålesund"]),
        ("Я видел Анну Каренину в Москве", ["Анну Каренину", "Москве"]),
        ("東京タワーに行きました", []),
        ("", []),
        ("OH MY THAT IS GREAT ADA", []),
    ],
)
def test_spans_are_the_names_and_nothing_else(text: str, expected: list[str]) -> None:
    """Runs are found across scripts with case; openers, possessives, exclamations and dates are left out."""
    assert names(text) == expected


@given(st.text(max_size=200))
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    """Whatever the text, each span is that piece of it, keyed as names are, and spans never overlap."""
    end = 0
    for span in spans(text):
        assert text[span.start : span.end] == span.name
        assert span.key == name_key(span.name)
        assert span.start >= end
        end = span.end


@given(st.text(max_size=200))
def test_tokens_join_to_the_name_key(text: str) -> None:
    """Tokens and entity keys are made by one rule, so a name is found by its tokens."""
    found = tokens(text)
    assert len({len(column) for column in (found.keys, found.starts, found.ends, found.named)}) == 1
    for key, start, end in zip(found.keys, found.starts, found.ends, strict=True):
        assert key in name_key(text[start:end]).split()


def test_tokens_of_a_marked_script_stay_whole() -> None:
    """Vowel signs belong to their letters: a Devanagari word is one token, equal to its key."""
    assert tokens("हिन्दी भाषा").keys == name_key("हिन्दी भाषा").split()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Lambert, Margrave of Tuscany", {"lambert margrave of tuscany": 1.0, "lambert": 0.7, "the lambert": 0.7}),
        ("The Heart of Doreon", {"the heart of doreon": 1.0, "heart of doreon": 1.0}),
        ("Mercury (planet)", {"mercury planet": 1.0, "mercury": 1.0, "the mercury": 1.0}),
        ("東京", {"東京": 1.0}),
    ],
)
def test_title_aliases_hold_the_recipe(title: str, expected: dict[str, float]) -> None:
    """A title is found whole, without parentheses, article or what follows the comma, each with its weight."""
    found = {alias.key: alias.weight for alias in title_aliases(title)}
    assert expected.items() <= found.items()


@pytest.mark.parametrize("title", ["It", "Who", "1984", "Up", "The Who", "!!!", ""])
def test_titles_that_tell_nothing_have_no_alias(title: str) -> None:
    """Function words, numbers and crumbs would match everywhere, so they are no aliases."""
    assert title_aliases(title) == []


def test_a_passage_is_about_its_title() -> None:
    """The title's own names come first and are marked; the text's other names follow with their counts."""
    found = mentions_of("Ada Lovelace met Charles Babbage. Later Charles Babbage wrote.", title="Ada Lovelace (poet)")
    assert [(m.key, m.about) for m in found] == [
        ("ada lovelace poet", True),
        ("ada lovelace", True),
        ("charles babbage", False),
    ]
    assert found[1].name == "Ada Lovelace"
    assert found[2].count == 2


def test_a_document_without_title_is_about_its_first_name() -> None:
    """Only documents get a subject; a chat turn is about nothing."""
    text = "Ada Lovelace met Charles Babbage."
    assert [m.about for m in mentions_of(text, document=True)] == [True, False]
    assert [m.about for m in mentions_of(text)] == [False, False]


def test_spellings_of_one_name_are_one_mention() -> None:
    """Two spellings of one key are one mention under the better spelling."""
    (found,) = mentions_of("We saw ADA LOVELACE with Ada Lovelace.")
    assert (found.name, found.count) == ("Ada Lovelace", 2)


def test_brackets_of_a_title_cost_linearly():
    """A title of brackets that never close, or of blanks, is read once; what stands in closed ones is left out."""
    assert [form for form, _ in title_forms(f"Ada  (painter) {'(' * 50_000}")][1] == f"Ada  {'(' * 50_000}"
    assert [form for form, _ in title_forms(f"{' ' * 50_000}（painter）{' ' * 50_000}Ada")][1] == "Ada"
