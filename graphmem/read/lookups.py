"""The words of a question before the rows of several indexes, as one collection: looked up once, when asked for."""

from collections.abc import Sequence
from functools import cached_property

from graphmem.read import bm25
from graphmem.read.columns import Floats
from graphmem.read.index import Index
from graphmem.read.postings import Postings
from graphmem.read.understand import Question

__all__ = ["PassageWords", "TurnWords"]

#: A question's rarest terms are looked up, at most so many: more is a document, and the common ones say nothing.
MOST_TERMS = 64


def _rarest(collections: Sequence[Postings], terms: Sequence[str]) -> tuple[str, ...]:
    if len(terms) <= MOST_TERMS:
        return tuple(terms)

    def frequency(term: str) -> float:
        return sum(len(postings.term(term).rows) for postings in collections) or float("inf")

    return tuple(sorted(terms, key=lambda term: (frequency(term), term))[:MOST_TERMS])


class TurnWords:
    """The words of a question before the turns of several indexes, as one collection: an array per index."""

    def __init__(self, indexes: Sequence[Index], question: Question) -> None:
        self._turns = [index.turns for index in indexes]
        self._words = [turns.words for turns in self._turns]
        self._question = question

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The terms that are looked up."""
        return _rarest(self._words, self._question.chat_terms)

    @cached_property
    def own(self) -> list[Floats]:
        """BM25 of a turn."""
        return bm25.own_bm25(self._turns, self.terms)

    @cached_property
    def context(self) -> list[Floats]:
        """BM25 of a turn with its neighbours' words."""
        return bm25.context_bm25(self._turns, self.terms)

    @cached_property
    def session(self) -> list[Floats]:
        """BM25 of a turn's session."""
        return bm25.session_bm25(self._turns, self.terms)

    @cached_property
    def coverage(self) -> list[Floats]:
        """Share of the question's idf mass that a turn holds."""
        return bm25.coverage(self._words, self.terms)


class PassageWords:
    """The words of a question before the passages of several indexes, as one collection: an array per index."""

    def __init__(self, indexes: Sequence[Index], question: Question) -> None:
        self._words = [index.passages.words for index in indexes]
        self._question = question

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The terms that are looked up."""
        return _rarest(self._words, self._question.library_terms)

    @cached_property
    def own(self) -> list[Floats]:
        """BM25 of a passage."""
        return bm25.passage_bm25(self._words, self.terms)

    @cached_property
    def coverage(self) -> list[Floats]:
        """Share of the question's idf mass that a passage holds."""
        return bm25.coverage(self._words, self.terms)
