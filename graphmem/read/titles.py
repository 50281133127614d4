"""Titles found in texts: coded token sequences, and a lexicon of aliases matched against them, both incremental.

Texts are kept as token numbers (4 bytes a token), so that a title that comes later still finds the older passages that
name it, without asking the store. What is removed is overwritten, and its words leave with the next `kept`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from graphmem.read.columns import Column, Flags, Ints
from graphmem.text.names import Tokens

__all__ = ["Coded", "Lexicon", "Shelved", "Vocabulary"]

#: What stands between two texts and for words nobody knows: part of no alias.
_NO_WORD = -1
#: Enough for the words of any title (the longest may hold all of a 1 MB line).
_LENGTH_BITS = 24


@dataclass(frozen=True, slots=True)
class Coded:
    """A text's tokens as numbers.

    Args:
        ids: n int32, -1 for an unknown word.
        named: n bool, whether the token may begin or end a name.
    """

    ids: Ints
    named: Flags


class Vocabulary:
    """Words and their numbers."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words = list(words)
        self._ids = dict(zip(self.words, range(len(self.words)), strict=True))

    def __len__(self) -> int:
        return len(self.words)

    def number(self, word: str) -> int:
        """Return a word's number, -1 for an unknown one."""
        return self._ids.get(word, _NO_WORD)

    def learn(self, words: Sequence[str]) -> Ints:
        """Return the numbers of words, giving new ones a number."""
        ids, known = self._ids, self.words
        for word in words:
            if word not in ids:
                ids[word] = len(known)
                known.append(word)
        return np.array([ids[word] for word in words], dtype=np.int32)

    def code(self, found: Tokens, *, learn: bool) -> Coded:
        """Return a text's tokens as numbers; unknown words are learnt or stand as -1."""
        ids = self.learn(found.keys) if learn else np.array(list(map(self.number, found.keys)), dtype=np.int32)
        return Coded(ids, np.array(found.named, dtype=np.bool_))


