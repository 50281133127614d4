"""A question, read once: its words, the names in it, and what kind of answer it wants. Pure; no language model."""

import re
from dataclasses import dataclass

from graphmem.identity import name_key
from graphmem.text.names import spans
from graphmem.text.sentences import is_when_question
from graphmem.text.tokens import CHAT_STOP_WORDS, chat_terms, fold, library_question_terms

__all__ = ["Question", "understand"]

#: A question is read up to here, in characters: more is a document.
MAX_QUESTION = 8_000

_HOW_MANY = re.compile(r"\bhow\s+(?:many|much|often)\b")
_WHERE = re.compile(r"\bwhere\b|\b(?:which|what)\s+(?:city|country|place|state)\b")


@dataclass(frozen=True)
class Question:
    """What recall knows of a question before it looks anywhere.

    Args:
        text: the question, cut to 8,000 characters.
        chat_terms: its terms for chat, each once, in order.
        library_terms: its terms for documents, each once, without question words.
        names: keys of the names in it, in order, each once.
        words: its key: normalised words, a space before and behind each.
        capitalised: normalised words that are written with a capital inside the question.
        when: it asks for a time. how_many: for a number. where: for a place.
        also: keys of other names of those it names, as far as the memory knows them.
    """

    text: str
    chat_terms: tuple[str, ...]
    library_terms: tuple[str, ...]
    names: tuple[str, ...]
    words: str
    capitalised: frozenset[str]
    when: bool
    how_many: bool
    where: bool
    also: frozenset[str] = frozenset()

    def calls(self, name: str) -> bool:
        """Tell whether a person of this name is named: in full, or by the first name.

        A name that is a common word ("Will", "May") counts only when it is written like a name.
        """
        key = name_key(name)
        first = key.split(" ", 1)[0]
        return key in self.also or any(f" {k} " in self.words and self._is_meant(k) for k in {key, first} if len(k) > 1)

    def _is_meant(self, key: str) -> bool:
        return key not in CHAT_STOP_WORDS or key in self.capitalised


def _possessives_off(text: str) -> str:
    return re.sub(r"['’ʼ]s\b", " ", text)


def understand(text: str) -> Question:
    """Read a question.

    >>> q = understand("When did Ada's brother move to Lisbon?")
    >>> q.chat_terms, q.names, q.when, q.calls("Ada Byron")
    (('ada', 'brother', 'move', 'lisbon'), ('ada', 'lisbon'), True, True)
    """
    text = text[:MAX_QUESTION]
    plain, folded = _possessives_off(text), fold(text)
    return Question(
        text=text,
        chat_terms=tuple(dict.fromkeys(chat_terms(text))),
        library_terms=tuple(dict.fromkeys(library_question_terms(text))),
        names=tuple(dict.fromkeys(span.key for span in spans(text))),
        words=f" {name_key(plain)} ",
        capitalised=frozenset(name_key(w) for w in plain.split()[1:] if w[:1].isupper()),
        when=is_when_question(text),
        how_many=_HOW_MANY.search(folded) is not None,
        where=_WHERE.search(folded) is not None,
    )
