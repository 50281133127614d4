"""Extractive summaries: sentences that stand for the rest and together cover it, with where they come from. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphmem.rows import Vectors

__all__ = ["Sentence", "chosen", "joined"]

#: What closeness to the middle counts; the rest is for covering what is not covered yet.
CENTRAL = 0.5


@dataclass(frozen=True, slots=True)
class Sentence:
    """A candidate for a summary: its text, and the interaction it is from."""

    text: str
    interaction: str


def chosen(sentences: Sequence[Sentence], vectors: Vectors, *, words: int = 60, most: int = 5) -> tuple[Sentence, ...]:
    """Return sentences for a summary, in the order they were said.

    Greedy: each time the sentence with the greatest CENTRAL * cosine to the centroid + (1 - CENTRAL) * how much it adds
    to the coverage (for each sentence its best cosine with a chosen one; facility location, which is submodular, so
    greedy is within 1 - 1/e of the best), that still fits.

    Args:
        sentences: candidates.
        vectors: n x d float32, unit rows, of the candidates.
        words: at most so many words in all; the first one is taken even if longer.
        most: at most so many sentences.
    """
    if not sentences:
        return ()
    similar = np.clip(vectors @ vectors.T, 0, 1)
    central = _central(vectors)
    covered: npt.NDArray[np.float64] = np.zeros(len(sentences))
    picked: list[int] = []
    left = words
    for _ in range(min(most, len(sentences))):
        gains = np.maximum(similar, covered[:, None]).sum(axis=0) - covered.sum()
        scores = CENTRAL * central + (1 - CENTRAL) * gains / len(sentences)
        fitting = [
            n for n in range(len(sentences)) if n not in picked and (not picked or _length(sentences[n]) <= left)
        ]
        if not fitting:
            break
        best = max(fitting, key=lambda n: (scores[n], -n))
        picked.append(best)
        left -= _length(sentences[best])
        covered = np.maximum(covered, similar[:, best])
    return tuple(sentences[n] for n in sorted(picked))


def joined(sentences: Iterable[Sentence]) -> str:
    """Return sentences as one text, each with an end of its own: a full stop where there is none.

    >>> joined([Sentence("We met in Porto", "1"), Sentence("“Really?”", "2"), Sentence("Yes -", "3")])
    'We met in Porto. “Really?” Yes.'
    """
    return " ".join(filter(None, (_ended(s.text) for s in sentences)))


def _ended(text: str) -> str:
    said = text.strip()
    if said.rstrip("\"'”’»)]}*_").endswith((".", "!", "?", "…", "。", "！", "？", "।", "؟")):
        return said
    bare = said.rstrip(",;:–—- ")
    return f"{bare}." if bare else ""


def _length(sentence: Sentence) -> int:
    return len(sentence.text.split())


def _central(vectors: Vectors) -> npt.NDArray[np.float64]:
    centroid = vectors.mean(axis=0, dtype=np.float64)
    length = float(np.linalg.norm(centroid))
    if length == 0:
        return np.zeros(len(vectors))
    cosines: npt.NDArray[np.float64] = vectors @ (centroid / length)
    return cosines
