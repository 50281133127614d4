"""Passages of documents in the index: words and vectors, and the graph of what they are about."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from graphmem.model import Interaction
from graphmem.read.columns import Ints
from graphmem.read.family import Arrays, Family, parts_of, prefixed
from graphmem.read.library import Frozen, Library
from graphmem.read.postings import packed_strings, unpacked_strings
from graphmem.read.rows import NONE
from graphmem.text.mentions import mentions_of
from graphmem.text.subjects import subject_of
from graphmem.text.tokens import library_terms

__all__ = ["Passages"]


class Passages(Family):
    """Passages of one namespace.

    The graph is fed with the names that stand in a passage's text and title, found as the write path finds them, so
    that a passage is linked as soon as it is admitted.

    Attributes:
        library: the graph.
    """

    def __init__(self) -> None:
        super().__init__()
        self.library = Library()

    @property
    def nbytes(self) -> int:
        """Bytes held, about."""
        return super().nbytes + self.library.nbytes

    def _describe(self, first: int, told: Sequence[Interaction]) -> None:
        self.words.add_all(first, [library_terms(i.searchable) for i in told])
        for row, interaction in enumerate(told, first):
            found = mentions_of(interaction.text, interaction.title, document=True)
            mentions = [(m.key, m.weight, m.about) for m in found]
            subject = None if interaction.title else subject_of(interaction.text)
            called = subject.aliases if subject else ()
            self.library.add(row, title=interaction.title, text=interaction.text, mentions=mentions, called=called)

    def _undescribe(self, row: int) -> None:
        super()._undescribe(row)
        self.library.remove(row)

    def _settled(self, changed: Ints, embedded: Ints) -> None:  # noqa: ARG002 - passages stand for themselves
        self.library.settle(limit=0)

    def _compact(self, kept: npt.NDArray[np.int64]) -> None:
        place = np.full(len(self.words.lengths), NONE, dtype=np.int32)
        super()._compact(kept)
        place[kept] = np.arange(len(kept), dtype=np.int32)
        self.library.renumber(place)

    def state(self) -> Arrays:
        """Return everything as arrays by name."""
        common = super().state()
        frozen = self.library.freeze()
        strings = {name: packed_strings(list(texts)) for name, texts in frozen.strings.items()}
        return common | prefixed("library", dict(frozen.arrays)) | prefixed("strings", strings)

    def load(self, state: Arrays) -> None:
        """Take over the arrays of `state`."""
        super().load(state)
        strings = {name: unpacked_strings(packed) for name, packed in parts_of("strings", state).items()}
        self.library = Library.load(Frozen(parts_of("library", state), strings))
