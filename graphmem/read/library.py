"""The passages of one namespace as a graph: who is about what, who names whose title, who shares which entity.

Kept in the process, knows nothing of stores. Passages are rows (numbers the index gives); all of it is incremental: a
passage costs its own words, its title one look for the older passages that name it. Recipe and figures:
docs/graph-kernels.md.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from graphmem.errors import InvalidInput
from graphmem.graph.csr import Adjacency
from graphmem.graph.pagerank import FLOOR, Method, log_scores
from graphmem.read.columns import Column, Flags, Floats, Ints
from graphmem.read.frozen import Frozen, compacted, nothing
from graphmem.read.incidence import GIVEN, NAMED, OWN, Incidence
from graphmem.read.links import OneLink, QuestionNames, TermHits, best, follow
from graphmem.read.mentioned import alias_weights, shared_names
from graphmem.read.titles import Lexicon, Shelved, Vocabulary
from graphmem.read.walk import REBUILD_BELOW, FactLinks, Walk
from graphmem.text.names import Alias, spans, title_aliases, tokens

__all__ = ["Frozen", "Library", "OneLink", "QuestionNames", "TermHits"]

#: First hits that one link starts from, and that PageRank restarts at.
FIRST_HITS, SEEDS = 5, 20
#: Sharpens the seeds: a first hit's restart weight is its score to this power.
SEED_POWER = 3
#: Older passages that one settling looks at again; more wait for the next (a quarter of a millisecond each).
LOOKED_AT = 256
#: So many new passages are a bulk load, which settles everything.
BULK = 1_000

_NOBODY = -1
_Mentions = Sequence[tuple[str, float, bool]]


class Library:
    """The passages of one namespace. Not locked: one caller at a time.

    Args:
        facts: join subjects and objects through fact nodes in the walk; off, because it was measured to bring nothing
            (docs/graph-kernels.md).
        method: how PageRank is computed.
        rebuild_below: number of edges below which the graph is rebuilt after every change (`graphmem.read.walk`).
    """

    _rows: Column[np.int32]
    _alive: Column[np.bool_]
    _passages: Column[np.int32]
    _words: Vocabulary
    _keys: Vocabulary
    _shelf: Shelved
    _table: Incidence
    _lexicon: Lexicon
    _alias_weights: dict[int, float]
    _walk: Walk

    def __init__(self, *, facts: bool = False, method: Method = "auto", rebuild_below: int = REBUILD_BELOW) -> None:
        self._facts = FactLinks() if facts else None
        self._method = method
        self._rebuild_below = rebuild_below
        self._restore(nothing())

    def __len__(self) -> int:
        return int(self._alive.view.sum())

    def __contains__(self, row: int) -> bool:
        return self._passage_of(row) != _NOBODY

    @property
    def nbytes(self) -> int:
        """Size of the arrays in bytes; words and keys come on top."""
        return sum(array.nbytes for array in self._state().arrays.values())

    def entity_key(self, entity: int) -> str:
        """Return an entity's `name_key`."""
        return self._keys.words[entity]

    # --- filling ---

    def add(self, row: int, *, title: str | None, text: str, mentions: _Mentions, called: Sequence[Alias] = ()) -> None:
        """Add a passage, or tell the mentions of one that is there (its text and title stay).

        Args:
            row: its number, >= 0.
            title: what it is about; without one, `called` or the first mention marked about is found like a title.
            text: its words.
            mentions: (name key, weight in (0, 1], about) of the names the write path found; all of them.
            called: aliases of its subject, where it has no title.
        """
        if row < 0:
            raise InvalidInput(f"row {row}: rows are numbered from 0")
        passage = self._passage_of(row)
        if passage == _NOBODY:
            passage = self._shelve(row, text)
        self._take(passage, [m for m in mentions if m[0]])
        subject = title or next((key for key, _, about in mentions if about and key), "")
        self._own(passage, (not title and called) or title_aliases(subject))
        self._walk.changed()

    def _shelve(self, row: int, text: str) -> int:
        passage = len(self._rows)
        self._rows.extend(np.array([row]))
        self._alive.extend(np.array([True]))
        self._passages.grow(row + 1)
        self._passages.view[row] = passage
        self._shelf.add(self._words.code(tokens(text), learn=True))
        self._unmatched.append(passage)
        return passage

    def _take(self, passage: int, mentions: _Mentions) -> None:
        """Keep what the write path told."""
        entities = self._keys.learn([key for key, _, _ in mentions]).tolist()
        weights: dict[int, float] = {}
        about: dict[int, bool] = {}
        for entity, (_, weight, is_about) in zip(entities, mentions, strict=True):
            weights[entity] = max(weights.get(entity, 0.0), min(1.0, max(weight, FLOOR)))
            about[entity] = about.get(entity, False) or is_about
        self._table.put(passage, weights, mark=GIVEN)
        self._table.mark_about(passage, about)

    def _own(self, passage: int, aliases: Sequence[Alias]) -> None:
        """Give a passage the aliases of its title; an alias nobody had goes into the lexicon."""
        entities = self._keys.learn([alias.key for alias in aliases]).tolist()
        before = self._owned(passage)
        weights = {entity: alias.weight for entity, alias in zip(entities, aliases, strict=True)}
        for entity in self._table.put(passage, weights, mark=OWN):
            self._alias_weights[entity] = max(weights[entity], self._alias_weights.get(entity, 0.0))
            if self._table.owners[entity] == 1:
                words = self._words.learn(self.entity_key(entity).split())
                self._lexicon.add(words, entity)
                self._fresh.append(words)
        self._disown([entity for entity in before if entity not in weights])

    def _owned(self, passage: int) -> list[int]:
        places = self._table.of_passage(passage)
        return [int(e) for e in self._table.entity[places[(self._table.marks[places] & OWN) > 0]]]

    def _disown(self, entities: Sequence[int]) -> None:
        """Drop aliases that no title has any more, and look again at the passages that named them."""
        for entity in entities:
            if self._table.owners[entity] == 0:
                self._alias_weights.pop(entity, None)
                self._lexicon.drop(self._words.learn(self.entity_key(entity).split()))
                self._waiting.update(dict.fromkeys(self._table.passage[self._table.of_entity(entity)].tolist()))

    def add_fact(self, rows: Sequence[int], subject: str, object_: str) -> None:
        """Add a fact by the keys of its ends and the rows that assert it; without fact nodes this does nothing."""
        if self._facts is None or not (subject and object_):
            return
        one, other = self._keys.learn([subject, object_]).tolist()
        self._table.grow_entities(len(self._keys))
        self._facts.subject.append(one)
        self._facts.object.append(other)
        self._facts.sources.append(tuple(p for p in map(self._passage_of, rows) if p != _NOBODY))
        self._walk.changed()

    def remove(self, row: int) -> None:
        """Forget a passage: its words are overwritten; names only it knew leave with the next `freeze`."""
        passage = self._passage_of(row)
        if passage == _NOBODY:
            return
        owned = self._owned(passage)
        self._table.clear(passage)
        self._shelf.erase(passage)
        self._alive.view[passage] = False
        self._passages.view[row] = _NOBODY
        self._disown(owned)
        self._walk.removed(passage)
        self._removed = True

    def renumber(self, rows: npt.NDArray[np.integer]) -> None:
        """Follow a compaction of the index: `rows[old]` is the new number of row `old`, -1 where it is gone."""
        for row in np.flatnonzero(self._passages.view >= 0):
            if row >= len(rows) or rows[row] < 0:
                self.remove(int(row))
        living = np.flatnonzero(self._alive.view)
        renamed = rows[self._rows.view[living]]
        self._rows.view[living] = renamed
        self._passages = _map_of(self._rows.view, living)

    def settle(self, *, limit: int | None = None) -> int:
        """Find the titles in passages that are new, and new titles in older passages; return how many still wait.

        Args:
            limit: older passages to look at in this call, None for all. New ones are always looked at.
        """
        if len(self._unmatched) >= BULK:
            limit = None
        if self._fresh:
            self._wait()
        for passage in self._unmatched:
            self._match(passage)
        self._unmatched.clear()
        for passage in list(self._waiting)[:limit]:
            del self._waiting[passage]
            self._match(passage)
        self._table.tidy()
        return len(self._waiting)

    def _wait(self) -> None:
        """Queue the older passages that may name a new title: those that hold its words, or all after a bulk load."""
        older = len(self._shelf) - len(self._unmatched)
        many = 8 * len(self._fresh) > older
        found = np.arange(older) if many else self._shelf.holding(self._fresh, words=len(self._words))
        self._waiting.update(dict.fromkeys(found.tolist()))
        for passage in self._unmatched:
            self._waiting.pop(passage, None)
        self._fresh.clear()

    def _match(self, passage: int) -> None:
        if not self._alive.view[passage]:
            return
        owned = set(self._owned(passage))
        found = self._lexicon.find(self._shelf.text(passage))
        named = {entity: self._alias_weights[entity] for entity in found if entity not in owned}
        for entity in self._table.put(passage, named, mark=NAMED):
            self._walk.linked(passage, entity)
        self._walk.changed()

    # --- asking ---

    def question(self, text: str) -> QuestionNames:
        """Return the names a question holds: titles, and entities that some passage mentions."""
        self.settle(limit=LOOKED_AT)
        found = tokens(text)
        coded = self._words.code(found, learn=False)
        titles = self._lexicon.find(coded, question=True, caseless=not any(map(str.isupper, text)))
        named = {self._keys.number(span.key) for span in spans(text)} | set(titles)
        known = sorted(e for e in named if 0 <= e < len(self._table.df) and self._table.df[e])
        rows, scores = self._titled(titles)
        return QuestionNames(rows, scores, np.array(known, dtype=np.int32), frozenset(found.keys))

    def _titled(self, aliases: Sequence[int]) -> tuple[Ints, Floats]:
        """Rows titled by these aliases, ascending, with alias weight / passages with that alias."""
        scores: dict[int, float] = {}
        for entity in aliases:
            for at in self._table.of_entity(entity):
                if self._table.marks[at] & OWN:
                    row = int(self._rows.view[self._table.passage[at]])
                    score = float(self._table.weight[at]) / int(self._table.owners[entity])
                    scores[row] = max(scores.get(row, 0.0), score)
        rows = sorted(scores)
        return np.array(rows, dtype=np.int32), np.array([scores[r] for r in rows], dtype=np.float32)

    def one_link(
        self, scores: Floats, *, question: QuestionNames, terms: TermHits, mask: Flags | None = None
    ) -> OneLink:
        """Return the passages one link on from the five best, with what the question still lacks (`links.follow`).

        Args:
            scores: first-hit score by row, n float32; rows beyond and scores <= 0 are no first hits.
            question: its names.
            terms: where its terms stand.
            mask: n bool, rows that may be first hits and targets; None is all.
        """
        local, allowed = self._local(scores, mask)
        return follow(
            self._table,
            scores=local,
            allowed=allowed,
            rows=self._rows.view,
            question=question,
            terms=terms,
            key_of=self.entity_key,
            count=len(self),
            top=FIRST_HITS,
        )

    def pagerank(self, scores: Floats, *, entities: Ints, mask: Flags | None = None) -> Floats:
        """Return the log of each row's Personalized PageRank, n float32 in [ln 1e-7, 0]; the floor for other rows.

        Half of the restarts go to the 20 best by score cubed, half to the question's entities by 1 / df; all of them to
        the one kind where the other is missing. Nothing to start from: the floor everywhere.

        Args:
            scores: first-hit score by row, n float32.
            entities: the question's.
            mask: n bool, rows that may be restarted at; the walk itself goes everywhere. None is all.
        """
        local, allowed = self._local(scores, mask)
        firsts = best(local, allowed=allowed, top=SEEDS)
        entities = entities[self._table.df[entities] > 0]
        result = np.zeros(len(scores), dtype=np.float32)
        if len(firsts) or len(entities):
            found = self._walk.scores(
                self._table,
                self._alive.view,
                passage_seeds=firsts,
                passage_weights=_half(local[firsts] ** SEED_POWER),
                entity_seeds=entities,
                entity_weights=_half(1 / self._table.df[entities]),
                facts=self._facts,
            )
            told = np.flatnonzero(self._alive.view & (self._rows.view < len(scores)))
            result[self._rows.view[told]] = found.scores[told]
        return log_scores(result)

    def shared_names(self, rows: Ints, entities: Ints) -> Floats:
        """Return the share of some entities, by rarity, that each row mentions, in [0, 1]; every row is a passage."""
        return shared_names(self._table, self._passages.view[rows], entities, count=len(self))

    def graph(self) -> Adjacency:
        """Return the graph that `pagerank` walks over, as it is now: the passages first, in the order they came."""
        self.settle()
        return self._walk.graph(self._table, self._alive.view, facts=self._facts)

    def _local(self, scores: Floats, mask: Flags | None) -> tuple[Floats, Flags]:
        """Scores and permission by passage rather than by row."""
        inside = self._alive.view & (self._rows.view < len(scores))
        rows = np.where(inside, self._rows.view, 0)
        local = scores[rows] if len(scores) else np.zeros(len(rows), dtype=np.float32)
        return local, inside if mask is None else inside & mask[rows]

    def _passage_of(self, row: int) -> int:
        return int(self._passages.view[row]) if 0 <= row < len(self._passages) else _NOBODY

    # --- snapshots ---

    def freeze(self) -> Frozen:
        """Return everything as arrays and strings, settled, and without anything that was removed."""
        self.settle()
        if self._removed:
            self._compact()
        return self._state()

    @classmethod
    def load(cls, frozen: Frozen, *, facts: bool = False, method: Method = "auto") -> "Library":
        """Take over what `freeze` returned; facts are told anew. KeyError, ValueError: it is no frozen library."""
        library = cls(facts=facts, method=method)
        library._restore(frozen)
        return library

    def _compact(self) -> None:
        facts = self._facts
        kept = compacted(self._state(), pinned=[*facts.subject, *facts.object] if facts else ())
        if facts is not None:
            facts.subject = kept.entities[facts.subject].tolist()
            facts.object = kept.entities[facts.object].tolist()
            facts.sources = [tuple(p for p in kept.passages[list(s)].tolist() if p >= 0) for s in facts.sources]
        self._restore(kept.frozen)

    def _state(self) -> Frozen:
        ids, named, starts = self._shelf.arrays
        alias_words, alias_starts, alias_entity = self._lexicon.arrays()
        table = self._table
        arrays: dict[str, npt.NDArray[Any]] = {
            "rows": self._rows.view,
            "alive": self._alive.view,
            "ids": ids,
            "named": named,
            "starts": starts,
            "passage": table.passage,
            "entity": table.entity,
            "weight": table.weight,
            "marks": table.marks,
            "alias_words": alias_words,
            "alias_starts": alias_starts,
            "alias_entity": alias_entity,
        }
        return Frozen(arrays, {"words": self._words.words, "keys": self._keys.words})

    def _restore(self, frozen: Frozen) -> None:
        arrays = {name: array.copy() for name, array in frozen.arrays.items()}
        self._rows = Column(arrays["rows"])
        self._alive = Column(arrays["alive"])
        self._passages = _map_of(arrays["rows"], np.flatnonzero(arrays["alive"]))
        self._words, self._keys = Vocabulary(frozen.strings["words"]), Vocabulary(frozen.strings["keys"])
        self._shelf = Shelved.of(arrays["ids"], arrays["named"], arrays["starts"])
        self._table = Incidence(arrays["passage"], arrays["entity"], arrays["weight"], arrays["marks"])
        self._table.grow_entities(len(self._keys))
        self._lexicon = Lexicon.of(arrays["alias_words"], arrays["alias_starts"], arrays["alias_entity"])
        self._alias_weights = alias_weights(self._table)
        self._walk = Walk(method=self._method, rebuild_below=self._rebuild_below)
        self._fresh: list[Ints] = []
        self._unmatched: list[int] = []
        self._waiting: dict[int, None] = {}
        self._removed = False


def _map_of(rows: npt.NDArray[np.integer], passages: npt.NDArray[np.integer]) -> Column[np.int32]:
    """Passage by row, -1 where there is none."""
    found = np.full(int(rows[passages].max(initial=-1)) + 1, _NOBODY, dtype=np.int32)
    found[rows[passages]] = passages
    return Column(found, fill=_NOBODY)


def _half(weights: npt.NDArray[np.floating]) -> Floats:
    total = weights.sum()
    return (weights / (2 * total) if total > 0 else weights).astype(np.float32)
