"""Keywords of texts within a collection: terms that are frequent here and rare elsewhere. Pure."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from graphmem.text.tokens import CHAT_STOP_WORDS, fold

__all__ = ["Vocabulary", "words_of"]


def words_of(text: str) -> list[str]:
    """Return the words of a text that can be keywords: folded, of three letters or more, no stop words, no numbers."""
    plain = "".join(c if c.isalnum() or c in "'’-" else " " for c in fold(text))
    words = (w.strip("'’-").removesuffix("'s").removesuffix("’s") for w in plain.split())
    return [w for w in words if len(w) >= 3 and w not in CHAT_STOP_WORDS and not w[0].isdigit()]


class Vocabulary:
    """How many texts of a collection hold each word: what makes a word telling."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._counts: Counter[str] = Counter()
        self._size = 0
        for text in texts:
            self._counts.update(set(words_of(text)))
            self._size += 1

    def weight(self, word: str) -> float:
        """Return ln(1 + (N - n + .5) / (n + .5)), n of N texts holding the word (BM25's idf; never negative)."""
        n = self._counts[word]
        return math.log(1 + (self._size - n + 0.5) / (n + 0.5))

    def keywords(self, texts: Sequence[str], *, top_k: int = 5) -> tuple[str, ...]:
        """Return the most telling words of some texts: (1 + ln frequency) * idf, ties by the word."""
        seen = Counter(word for text in texts for word in words_of(text))
        scores = {word: (1 + math.log(count)) * self.weight(word) for word, count in seen.items()}
        return tuple(sorted(scores, key=lambda w: (-scores[w], w))[:top_k])
