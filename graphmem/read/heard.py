"""What of a question is compared with what people said: its text without the names of those who speak there.

"What did Ada buy for her kids?" is closer to any turn of Ada's than to what somebody bought, because turns are embedded
with their speakers' names. Who is asked about is said by a signal of its own (`graphmem.read.signals.people`). Single
tokens are those of the whole question: there, names cost nothing and keep the others' meaning.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from graphmem.read.columns import Floats
from graphmem.read.tokens import AskedTokens
from graphmem.read.understand import Question
from graphmem.text.tokens import CHAT_STOP_WORDS, chat_terms, fold

__all__ = ["Heard", "unnamed"]

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Heard:
    """A question as turns are compared with it.

    Args:
        vector: d float32, unit length; None where it could not be embedded.
        tokens: looks the whole question's tokens up, None where none are compared.
    """

    vector: Floats | None
    tokens: AskedTokens | None = None


def unnamed(question: Question, speakers: Iterable[str]) -> str:
    """Return the question's text without those of the speakers whom it names, by whole or by first name.

    The text as it is where it names nobody, or where nothing is left that a turn could be found by.

    >>> from graphmem.read.understand import understand
    >>> unnamed(understand("What did Ada's kids get from Ben Ray?"), ["Ada Byron", "Ben Ray", "Cy"])
    'What did kids get from ?'
    """
    named = [name for name in speakers if question.calls(name)]
    if not named:
        return question.text
    text = question.text
    for name in named:
        text = _pattern(name).sub(" ", text)
    left = _SPACES.sub(" ", text).strip()
    return left if chat_terms(left) else question.text


@lru_cache(maxsize=10_000)
def _pattern(name: str) -> re.Pattern[str]:
    """Matches a whole name or its first word, with a possessive; a common word ("Will") only as it is written."""
    first = name.split()[0]
    either = "|".join(re.escape(one) for one in dict.fromkeys((name, first)))
    common = fold(first) in CHAT_STOP_WORDS
    return re.compile(rf"(?<!\w)(?:{either})(?:['’ʼ]s)?(?!\w)", 0 if common else re.IGNORECASE)
