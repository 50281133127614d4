from collections.abc import Iterator

import pytest

from graphmem.errors import ModelUnavailable
from graphmem.model import Interaction
from graphmem.ports import Extraction, Turn
from graphmem.write.extract import SpacyExtractor, pieces


@pytest.fixture(scope="module")
def extractor() -> SpacyExtractor:
    return SpacyExtractor(batch=8)


def turn(text: str, *, kind: str = "message", title: str | None = None, **fields: str | None) -> Turn:
    here = Interaction(id=text[:9], session="s", kind=kind, text=text, title=title, **fields)  # type: ignore[arg-type]
    return Turn(here)


def draw(extractor: SpacyExtractor, *turns: Turn) -> list[Extraction]:
    return list(extractor.extract(turns))


def test_the_name_tells_model_and_version(extractor: SpacyExtractor) -> None:
    """What wrote a fact can be told from the record."""
    assert extractor.name == "spacy/en_core_web_sm-3.8.0"
    assert draw(extractor, turn("Hello", speaker="Ada"))[0].extractor == extractor.name


def test_turns_come_back_in_order_and_one_each(extractor: SpacyExtractor) -> None:
    """Twenty turns, of one piece or several, give twenty extractions in their order."""
    places = ["Paris", "Rome", "Berlin", "Madrid"] * 5
    told = [
        turn(f"I visited {p}. " + "We ate well. " * (1_000 if i == 7 else 1), speaker="Ada")
        for i, p in enumerate(places)
    ]
    found = draw(extractor, *told)
    assert [f.triples[0].object for f in found] == places


def test_turns_are_taken_as_they_are_needed(extractor: SpacyExtractor) -> None:
    """An endless stream is read in batches: memory stays bounded."""
    taken = 0

    def endless() -> Iterator[Turn]:
        nonlocal taken
        while True:
            taken += 1
            yield turn("I live in Rome.", speaker="Ada")

    stream = iter(extractor.extract(endless()))
    assert [next(stream).triples[0].object for _ in range(10)] == ["Rome"] * 10
    assert taken <= 40


def test_a_text_of_megabytes_is_read_in_part_and_the_extraction_says_so() -> None:
    """Facts come from the first `longest` characters; what is behind them holds nobody up, and that is said."""
    brief = SpacyExtractor(longest=1_000)
    text = "I live in Rome. " + "The build went well. " * 100_000 + "I moved to Oslo."
    (found,) = draw(brief, turn(text, speaker="Ada"))
    assert "Rome" in {t.object for t in found.triples}
    assert "Oslo" not in {t.object for t in found.triples}
    assert "1,000 characters" in found.degraded[0].why
    assert draw(brief, turn("I live in Rome.", speaker="Ada"))[0].degraded == ()


def test_long_texts_are_cut_between_words() -> None:
    """The pieces of a long text are the text, none too long, none ending inside a word."""
    text = "Some words of a long story. " * 2_000
    cut = [piece for piece, _ in pieces(text)]
    assert "".join(cut) == text
    assert max(map(len, cut)) <= 10_000
    assert all(c[-1] in ". " for c in cut[:-1])
    assert [last for _, last in pieces(text)] == [False] * (len(cut) - 1) + [True]


@pytest.mark.parametrize(
    "text",
    [
        "😀🎉",
        "東京タワーに行きました。",
        "ذهبت إلى القاهرة أمس.",
        "   ",
        "\ud800 lone",
        "a" * 15_000,
        "I " * 300,
        "\x00\x01",
        "()[]\"'",
    ],
)
def test_no_text_breaks_it(extractor: SpacyExtractor, text: str) -> None:
    """Emoji, other scripts, lone surrogates, control characters and word salad are read without facts, not refused."""
    assert draw(extractor, turn(text, speaker="Ada"))[0].triples == ()


def test_a_role_stands_for_a_missing_name(extractor: SpacyExtractor) -> None:
    """Between user and assistant, "I" is the role that speaks and "you" the other."""
    found = draw(extractor, turn("I work at Feedzai.", role="user"))[0]
    assert [(t.subject, t.object) for t in found.triples] == [("user", "Feedzai")]
    assert {e.name for e in found.entities} >= {"user", "assistant"}


def test_a_passage_is_about_its_title(extractor: SpacyExtractor) -> None:
    """The title is an entity marked `about`; its parenthesis goes to the aliases, its pronouns come back to it."""
    text = "Vera Stone was an English painter. She married Paul Reed in 1920."
    found = draw(extractor, turn(text, kind="passage", title="Vera Stone (painter)"))[0]
    about = [e for e in found.entities if e.about]
    assert [(e.name, e.aliases) for e in about] == [("Vera Stone", ("Vera Stone (painter)",))]
    assert ("Vera Stone", "married", "Paul Reed") in {(t.subject, t.predicate, t.object) for t in found.triples}


def test_the_same_turn_gives_the_same_facts_alone_or_among_others(extractor: SpacyExtractor) -> None:
    """What is drawn depends on the turn and its context, not on the batch."""
    here = turn("I moved to Lisbon last month and started working at Feedzai.", speaker="Ada")
    others = [turn(f"I bought {n} books in May.", speaker="Tom") for n in range(2, 9)]
    assert draw(extractor, here)[0] == draw(extractor, *others, here, *others)[7]


def test_a_missing_model_says_how_to_get_it() -> None:
    """A model that is not installed is a clear error that names the mend."""
    with pytest.raises(ModelUnavailable, match="not installed"):
        draw(SpacyExtractor(model="no_such_model"), turn("Hello", speaker="Ada"))
