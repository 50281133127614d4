"""What somebody sees of the kinds of things as more is told."""

from collections.abc import Iterator

import pytest

from graphmem import Memory
from graphmem.errors import InvalidInput
from graphmem.model import Fact
from graphmem.ports import Extraction, FoundEntity, Turn


class ByHand:
    """An extractor that sees in a turn what the turn says: "Porto/person" is a person called Porto."""

    name = "by-hand/1"

    def extract(self, turns: "list[Turn]") -> Iterator[Extraction]:
        for turn in turns:
            named = [word.split("/") for word in turn.interaction.text.split() if "/" in word]
            found = tuple(FoundEntity(name=name, kind=kind) for name, kind in named)
            yield Extraction(entities=found, extractor=self.name)


@pytest.fixture
def memory() -> Iterator[Memory]:
    with Memory.open(":memory:", extractor=ByHand()) as opened:
        yield opened


def kind(memory: Memory, name: str) -> str:
    return next(e.kind for e in memory.entities(name) if e.name == name)


def test_porto_is_a_place_after_three_mentions(memory: Memory) -> None:
    """A city that was once taken for a person is a place once more texts show that, and no longer than they do."""
    memory.remember("I was with Porto/person today.", speaker="Ada")
    assert kind(memory, "Porto") == "person"
    told = memory.remember(["Porto/place is lovely.", "We live in Porto/place now."], speaker="Ada")
    assert kind(memory, "Porto") == "place"
    memory.forget(interactions=told.ids)
    assert kind(memory, "Porto") == "person"


def test_what_you_say_yourself_outvotes_texts(memory: Memory) -> None:
    """A kind told with a fact stays, whatever texts seem to show; one that there is not is refused."""
    memory.remember("Porto/person and Porto/person again.", speaker="Ada")
    memory.remember(Fact("Ada", "lives_in", "Porto", object_kind="place"))
    memory.remember("Is Porto/person there?", speaker="Bob")
    (porto,) = memory.entities("Porto")
    assert (porto.kind, porto.told, porto.kinds) == ("place", True, ("person",))
    with pytest.raises(InvalidInput, match="no kind of entity"):
        memory.remember(Fact("Ada", "lives_in", "Porto", object_kind="city"))


def test_merged_names_are_of_one_kind(memory: Memory) -> None:
    """Two names that are one thing vote together, and part again as they were."""
    memory.remember(["Oporto/place is old.", "Oporto/place is big.", "Porto/person too."], speaker="Ada")
    memory.merge("Porto", "Oporto")
    assert kind(memory, "Porto") == "place"
    memory.unmerge("Porto", "Oporto")
    assert kind(memory, "Porto") == "person"
