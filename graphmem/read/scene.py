"""A question before one index: what every row scores by words and vectors, worked out once and only when asked for."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from graphmem.read.columns import Flags, Floats, Ints
from graphmem.read.index import Index
from graphmem.read.library import OneLink, QuestionNames, TermHits
from graphmem.read.lookups import PassageWords, TurnWords
from graphmem.read.matches import Matches, matches_of
from graphmem.read.nearest import Nearest, nearest_of
from graphmem.read.postings import idf
from graphmem.read.rows import NONE, Rows
from graphmem.read.tokens import AskedTokens
from graphmem.read.understand import Question
from graphmem.read.vectors import ABSENT, VectorTable, reply_cosines, unit

__all__ = [
    "Part",
    "PassagePool",
    "PassageScene",
    "PassageWords",
    "Pool",
    "Scene",
    "TurnPool",
    "TurnScene",
    "TurnWords",
    "unit",
]

#: What a word of the question that no passage has weighs against the rarest word.
UNKNOWN_SHARE = 0.6


class Scene(ABC):
    """A question before the rows of one family of one index.

    Args:
        index: whose rows.
        question: what is asked.
        vector: its unit vector, None where it could not be embedded.
        mask: which rows pass the filters.
        place: which of the indexes that are read this is.
    """

    def __init__(self, index: Index, question: Question, *, vector: Floats | None, mask: Flags, place: int) -> None:
        self.index, self.question, self.vector, self.mask, self.place = index, question, vector, mask, place

    @property
    @abstractmethod
    def vectors(self) -> VectorTable:
        """The vectors of the family's rows."""

    @property
    @abstractmethod
    def rows(self) -> Rows:
        """The family's rows."""

    @property
    @abstractmethod
    def coverage(self) -> Floats:
        """Share of the question's idf mass that each row holds."""

    @cached_property
    @abstractmethod
    def dense(self) -> Floats:
        """Cosine of each row, `ABSENT` where nothing is known."""

    @cached_property
    def nearest(self) -> Nearest | None:
        """The cosines of single rows, None where all are worked out together."""
        return None

    def dense_of(self, rows: Ints) -> Floats:
        """Cosines of some rows; where they are few of very many, the others' are not worked out."""
        single = self.nearest
        return self.dense[rows] if single is None or not single.few(rows) else single.dense(rows)

    @property
    def closest(self) -> float:
        """The best cosine among the rows that pass the filters, `ABSENT` where nothing is known of any."""
        best = None if self.nearest is None else self.nearest.greatest(self.mask)
        return float(self.dense[self.mask].max(initial=ABSENT)) if best is None else best

    @cached_property
    def _cosines(self) -> tuple[Floats, Flags]:
        if self.vector is None or self.vectors.dimension not in (None, len(self.vector)):
            return np.zeros(len(self.mask), dtype=np.float32), np.zeros(len(self.mask), dtype=np.bool_)
        return self.vectors.cosines(self.vector)


class TurnScene(Scene):
    """A question before the turns of one index; arrays are n float32, a value per turn.

    `words` is shared by the scenes of all indexes that are read; None is this index alone. `tokens` looks single tokens
    up, for rankings that weigh them.
    """

    def __init__(
        self,
        index: Index,
        question: Question,
        *,
        vector: Floats | None,
        mask: Flags,
        words: TurnWords | None = None,
        place: int = 0,
        tokens: AskedTokens | None = None,
    ) -> None:
        super().__init__(index, question, vector=vector, mask=mask, place=place)
        self.words = words or TurnWords([index], question)
        self.tokens = tokens
        self._said: tuple[Ints, Floats] | None = None

    def only(self, chosen: Flags) -> "TurnScene":
        """Return the question before the chosen rows (n bool) alone; what was worked out for all rows stays."""
        part = TurnScene(
            self.index,
            self.question,
            vector=self.vector,
            mask=self.mask & chosen,
            words=self.words,
            place=self.place,
        )
        part.__dict__.update(self.__dict__ | {"mask": part.mask})
        return part

    @property
    def vectors(self) -> VectorTable:
        """The turns' vectors."""
        return self.index.turns.vectors

    @property
    def rows(self) -> Rows:
        """The turns' rows."""
        return self.index.turns.rows

    @property
    def coverage(self) -> Floats:
        """Share of the question's idf mass that a turn holds."""
        return self.words.coverage[self.place]

    @cached_property
    def dense(self) -> Floats:
        """Cosine of a turn; `ABSENT` where neither it nor a neighbour has a vector."""
        cosines, present = self._cosines
        return reply_cosines(cosines, present, self.index.turns.rows.neighbours.view)

    @cached_property
    def dense_context(self) -> Floats:
        """Cosine of a turn's smoothed vector; `ABSENT` as for `dense`."""
        cosines, present = self._cosines
        around = self.index.turns.rows.neighbours.view
        return reply_cosines(self.vectors.smoothed(cosines, around), present, around)

    @cached_property
    def nearest(self) -> Nearest | None:
        """The cosines of single turns, None where they are so few that all are worked out together."""
        return nearest_of(self.vectors, self.vector, self.rows.neighbours.view)

    def dense_context_of(self, rows: Ints) -> Floats:
        """Cosines of some turns' smoothed vectors, as `dense_of`."""
        single = self.nearest
        return self.dense_context[rows] if single is None or not single.few(rows) else single.context(rows)

    def leaders(self, *, top: int) -> Ints | None:
        """Return turns that pass the filters, all that are among the `top` by `dense_context`; None: it may be any."""
        return None if self.nearest is None else self.nearest.leaders(self.mask, top=top)

    def sentence(self, rows: Ints) -> Floats:
        """Best cosine of each row's first-person sentences, `ABSENT` without; kept for the rows asked last."""
        if self.vector is None or self.vectors.dimension != len(self.vector):
            return np.full(len(rows), ABSENT, dtype=np.float32)
        if self._said is None or self._said[0] is not rows:
            self._said = rows, self.vectors.best_sentence(self.vector, rows)
        return self._said[1]

    @cached_property
    def named(self) -> Flags:
        """Which of the index's speakers the question names."""
        return np.array([self.question.calls(name) for name in self.index.turns.rows.speakers.all], dtype=np.bool_)


