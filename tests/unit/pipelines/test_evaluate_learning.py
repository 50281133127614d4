"""The evaluation of learning: whose words facts are drawn from, and how gains are told."""

from collections.abc import Iterable, Iterator

from graphmem.model import Interaction, Role
from graphmem.ports import Extraction, FoundEntity, Turn
from pipelines.evaluate.learning import _OfUsers, _Total


class _Names:
    """Draws the first word of each turn."""

    name = "first words"

    def extract(self, turns: Iterable[Turn]) -> Iterator[Extraction]:
        """Yield one extraction per turn."""
        for turn in turns:
            yield Extraction(entities=(FoundEntity(name=turn.interaction.text.split()[0]),), extractor=self.name)


def _turn(text: str, role: Role) -> Turn:
    return Turn(Interaction(id=text, kind="message", session="s", text=text, role=role))


def test_facts_of_users_alone_leave_assistants_turns_empty_and_keep_the_order() -> None:
    """What assistants say gives nothing, and every turn gets what was drawn from it, not from its neighbour."""
    turns = [_turn("Ada asks", "user"), _turn("Bob answers", "assistant"), _turn("Cleo thanks", "user")]
    found = list(_OfUsers(_Names()).extract(turns))
    assert [[e.name for e in f.entities] for f in found] == [["Ada"], [], ["Cleo"]]


def test_a_channels_gain_is_paired_with_the_same_questions_without_it() -> None:
    """The gain's mean is the difference of the figures, and its bounds are those of the pairs, not of the sets."""
    total = _Total(("R@5",), seed=0)
    without = [{"R@5": value} for value in (0.0, 1.0, 0.5, 0.25)]
    total.add("consolidated", "after", without)
    total.add("channel", "router 0.4", [{"R@5": f["R@5"] + 0.1} for f in without])
    (line,) = [one for one in total.lines("locomo") if one["bench"] == "channel"]
    assert line["R@5"] == 53.75
    assert line["R@5 gain"] == [10.0, 10.0, 10.0]
