"""Step 3 of writing: which names may be one. The same key is the same entity; everything else is a link or nothing.

The rules stand in `likeness` and look at one pair at a time. A `NameBook` applies them to a growing set of names
without looking at every pair: for each rule an index finds the few names that could satisfy it, and misses none.
"""

import heapq
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from graphmem.embedding import embedded
from graphmem.model import Entity, Synonym
from graphmem.ports import Embedder, Vectors
from graphmem.text.nicknames import NICKNAMES
from graphmem.write.likeness import FEWEST_GRAMS, LIKENESS, Likeness, Name, alike, short_form

__all__ = ["NameBook"]

#: Letters that two forms of one word have in common: "mel" finds Melanie, "cur" Curie.
_STEM = 3
#: Letters from the rarest in English to the commonest (Norvig's counts): trigrams of rare letters are looked up first.
_RARITY = {letter: rank for rank, letter in enumerate("zqjxkvbywgpfmucdlhrsnioate")}


class NameBook:
    """The names of one namespace, each new one compared once with those it could be a form of.

    Links depend on the pair alone (and on whether both occur in one session), so the links of any number of calls
    together are the same whatever the order of names and calls. Not thread-safe.

    Args:
        embedder: where given, names whose embeddings have a cosine of at least `LIKENESS.cosine` are linked as well
            (a scan of all vectors for each new name).
    """

    def __init__(self, *, embedder: Embedder | None = None) -> None:
        self._names: dict[str, Name] = {}
        self._sessions: dict[str, frozenset[str]] = {}
        self._anywhere = _Postings()
        self._within = _Postings()
        self._vectors = _NameVectors(embedder) if embedder else None

    def __len__(self) -> int:
        return len(self._names)

    def load(self, entities: Iterable[Entity], *, session_of: Mapping[str, Sequence[str]] | None = None) -> None:
        """Take in names that were compared before (read back from a store), without comparing them again."""
        sessions = session_of or {}
        loaded = [self._note(Name.of(entity), sessions.get(entity.id, ())) for entity in entities]
        if self._vectors:
            self._vectors.take([seen.name for seen in loaded if seen.new])

    def add(self, entities: Sequence[Entity], *, session_of: Mapping[str, Sequence[str]]) -> list[Synonym]:
        """Take in names and return the links that come with them.

        Args:
            entities: new names, or known ones seen again (in another session, as a person, with an alias).
            session_of: sessions in which an entity is now mentioned, by its id; short forms are linked within one.
        Returns: the links of what is new, `a` < `b`, by (a, b, method); each score is between 0 and 1.
        """
        links: set[Synonym] = set()
        new: list[Name] = []
        for entity in entities:
            seen = self._note(Name.of(entity), session_of.get(entity.id, ()))
            links.update(self._links(seen))
            if seen.new:
                new.append(seen.name)
        if self._vectors:
            pairs = {(link.a, link.b) for link in links}
            links.update(link for link in self._vectors.compare(new, self._names) if (link.a, link.b) not in pairs)
        return sorted(links, key=lambda link: (link.a, link.b, link.method))

    def _note(self, name: Name, sessions: Sequence[str]) -> "_Seen":
        """Enter a name under all its keys, and say what of it was not known before."""
        known = self._names.get(name.id)
        joined = known.joined(name) if known else name
        fresh = frozenset(sessions) - self._sessions.get(name.id, frozenset())
        if fresh:
            self._sessions[name.id] = self._sessions.get(name.id, frozenset()) | fresh
        if joined is not known:
            self._names[name.id] = joined
            for key in set(_keys(joined)) - set(_keys(known) if known else ()):
                self._anywhere.put(key, name.id)
            fresh = self._sessions.get(name.id, frozenset())
        for session in fresh:
            for stem in _stems(joined):
                self._within.put(hash((session, stem)), name.id)
        return _Seen(joined, new=known is None, changed=joined is not known, sessions=fresh)

    def _links(self, seen: "_Seen") -> Iterator[Synonym]:
        name = seen.name
        if seen.changed:
            yield from self._linked(name, self._anywhere.find(_queries(name)), alike)
        stems = list(_stems(name))
        within = (hash((session, stem)) for session in seen.sessions for stem in stems)
        yield from self._linked(name, self._within.find(within), short_form)

    def _linked(self, name: Name, others: set[str], rule: Callable[[Name, Name], Likeness | None]) -> Iterator[Synonym]:
        for other in others - {name.id}:
            if likeness := rule(name, self._names[other]):
                yield _link(name.id, other, likeness)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A sighting of a name: whether it is new, whether it told anything new, and the sessions to look through."""

    name: Name
    new: bool
    changed: bool
    sessions: frozenset[str]


class _Postings:
    """Ids by a hash of what they have in common. Two keys of one hash only cost a comparison: the rules decide."""

    def __init__(self) -> None:
        # Most keys have one id: a bare string in place of a set of one saves two thirds of the memory.
        self._ids: dict[int, str | set[str]] = {}

    def put(self, key: int, entity: str) -> None:
        found = self._ids.get(key)
        if found is None:
            self._ids[key] = entity
        elif isinstance(found, set):
            found.add(entity)
        elif found != entity:
            self._ids[key] = {found, entity}

    def find(self, keys: Iterable[int]) -> set[str]:
        out: set[str] = set()
        for key in keys:
            found = self._ids.get(key)
            if isinstance(found, str):
                out.add(found)
            elif found is not None:
                out |= found
        return out


class _NameVectors:
    """The embeddings of all names, for links by cosine."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._ids: list[str] = []
        self._rows: Vectors = np.zeros((0, embedder.dimension), dtype=np.float32)

    def take(self, names: Sequence[Name]) -> Vectors:
        """Keep the vectors of names and return them."""
        rows = embedded(self._embedder, [name.key for name in names])
        self._ids += [name.id for name in names]
        self._rows = np.concatenate([self._rows, rows])
        return rows

    def compare(self, names: Sequence[Name], known: Mapping[str, Name]) -> Iterator[Synonym]:
        """Keep the vectors of names and yield their links to all others; numbers must agree."""
        for name, row in zip(names, self.take(names), strict=True):
            cosines = self._rows @ row
            for i in np.flatnonzero(cosines >= LIKENESS.cosine):
                other = known[self._ids[i]]
                if other.id != name.id and other.marks == name.marks:
                    yield _link(name.id, other.id, Likeness(min(1.0, round(float(cosines[i]), 4)), "cosine"))