class PassageScene(Scene):
    """A question before the passages of one index; arrays are n float32, a value per passage.

    `words` is shared by the scenes of all indexes that are read; None is this index alone.
    """

    def __init__(
        self,
        index: Index,
        question: Question,
        *,
        vector: Floats | None,
        mask: Flags,
        words: PassageWords | None = None,
        place: int = 0,
    ) -> None:
        super().__init__(index, question, vector=vector, mask=mask, place=place)
        self.words = words or PassageWords([index], question)

    @property
    def vectors(self) -> VectorTable:
        """The passages' vectors."""
        return self.index.passages.vectors

    @property
    def rows(self) -> Rows:
        """The passages' rows."""
        return self.index.passages.rows

    @property
    def coverage(self) -> Floats:
        """Share of the question's idf mass that a passage holds."""
        return self.words.coverage[self.place]

    @cached_property
    def dense(self) -> Floats:
        """Cosine of a passage, `ABSENT` where it has no vector."""
        cosines, present = self._cosines
        return np.where(present, cosines, ABSENT)

    @cached_property
    def names(self) -> QuestionNames:
        """The titles and entities of the library that the question names."""
        return self.index.passages.library.question(self.question.text)

    @cached_property
    def hits(self) -> TermHits:
        """Where the question's terms stand; words that no passage has weigh .6 of the rarest there could be."""
        postings = self.index.passages.words
        rows = [found for found in (postings.term(term).rows for term in self.words.terms) if len(found)]
        weights = [idf(postings.n_docs, len(found)) for found in rows]
        unknown = UNKNOWN_SHARE * idf(postings.n_docs, 1) * (len(self.words.terms) - len(rows))
        return TermHits(np.array(weights, dtype=np.float32), sum(weights) + unknown, rows)


_S = TypeVar("_S", bound=Scene)
_T = TypeVar("_T", bound=np.generic)


@dataclass(frozen=True)
class Part(Generic[_S]):
    """The candidates of one scene: k rows, ascending."""

    scene: _S
    rows: Ints


@dataclass(frozen=True)
class Pool(Generic[_S]):
    """The candidates of a question, from one or several indexes, in one order: part by part, row by row.

    Values over a pool are m float32, so that what is normalised is normalised the same way for all indexes.
    """

    parts: tuple[Part[_S], ...]

    def __len__(self) -> int:
        return sum(len(part.rows) for part in self.parts)

    def gather(self, values: Callable[[_S], npt.NDArray[_T]]) -> npt.NDArray[_T]:
        """Return the candidates' values out of each scene's."""
        return np.concatenate([values(part.scene)[part.rows] for part in self.parts])

    def told(self, values: Callable[[_S, Ints], npt.NDArray[_T]]) -> npt.NDArray[_T]:
        """Return the candidates' values, where each scene tells those of rows."""
        return np.concatenate([values(part.scene, part.rows) for part in self.parts])

    def owner(self, place: int) -> tuple[_S, int]:
        """Return the scene and the row of the candidate at a place."""
        for part in self.parts:
            if place < len(part.rows):
                return part.scene, int(part.rows[place])
            place -= len(part.rows)
        raise IndexError(place)

    def places(self, ids: Collection[str]) -> list[int]:
        """Return the places of the candidates with these ids."""
        found: list[int] = []
        before = 0
        for part in self.parts:
            rows = np.array([row for row in map(part.scene.rows.find, ids) if row != NONE], dtype=np.int32)
            found += (before + np.flatnonzero(np.isin(part.rows, rows))).tolist()
            before += len(part.rows)
        return found

    def kept(self, chosen: Flags) -> tuple[Part[_S], ...]:
        """Return the parts with the chosen candidates alone; `chosen` is m bool."""
        return tuple(Part(p.scene, p.rows[f]) for p, f in zip(self.parts, np.split(chosen, self._ends), strict=True))

    @property
    def _ends(self) -> npt.NDArray[np.int64]:
        """Where each part but the last ends."""
        return np.cumsum([len(part.rows) for part in self.parts])[:-1]


