"""The tokens of a text that holds times, and what the grammar needs to know beside them. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

__all__ = ["Scan", "Token", "tokens_of"]

#: Words come first because nothing else begins with a letter, and most of a text is words. A code has no more than 21
#: numbers: looked for without a bound at each number of "1,1,1,...", it would cost quadratically.
_TOKEN = re.compile(
    r"""
      (?P<word>[^\W\d_]+(?:\.[^\W\d_]+(?=\.))*)
    | (?P<iso>\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\ ?(?:Z\b|[+-]\d{2}:?\d{2}\b))?)?(?![-\d]))
    | (?P<money>[$€£\#]\s?\d[\d,.]*\w?)
    | (?P<decade>['’]?\b(?:\d{2}|\d{4})['’]?s\b)
    | (?P<date>\b\d{4}[/.]\d{1,2}[/.]\d{1,2}\b|\b\d{1,2}(?P<sep>[/.])\d{1,2}(?P=sep)\d{2,4}\b|\b\d{1,2}-\d{1,2}-\d{4}\b)
    | (?P<clock>\b\d{1,2}:\d{2}(?::\d{2})?\s?(?:[aApP]\.?[mM]\b\.?)?|\b\d{1,2}\s?[aApP]\.?[mM]\b\.?)
    | (?P<slash>(?<![\d/.])\d{1,2}/\d{1,2}(?![\d/%]))
    | (?P<ordinal>\b\d{1,2}(?:st|nd|rd|th)\b)
    | (?P<code>\b\d+(?:[.,]\d+){0,20}(?:%|[^\W\d_]\w*)|\b(?:\d+\.){2,}\d+|\b\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?)
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<joined>(?<=\w)['’][^\W\d_]+)
    | (?P<mark>\n+|\.{2,}|[^\w\s])
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A token: its kind, its text in lower case with straight apostrophes, and where it stands."""

    kind: str
    low: str
    start: int
    stop: int


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a text in order."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind, low = str(match.lastgroup), match.group().lower()
        start, stop = match.span()
        found.append(Token(kind, low if kind == "word" else low.replace("’", "'"), start, stop))
    return found


@dataclass(frozen=True, slots=True)
class Scan:
    """A text being read: its tokens, the moment it was said in local time, and the reader's customs.

    Args:
        text: the text.
        tokens: its tokens.
        reference: when it was said, local and naive.
        week_start: 0 is Monday.
        southern: seasons are those of the southern half of the world.
        day_first: 3/4 is 3 April, not March 4.
        lean: -1 takes names such as "Friday" for the last one, 1 for the next, 0 asks the words around it.
    """

    text: str
    tokens: list[Token]
    reference: datetime
    week_start: int
    southern: bool
    day_first: bool
    lean: int = 0

    def low(self, i: int) -> str:
        """Return the i-th token in lower case, "" beyond the ends."""
        return self.tokens[i].low if 0 <= i < len(self.tokens) else ""

    def kind(self, i: int) -> str:
        """Return the kind of the i-th token, "" beyond the ends."""
        return self.tokens[i].kind if 0 <= i < len(self.tokens) else ""

    def capital(self, i: int) -> bool:
        """Tell whether the i-th token is written with a capital."""
        return 0 <= i < len(self.tokens) and self.text[self.tokens[i].start].isupper()

    def words(self, i: int, *expected: str) -> bool:
        """Tell whether these words stand at the i-th token."""
        return all(self.low(i + n) == word for n, word in enumerate(expected))
