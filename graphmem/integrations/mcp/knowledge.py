"""A knowledge graph in the manner of MCP's reference memory server, kept as interactions and facts of graphmem.

Every entity, observation and relation is one passage of the session `knowledge-graph`, titled with its entity, so that
`recall` finds it by its words, its vector and its links; its metadata holds the exact strings. A relation, and what
kind of thing an entity is, also asserts a fact, which goes when the passage is forgotten. The passages are the truth:
what they assert and a crash left out is asserted when the graph is next opened.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from graphmem.errors import IdTaken, NotFound
from graphmem.integrations.mcp.cards import (
    EXTRACTOR,
    SESSION,
    Added,
    Built,
    Graph,
    Node,
    Relation,
    Remark,
    Told,
    asserted,
    built_of,
    card_of,
    passage_of,
    told_by,
)
from graphmem.memory import Memory
from graphmem.model import Interaction
from graphmem.text.tokens import chat_terms
from graphmem.write.admit import checked_name, checked_text

__all__ = ["KnowledgeGraph"]

_PAGE = 1_000
_ATTEMPTS = 20
#: Passages that `recall` is asked for to put entities with equally many words in order.
_RANKED = 100


class KnowledgeGraph:
    """Reads and writes the knowledge graph of one memory. Safe for several threads, and for several processes."""

    def __init__(self, memory: Memory, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """`clock` tells the moment of writing, an aware instant."""
        self.memory = memory
        self._clock = clock
        self._lock = threading.RLock()
        self._rows: dict[str, Interaction] = {}
        self._built = Built()
        self._seq = 0
        self._mend()

    # --- reading ----------------------------------------------------------------------------------------------------

    def read(self, *, after: str | None = None, top_k: int = 200) -> Graph:
        """Return entities behind the one named `after`, with the relations that begin at one of them.

        Reading page after page gives every relation once. NotFound: `after` is not there any more.
        """
        built = self._current()
        names = list(built.types)
        if after is not None and after not in built.types:
            raise NotFound(f"there is no entity {after!r} any more: begin again without a cursor")
        begin = names.index(after) + 1 if after is not None else 0
        page = names[begin : begin + top_k]
        inside = frozenset(page)
        return Graph(built.nodes(page), tuple(r for r in built.relations if r.source in inside), len(names))

    def search(self, text: str, *, top_k: int = 50) -> Graph:
        """Return entities that hold the text as it stands, then those that hold some of its words, the most first.

        Name, type and observations are searched; letter case is set aside; words are compared by their stems, and
        those that carry nothing (the, who, is) count for nothing. A blank text finds everything. Among entities with
        equally many of the words, `recall` decides.
        """
        built, sought = self._current(), text.lower()
        whole = [n for n in built.types if any(sought in words.lower() for words in built.words(n))]
        names = whole + (self._by_words(built, text, but=frozenset(whole)) if text.strip() else [])
        return built.part(names[:top_k], total=len(names))

    def open(self, names: Iterable[str]) -> Graph:
        """Return the entities of these names, in the graph's order, and the relations that touch one of them."""
        built, wanted = self._current(), frozenset(names)
        found = [n for n in built.types if n in wanted]
        return built.part(found, total=len(found))

    def _by_words(self, built: Built, text: str, *, but: frozenset[str]) -> list[str]:
        wanted = frozenset(chat_terms(text))
        if not wanted:
            return []
        counts = {n: len(wanted.intersection(chat_terms("\n".join(built.words(n))))) for n in built.types}
        found = [n for n, count in counts.items() if count and n not in but]
        ranks = self._ranks(text) if len(found) > 1 else {}
        return sorted(found, key=lambda n: (-counts[n], ranks.get(n, len(ranks))))

    def _ranks(self, text: str) -> dict[str, int]:
        """Return the place of each entity among what `recall` finds for the text."""
        ranks: dict[str, int] = {}
        for hit in self.memory.recall(text, top_k=_RANKED):
            row = self._rows.get(hit.id)
            told = None if row is None else told_by(row)
            if told is not None:
                ranks.setdefault(told.source if isinstance(told, Relation) else told.name, len(ranks))
        return ranks

    # --- writing ----------------------------------------------------------------------------------------------------

    def create(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        """Add entities that are not there by name, and return those that were new; repeats in the call count once.

        Raises:
            InvalidInput: a name, type or observation is blank or cannot be kept; nothing was written.
        """
        for node in nodes:
            checked_name(node.name, what="an entity's name")
            checked_name(node.type, what=f"the type of {node.name!r}")
            _check_observations(node.name, node.observations)
        with self._lock:
            built = self._current()
            first = {n.name: n for n in reversed(nodes)}
            fresh = [first[name] for name in dict.fromkeys(n.name for n in nodes) if name not in built.types]
            fresh = [Node(n.name, n.type, tuple(dict.fromkeys(n.observations))) for n in fresh]
            self._forget_where(lambda told: _touches(told, frozenset(n.name for n in fresh)))  # what a race left over
            self._tell([thing for node in fresh for thing in _things(node)])
        return tuple(fresh)

    def relate(self, relations: Sequence[Relation]) -> tuple[Relation, ...]:
        """Add relations that are not there, and return those that were new.

        Raises:
            NotFound: an end is no entity; nothing was written.
            InvalidInput: the type of a relation is blank or cannot be kept.
        """
        for relation in relations:
            checked_name(relation.type, what="a relation's type")
        with self._lock:
            built = self._current()
            _refuse_unknown(built, [name for r in relations for name in (r.source, r.target)])
            fresh = [r for r in dict.fromkeys(relations) if r not in built.relations]
            self._tell(fresh)
        return tuple(fresh)

    def observe(self, additions: Sequence[Added]) -> tuple[Added, ...]:
        """Add observations to entities, and return, in the order asked, those that were new to each.

        Raises:
            NotFound: there is no such entity; nothing was written.
            InvalidInput: an observation is blank or cannot be kept.
        """
        for addition in additions:
            _check_observations(addition.name, addition.observations)
        with self._lock:
            built = self._current()
            _refuse_unknown(built, [a.name for a in additions])
            known = {a.name: set(built.observations.get(a.name, ())) for a in additions}
            fresh: list[Added] = []
            for addition in additions:
                new = tuple(o for o in dict.fromkeys(addition.observations) if o not in known[addition.name])
                known[addition.name].update(new)
                fresh.append(Added(addition.name, new))
            self._tell([Remark(a.name, o) for a in fresh for o in a.observations])
        return tuple(fresh)

    def delete(self, names: Iterable[str]) -> None:
        """Forget entities with their observations and every relation that touches them; unknown ones are no error."""
        wanted = frozenset(names)
        self._forget_where(lambda told: _touches(told, wanted))

    def unobserve(self, deletions: Sequence[Added]) -> None:
        """Forget observations of entities; unknown ones are no error."""
        wanted = frozenset(Remark(d.name, o) for d in deletions for o in d.observations)
        self._forget_where(lambda told: told in wanted)

    def unrelate(self, relations: Iterable[Relation]) -> None:
        """Forget relations; unknown ones are no error."""
        wanted = frozenset(relations)
        self._forget_where(lambda told: told in wanted)

    # --- the store --------------------------------------------------------------------------------------------------

    def _tell(self, things: Sequence[Told]) -> None:
        """Remember things with what they assert; what another process told meanwhile is told already. Lock held."""
        if not things:
            return
        now = self._clock()
        origin = self.memory.store.create_namespace(self.memory.namespace, now=now).origin
        passages = [passage_of(t, origin=origin, at=now) for t in things]
        for attempt in range(_ATTEMPTS):
            lacking = [p for p in passages if p.id not in self._rows]
            try:
                self.memory.remember(lacking, session=SESSION, now=now, background=True)
                break
            except IdTaken:
                if attempt == _ATTEMPTS - 1:
                    raise
                self._current()
        self._current()
        self._assert([self._rows[str(p.id)] for p in passages if p.id in self._rows])

    def _assert(self, rows: Sequence[Interaction]) -> None:
        info = self.memory.store.namespace(self.memory.namespace)
        if rows and info is not None:
            self.memory.store.save(self.memory.namespace, asserted(rows, origin=info.origin), now=self._clock())

    def _forget_where(self, doomed: Callable[[Told], bool]) -> None:
        with self._lock:
            self._current()
            told = {id_: told_by(row) for id_, row in self._rows.items()}
            ids = [id_ for id_, one in told.items() if one is not None and doomed(one)]
            if ids:
                try:
                    self.memory.forget(interactions=ids)
                except NotFound:  # another process was faster
                    self._current()

    def _current(self) -> Built:
        """Return the graph as the store has it now: read once, then kept up by the change log."""
        with self._lock:
            store, namespace = self.memory.store, self.memory.namespace
            if self._seq == 0 and (seq := store.seq(namespace)):
                self._rows, self._seq = self._read(), seq
                self._built = built_of(self._rows.values())
            elif store.seq(namespace) != self._seq:
                self._catch_up()
                self._built = built_of(self._rows.values())
            return self._built

    def _read(self) -> dict[str, Interaction]:
        store, namespace = self.memory.store, self.memory.namespace
        rows: dict[str, Interaction] = {}
        last: Interaction | None = None
        while page := store.history(namespace, session=SESSION, after=last, top_k=_PAGE):
            rows |= {i.id: i for i in page if told_by(i) is not None}
            last = page[-1]
        return rows

    def _catch_up(self) -> None:
        more = True
        while more:
            page = self.memory.store.changes(self.memory.namespace, since=self._seq)
            if page.reset:
                self._rows = {}
            self._rows |= {i.id: i for i in page.interactions if i.session == SESSION and told_by(i) is not None}
            for gone in page.tombstones:
                self._rows.pop(gone.id, None)
            self._seq, more = page.seq, page.more

    def _mend(self) -> None:
        """Assert what passages assert and a crash left out."""
        self._current()
        bearing = [row for row in self._rows.values() if not isinstance(told_by(row), Remark)]
        ids = [row.id for row in bearing]
        facts = self.memory.store.facts(self.memory.namespace, asserted_by=ids, top_k=1 << 31) if ids else []
        done = {source for fact in facts if fact.extractor == EXTRACTOR for source in fact.sources}
        self._assert([row for row in bearing if row.id not in done])


def _things(node: Node) -> list[Told]:
    return [card_of(node), *(Remark(node.name, o) for o in node.observations)]


def _check_observations(name: str, observations: Iterable[str]) -> None:
    for observation in observations:
        checked_text(observation, what=f"an observation of {name!r}")


def _refuse_unknown(built: Built, names: Iterable[str]) -> None:
    for name in names:
        if name not in built.types:
            raise NotFound(f"Entity with name {name} not found: create it first")


def _touches(told: Told, names: frozenset[str]) -> bool:
    if isinstance(told, Relation):
        return told.source in names or told.target in names
    return told.name in names