@dataclass(frozen=True)
class TurnPool(Pool[TurnScene]):
    """Candidate turns; `lead` is the score (m float32) that chose among them, None before it is known."""

    lead: Floats | None = None

    @cached_property
    def own(self) -> Floats:
        """A turn's own worth: BM25 plus cosine, each moved to [0, 1] over the pool."""
        return unit(self.gather(lambda s: s.words.own[s.place])) + unit(self.told(lambda s, rows: s.dense_of(rows)))

    @cached_property
    def previous(self) -> Ints:
        """The place in the pool of the turn before each candidate in its session, `NONE` where it isn't in the pool."""
        return self._places(lambda scene, rows: scene.rows.before.view[rows])

    @cached_property
    def around(self) -> tuple[Ints, Ints]:
        """The places of the turns two before and two after each candidate, `NONE` where they aren't in the pool."""
        return self.beside(2), self.beside(3)

    def beside(self, column: int) -> Ints:
        """The places of the neighbours in a column of `Rows.neighbours`, `NONE` where they aren't in the pool."""
        return self._places(lambda scene, rows: scene.rows.neighbours.view[rows, column])

    @cached_property
    def matches(self) -> Matches | None:
        """What the question's tokens find in the candidates that lead; None where no tokens are looked up."""
        return matches_of(self)

    @cached_property
    def sessions(self) -> Ints:
        """A number per candidate, the same for those of one session of one index."""
        scenes = [part.scene.rows for part in self.parts]
        starts = np.cumsum([0, *(len(rows.sessions) for rows in scenes)], dtype=np.int32)[:-1]
        return np.concatenate([p.scene.rows.session.view[p.rows] + s for p, s in zip(self.parts, starts, strict=True)])

    def _places(self, row_of: Callable[[TurnScene, Ints], Ints]) -> Ints:
        """Places in the pool of the rows that belong to each candidate."""
        found: list[Ints] = []
        start = 0
        for part in self.parts:
            places: Ints = np.full(len(part.scene.mask) + 1, NONE, dtype=np.int32)
            places[part.rows] = np.arange(start, start + len(part.rows))
            found.append(places[row_of(part.scene, part.rows)])
            start += len(part.rows)
        return np.concatenate(found)


@dataclass(frozen=True)
class PassagePool(Pool[PassageScene]):
    """Candidate passages.

    Args:
        lead: the score (m float32) from which the graph is walked, None before it is known.
        first: the score (m float32) that may have walked and that the shortlist is chosen by, None where there is none.
        walked: the larger pool that these were chosen from, whose walks are theirs, too; None walks from these.
    """

    lead: Floats | None = None
    first: Floats | None = None
    walked: "PassagePool | None" = None

    @cached_property
    def leads(self) -> tuple[Floats, ...]:
        """The leading score over all passages of each part's scene, 0 outside the pool."""
        return self.spread(np.zeros(len(self), dtype=np.float32) if self.lead is None else self.lead)

    def spread(self, values: Floats) -> tuple[Floats, ...]:
        """Return the candidates' values (m float32) over all passages of each part's scene, 0 outside the pool."""
        found = tuple(np.zeros(len(part.scene.mask), dtype=np.float32) for part in self.parts)
        for part, whole, told in zip(self.parts, found, np.split(values, self._ends), strict=True):
            whole[part.rows] = told
        return found

    @cached_property
    def links(self) -> tuple[OneLink, ...]:
        """What is one link on from the five leading passages, part by part."""
        if self.walked is not None:
            return self.walked.links
        return tuple(
            part.scene.index.passages.library.one_link(
                lead, question=part.scene.names, terms=part.scene.hits, mask=part.scene.mask
            )
            for part, lead in zip(self.parts, self.leads, strict=True)
        )

    @cached_property
    def ranks(self) -> tuple[Floats, ...]:
        """Log PageRank over all passages, restarted at the leading ones and the question's entities, part by part."""
        if self.walked is not None:
            return self.walked.ranks
        return tuple(
            part.scene.index.passages.library.pagerank(lead, entities=part.scene.names.entities, mask=part.scene.mask)
            for part, lead in zip(self.parts, self.leads, strict=True)
        )
