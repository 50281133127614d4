from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from graphmem.model import Degradation, Interaction
from graphmem.ports import Extraction, FoundEntity, Triple, Turn
from pipelines.evaluate.cache import CachedExtractor, code_version, decoded, encoded, turn_hash

WHEN = datetime(2024, 5, 6, 7, 8, 9, 10, tzinfo=UTC)


def turn(text: str, *, id_: str = "i", before: tuple[Interaction, ...] = (), arrival: int = 1) -> Turn:
    told = Interaction(id=id_, session="s", kind="message", text=text, speaker="Ada", at=WHEN, arrival=arrival)
    return Turn(told, before=before, listener="Bo", known=("Ada", "Bo"))


class Counting:
    """A real, if simple, extractor: the words of a turn are its entities. Counts the turns it was given."""

    name = "words/1"

    def __init__(self) -> None:
        self.seen = 0

    def extract(self, turns: Iterable[Turn]) -> Iterator[Extraction]:
        for one in turns:
            self.seen += 1
            yield Extraction(entities=tuple(map(found, one.interaction.text.split())), extractor=self.name)


def found(name: str) -> FoundEntity:
    return FoundEntity(name=name, aliases=("x",))


def test_extractions_come_back_whole() -> None:
    """Whatever an extraction holds survives being written and read."""
    whole = Extraction(
        entities=(FoundEntity(name="東京", kind="place", count=2, about=True, aliases=("Tokyo", "T")),),
        triples=(
            Triple(
                subject="a",
                predicate="p",
                object="b",
                negated=True,
                modality="wish",
                when="today",
                valid_at=WHEN,
                confidence=0.5,
            ),
            Triple(subject="a", predicate="q", object="c"),
        ),
        extractor="x/1",
        degraded=(Degradation("what", "why"),),
    )
    assert decoded(encoded(whole)) == whole
    assert decoded(encoded(Extraction())) == Extraction()


def test_known_turns_are_not_extracted_again(tmp_path: Path) -> None:
    """A second run draws only what is new, and yields the same in the same order, repeats included."""
    texts = ["one two", "three", "one two", "four"]
    first, second = Counting(), Counting()
    drawn = list(CachedExtractor(first, directory=tmp_path, version="1").extract(map(turn, texts[:3])))
    again = list(CachedExtractor(second, directory=tmp_path, version="1").extract(map(turn, texts)))
    assert again[:3] == drawn
    assert [e.entities[0].name for e in again] == ["one", "three", "one", "four"]
    assert second.seen == 1


def test_other_rules_other_extractions(tmp_path: Path) -> None:
    """What another version of the extractor drew is not taken for this one's."""
    for version in ("1", "2"):
        counting = Counting()
        list(CachedExtractor(counting, directory=tmp_path, version=version).extract([turn("a")]))
        assert counting.seen == 1


def test_only_content_tells_turns_apart() -> None:
    """Ids and order of arrival do not matter to the cache; text, context and listener do."""
    context = turn("before").interaction
    assert turn_hash(turn("a", id_="x", arrival=4), version="1") == turn_hash(turn("a", id_="y"), version="1")
    different = [turn("a"), turn("b"), turn("a", before=(context,)), Turn(turn("a").interaction)]
    assert len({turn_hash(t, version="1") for t in different}) == 4


def test_the_code_version_follows_the_code(tmp_path: Path) -> None:
    """A changed rule changes the version; byte code does not."""
    (tmp_path / "rules.py").write_text("a = 1")
    before = code_version(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "rules.pyc").write_text("x")
    assert code_version(tmp_path) == before
    (tmp_path / "rules.py").write_text("a = 2")
    assert code_version(tmp_path) != before
