"""Which of the interactions told are new, which are known, and which take an id that is another's: pure."""

from collections.abc import Sequence
from dataclasses import replace

from graphmem.errors import IdTaken
from graphmem.model import Interaction

__all__ = ["sorted_out"]


def sorted_out(stored: Sequence[Interaction], told: Sequence[Interaction]) -> tuple[list[Interaction], tuple[str, ...]]:
    """Part what is told into the new and the ids of the known.

    Raises: IdTaken: an id is there, or was told before, with other content.
    """
    content = {i.id: _content(i) for i in stored}
    new: list[Interaction] = []
    known: list[str] = []
    for interaction in told:
        before = content.get(interaction.id)
        if before is None:
            content[interaction.id] = _content(interaction)
            new.append(interaction)
        elif before == _content(interaction):
            known.append(interaction.id)
        else:
            raise IdTaken(
                f"the id {interaction.id!r} already belongs to an interaction with other content; "
                "tell this one under another id, or under none"
            )
    return new, tuple(known)


def _content(told: Interaction) -> Interaction:
    """Return only what the caller told, metadata excepted."""
    return replace(told, metadata={}, created_at=None, arrival=0, pending=True, extractor=None)