def _link(first: str, second: str, likeness: Likeness) -> Synonym:
    a, b = sorted((first, second))
    return Synonym(a=a, b=b, score=likeness.score, method=likeness.method)


def _keys(name: Name) -> Iterator[int]:
    """Yield what a name can be found by: for every rule of `alike`, whatever it demands to be equal."""
    yield hash(("key", name.key))
    yield from (hash(("alias", alias)) for alias in name.aliases)
    yield from _equal_keys(name)
    if name.acronym:
        yield hash(("short", name.letters))
    yield from (hash(("long", letters)) for letters in name.initials if 2 < len(letters) <= 6)
    if name.telling:
        grams = name.grams
        yield from (hash((len(name.text), *half)) for half in _halves(name.text, of=len(name.text)))
        yield from (hash((gram, len(grams))) for gram in _first_grams(grams))


def _queries(name: Name) -> Iterator[int]:
    """Yield the keys under which a name's possible other forms stand."""
    yield hash(("alias", name.key))
    yield from (hash(("key", alias)) for alias in name.aliases)
    yield from _equal_keys(name)
    if name.acronym:
        yield hash(("long", name.letters))
    yield from (hash(("short", letters)) for letters in name.initials)
    if name.telling:
        length = len(name.text)
        yield from (hash((n, *half)) for n in (length - 1, length, length + 1) for half in _halves(name.text, of=n))
        grams = name.grams
        sizes = _sizes(len(grams))
        yield from (hash((gram, size)) for gram in _first_grams(grams) for size in sizes)


def _equal_keys(name: Name) -> Iterator[int]:
    """Yield keys that two forms share: the letters, the words in any order, the initials before the last word."""
    yield hash(("letters", name.letters))
    if len(name.core) > 1:
        yield hash(("words", *sorted(name.core)))
    if len(name.core) > 2:
        yield hash(("initials", "".join(word[0] for word in name.core), name.core[-1]))


def _halves(text: str, *, of: int) -> list[tuple[str, str]]:
    """Return the beginning and the end that a string of length `of` shares with `text`, one of them at least.

    One edit leaves the half of a string alone that it does not fall in; the two letters in the middle belong to
    neither half, so that a swap of them does not break both.
    """
    half = (of - 1) // 2
    return [("<", text[:half]), (">", text[-half:])] if half else []


def _first_grams(grams: frozenset[str]) -> list[str]:
    """Return the trigrams one of which two names of the least Jaccard must share (prefix filter, Bayardo et al. 2007).

    Sets of n that are so alike share at least t*n; in any fixed order, the first n - ceil(t*n) + 1 of both then meet.
    """
    size = len(grams)
    if size < FEWEST_GRAMS:
        return []
    return heapq.nsmallest(size - math.ceil(LIKENESS.jaccard * size - 1e-9) + 1, grams, key=_rarity)


@lru_cache(maxsize=65_536)
def _rarity(gram: str) -> tuple[int, str]:
    return sum(_RARITY.get(letter, -1) for letter in gram), gram


def _sizes(size: int) -> range:
    """Return how many trigrams a name may have that is alike enough to one with `size`."""
    return range(math.ceil(LIKENESS.jaccard * size - 1e-9), math.floor(size / LIKENESS.jaccard + 1e-9) + 1)


def _stems(name: Name) -> Iterator[str]:
    """Yield what a name is found by within a session: beginnings of a person's words, an acronym's two letters."""
    if name.person:
        yield from {word[:_STEM] for word in name.core}
        yield from {full[:_STEM] for full in NICKNAMES.get(name.core[0], ())}
    if name.acronym and len(name.letters) == 2:
        yield "=" + name.letters
    yield from ("=" + letters for letters in name.initials if len(letters) == 2)
