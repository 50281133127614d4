"""Keywords of texts within a collection: terms that are frequent here and rare elsewhere. Pure."""

import math
import re
from collections import Counter
from collections.abc import Iterable

from graphmem.text.tokens import CHAT_STOP_WORDS, fold

__all__ = ["Vocabulary", "words_of"]

_WORD = re.compile(r"[^\W_](?:[^\W_]|['’-])*")


def words_of(text: str) -> list[str]:
    """Return the words of a text that can be keywords: folded, of three letters or more, no stop words, no numbers.

    >>> words_of("Ada's garden has 3 new_plots, well-kept; the 2nd is 'bare'.")
    ['ada', 'garden', 'new', 'plots', 'well-kept', 'bare']
    """
    words = (w.strip("'’-").removesuffix("'s").removesuffix("’s") for w in _WORD.findall(fold(text)))
    return [w for w in words if len(w) >= 3 and w not in CHAT_STOP_WORDS and not w[0].isdigit()]


class Vocabulary:
    """How many texts of a collection hold each word: what makes a word telling.

    Args:
        texts: the words of each, as `words_of` finds them, in any order.
    """

    def __init__(self, texts: Iterable[Iterable[str]]) -> None:
        self._counts: Counter[str] = Counter()
        self._size = 0
        for words in texts:
            self._counts.update(set(words))
            self._size += 1

    def weight(self, word: str) -> float:
        """Return ln(1 + (N - n + .5) / (n + .5)), n of N texts holding the word (BM25's idf; never negative)."""
        n = self._counts[word]
        return math.log(1 + (self._size - n + 0.5) / (n + 0.5))

    def keywords(self, words: Iterable[str], *, top_k: int = 5) -> tuple[str, ...]:
        """Return the most telling of some texts' words: (1 + ln frequency) * idf, ties by the word."""
        scores = {word: (1 + math.log(count)) * self.weight(word) for word, count in Counter(words).items()}
        return tuple(sorted(scores, key=lambda w: (-scores[w], w))[:top_k])
