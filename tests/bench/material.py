"""A large memory made of real things: turns, passages and facts of the benchmarks, repeated under other names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count, cycle, islice

import numpy as np
import numpy.typing as npt

from graphmem.model import Interaction, Message, Passage
from graphmem.ports import Embedder, Extraction, Extractor, Triple, Vectors
from graphmem.text.embedding_text import embedding_text, embeds, sentence_texts
from graphmem.write.admit import Admitter
from graphmem.write.facts import turn_of
from pipelines.evaluate.cases import Unit

__all__ = ["Piece", "Renamer", "originals", "repeated", "syllables"]

_CAPITALISED = re.compile(r"\b[A-Z][a-zà-ÿ]{2,}\b")
_LOWER = re.compile(r"\b[a-zà-ÿ]{3,}\b")
_SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
_NOW = datetime(2026, 1, 1, tzinfo=UTC)

#: Length of the noise added to a copy's unit vectors: cosine to the original about .96, as between paraphrases.
_NOISE = 0.3

#: Number of the first copy whose names only further facts bear.
_FURTHER = 1_000


def syllables(number: int) -> str:
    """Return a pronounceable ending for a copy's names; copy 0 keeps the real ones.

    >>> [syllables(n) for n in (0, 1, 71)]
    ['', 'ba', 'baba']
    """
    out = ""
    while number > 0:
        number, digit = divmod(number - 1, len(_SYLLABLES))
        out = _SYLLABLES[digit] + out
    return out


@dataclass(frozen=True, slots=True)
class Renamer:
    """Gives every name of a copy an ending; a name is a capitalised word that the texts never write in lower case."""

    common: frozenset[str]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Renamer":
        """Learn from the texts which words are common."""
        return cls(frozenset(word for text in texts for word in _LOWER.findall(text)))

    def rename(self, text: str, *, copy: int) -> str:
        """Return the text with the copy's names."""
        ending = syllables(copy)
        return _CAPITALISED.sub(lambda m: m[0] if m[0].lower() in self.common else m[0] + ending, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One interaction, with what is drawn from it and its vectors; `vector` has length 0 where it has none."""

    told: Message | Passage
    session: str
    extraction: Extraction
    vector: npt.NDArray[np.float32]
    sentences: Vectors


def originals(units: Sequence[Unit], *, embedder: Embedder, extractor: Extractor) -> list[Piece]:
    """Parse and embed real units, each turn in the context of up to ten before it."""
    rows = [Admitter("bench", u.session, _NOW).admit(u.told) for u in units]
    extractions = list(extractor.extract(turn_of(row, _before(rows, n)) for n, row in enumerate(rows)))
    vectors = iter(embedder.embed([embedding_text(row) for row in rows if embeds(row)]))
    sentences = [sentence_texts(row) for row in rows]
    flat = iter(embedder.embed([s for one in sentences for s in one]))
    none = np.zeros((0, embedder.dimension), dtype=np.float32)
    return [
        Piece(
            told=unit.told,
            session=unit.session,
            extraction=drawn,
            vector=next(vectors) if embeds(row) else none.ravel(),
            sentences=np.array(list(islice(flat, len(own))), dtype=np.float32) if own else none,
        )
        for unit, row, drawn, own in zip(units, rows, extractions, sentences, strict=True)
    ]


def _before(rows: Sequence[Interaction], place: int) -> list[Interaction]:
    return [r for r in rows[max(0, place - 10) : place] if r.session == rows[place].session]


def repeated(pieces: Sequence[Piece], *, renamer: Renamer, facts_each: float, seed: int = 0) -> Iterator[Piece]:
    """Yield pieces for ever: the originals, then copy after copy under other names, dated a week later each time.

    They assert `facts_each` facts in the mean: their own, then further ones of the set, under names of their own.
    """
    rng = np.random.default_rng(seed)
    stock = [t for p in pieces for t in p.extraction.triples]
    extra = zip(count(1), cycle(stock), strict=False)
    number = count()
    for copy in count():
        for piece, place in zip(pieces, number, strict=False):
            facts = int((place + 1) * facts_each) - int(place * facts_each)
            own = piece.extraction.triples[:facts]
            more = islice(extra, facts - len(own)) if stock else ()
            triples = [_triple(t, renamer, copy) for t in own]
            triples += [_triple(t, renamer, _FURTHER + n // len(stock)) for n, t in more]
            yield Piece(
                told=_told(piece.told, renamer, copy),
                session=f"{piece.session}-{copy}",
                extraction=replace(
                    piece.extraction,
                    entities=tuple(
                        replace(e, name=renamer.rename(e.name, copy=copy), aliases=())
                        for e in piece.extraction.entities
                    ),
                    triples=tuple(triples),
                ),
                vector=_perturbed(piece.vector, rng) if copy and len(piece.vector) else piece.vector,
                sentences=_perturbed(piece.sentences, rng) if copy else piece.sentences,
            )


def _told(told: Message | Passage, renamer: Renamer, copy: int) -> Message | Passage:
    def new(text: str) -> str:
        return renamer.rename(text, copy=copy)

    if isinstance(told, Passage):
        return replace(told, text=new(told.text), title=new(told.title) if told.title else None)
    at = told.at + timedelta(weeks=copy) if told.at else None
    return replace(told, text=new(told.text), speaker=new(told.speaker) if told.speaker else None, at=at)


def _triple(triple: Triple, renamer: Renamer, copy: int) -> Triple:
    subject, object_ = (renamer.rename(name, copy=copy) for name in (triple.subject, triple.object))
    if (subject, object_) == (triple.subject, triple.object) and copy:
        subject = f"{subject} {syllables(copy)}"
    return replace(triple, subject=subject, object=object_, text=renamer.rename(triple.text, copy=copy))


def _perturbed(vectors: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    noise = rng.standard_normal(vectors.shape, dtype=np.float32) * (_NOISE / np.sqrt(vectors.shape[-1]))
    moved = vectors + noise
    return np.asarray(moved / np.linalg.norm(moved, axis=-1, keepdims=True), dtype=np.float32)