class Lexicon:
    """Aliases as token sequences, each standing for one entity; the longest that fits is found."""

    def __init__(self) -> None:
        self._aliases: dict[bytes, int] = {}
        self._lengths: dict[int, tuple[int, ...]] = {}

    @classmethod
    def of(cls, words: Ints, starts: npt.NDArray[np.int64], entities: Ints) -> "Lexicon":
        """Take over what `arrays` returned."""
        lexicon, raw = cls(), np.ascontiguousarray(words, dtype=np.int32).tobytes()
        places = (4 * starts).tolist()
        keys = (raw[start:end] for start, end in pairwise(places))
        lexicon._aliases = dict(zip(keys, entities.tolist(), strict=True))
        openings = np.unique((words[starts[:-1]].astype(np.int64) << _LENGTH_BITS) + np.diff(starts))
        for opening in openings[::-1].tolist():
            first, length = opening >> _LENGTH_BITS, opening & ((1 << _LENGTH_BITS) - 1)
            lexicon._lengths[first] = (*lexicon._lengths.get(first, ()), length)
        return lexicon

    def arrays(self) -> tuple[Ints, npt.NDArray[np.int64], Ints]:
        """Return the aliases' words, flat, their n+1 offsets, and their n entities."""
        words = np.frombuffer(b"".join(self._aliases), dtype=np.int32)
        lengths = np.array([0, *(len(alias) // 4 for alias in self._aliases)], dtype=np.int64)
        return words, np.cumsum(lengths), np.array(list(self._aliases.values()), dtype=np.int32)

    def add(self, ids: Ints, entity: int) -> None:
        """Add an alias of one token or more."""
        self._aliases[ids.tobytes()] = entity
        lengths = self._lengths.get(int(ids[0]), ())
        if len(ids) not in lengths:
            self._lengths[int(ids[0])] = tuple(sorted((*lengths, len(ids)), reverse=True))

    def drop(self, ids: Ints) -> None:
        """Forget an alias; unknown ones are ignored."""
        self._aliases.pop(ids.tobytes(), None)

    def find(self, text: Coded, *, question: bool = False, caseless: bool = False) -> list[int]:
        """Return the entities whose aliases stand in a text, left to right, the longest first at each place.

        The first or last token of an alias has to be `named`, the only token of a one-token alias always, and in a
        question it may not be the first word.

        Args:
            text: what is searched.
            question: the text is a question.
            caseless: whoever wrote it uses no capitals: aliases of two tokens or more need none.
        """
        raw, ids, named = text.ids.tobytes(), text.ids.tolist(), text.named.tolist()
        found: list[int] = []
        at = 0
        while at < len(ids):
            step = 1
            for length in self._lengths.get(ids[at], ()):
                end = at + length
                if end > len(ids) or not (named[at] or named[end - 1] or (caseless and length > 1)):
                    continue
                entity = self._aliases.get(raw[4 * at : 4 * end])
                if entity is not None and not (question and at == 0 and length == 1):
                    found.append(entity)
                    step = length
                    break
            at += step
        return found


class Shelved:
    """The coded texts of passages 0..n-1, flat, with a separator behind each."""

    def __init__(self) -> None:
        self._ids: Column[np.int32] = Column(np.zeros(0, dtype=np.int32))
        self._named: Column[np.bool_] = Column(np.zeros(0, dtype=np.bool_))
        self._starts: Column[np.int64] = Column(np.zeros(1, dtype=np.int64))
        self._places: Column[np.int64] = Column(np.zeros(0, dtype=np.int64))

    @classmethod
    def of(cls, ids: Ints, named: Flags, starts: npt.NDArray[np.int64]) -> "Shelved":
        """Take over what `arrays` returned."""
        shelf = cls()
        shelf._ids, shelf._named, shelf._starts = Column(ids), Column(named), Column(starts)
        shelf._places = Column(np.flatnonzero(named))
        return shelf

    def __len__(self) -> int:
        return len(self._starts) - 1

    @property
    def arrays(self) -> tuple[Ints, Flags, npt.NDArray[np.int64]]:
        """Token numbers and name marks, flat, and n+1 offsets: plain arrays for a snapshot."""
        return self._ids.view, self._named.view, self._starts.view

    def add(self, text: Coded) -> None:
        """Put the next passage's text on the shelf."""
        start = len(self._ids)
        self._ids.extend(np.append(text.ids, _NO_WORD))
        self._named.extend(np.append(text.named, False))
        self._places.extend(start + np.flatnonzero(text.named))
        self._starts.extend(np.array([len(self._ids)]))

    def text(self, passage: int) -> Coded:
        """Return a passage's text."""
        start, end = self._starts.view[passage], self._starts.view[passage + 1] - 1
        return Coded(self._ids.view[start:end], self._named.view[start:end])

    def erase(self, passage: int) -> None:
        """Overwrite a passage's text."""
        start, end = self._starts.view[passage], self._starts.view[passage + 1]
        self._ids.view[start:end] = _NO_WORD
        self._named.view[start:end] = False

    def holding(self, aliases: Sequence[Ints], *, words: int) -> Ints:
        """Return the passages in which one of these aliases stands with a named first or last token, ascending.

        One pass over the places of named tokens, then a look at the neighbours of those that begin or end an alias.

        Args:
            aliases: token numbers, one array an alias.
            words: size of the vocabulary.
        """
        wanted = np.zeros(words + 1, dtype=np.bool_)
        for alias in aliases:
            wanted[[alias[0], alias[-1]]] = True
        ids = self._ids.view
        places = self._places.view[wanted[ids[self._places.view]]]
        places = places[np.argsort(ids[places], kind="stable")]
        sorted_ids = ids[places]
        found = [_standing(ids, places, sorted_ids, alias) for alias in aliases]
        at = np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
        return np.unique(np.searchsorted(self._starts.view, at, side="right") - 1).astype(np.int32)


def _standing(ids: Ints, places: npt.NDArray[np.int64], sorted_ids: Ints, alias: Ints) -> npt.NDArray[np.int64]:
    """Offsets at which an alias begins, looking only where its first or last token is among `places`."""
    found = []
    for offset in {0, len(alias) - 1}:
        low, high = np.searchsorted(sorted_ids, [alias[offset], alias[offset] + 1])
        at = places[low:high] - offset
        at = at[(at >= 0) & (at + len(alias) <= len(ids))]
        for step, word in enumerate(alias):
            at = at[ids[at + step] == word]
        found.append(at)
    return np.concatenate(found)
