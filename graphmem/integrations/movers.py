"""Write what was found in another system: each kind of thing where the face that replaces it finds it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from graphmem.errors import InvalidInput, NotFound
from graphmem.formats.items import Item, Problem
from graphmem.formats.peers.values import OldEntity, OldFact, OldItem, OldMemory, OldNode, OldRelation, Peer
from graphmem.formats.records import role_of
from graphmem.identity import entity_id, fact_id
from graphmem.integrations.items import Items, Put
from graphmem.integrations.items.codec import Item as StoreItem
from graphmem.integrations.items.codec import checked_value, passage_of, readable, session_of
from graphmem.integrations.mcp.cards import Added, Node, Relation
from graphmem.integrations.mcp.knowledge import KnowledgeGraph
from graphmem.integrations.mem0.shapes import Scope
from graphmem.integrations.notes import Notes
from graphmem.memory import Memory
from graphmem.model import Entity, Fact, Message, Passage
from graphmem.ports import Assertion, Batch
from graphmem.write.admit import checked_name

__all__ = ["Movers", "default_namespace"]

T = TypeVar("T")


def default_namespace(peer: Peer) -> str:
    """Return the namespace a system's things go to where nobody says: mem0's calls look below `mem0`."""
    return "mem0" if peer == "mem0" else "default"


class Movers:
    """Writes batches of what was found in one file, and counts."""

    def __init__(self, memory: Memory, *, name: str, now: datetime) -> None:
        """`name` is the file's, for messages; `now` the moment of writing."""
        self._memory = memory
        self._name = name
        self._now = now
        self._graph: KnowledgeGraph | None = None
        self._relations: list[OldRelation] = []
        self.namespaces: set[str] = set()
        self.taken: Counter[str] = Counter()
        self.new = 0
        self.problems: list[Problem] = []

    def move(self, found: Sequence[Any]) -> None:
        """Write one batch; what cannot be taken becomes a problem."""
        told = _of(found, Item)
        for session in dict.fromkeys(item.session for item in told):
            here = [(item.line, item.what) for item in told if item.session == session]
            self._remember(self._memory, here, session=session)
        self._mem0(_of(found, OldMemory))
        for item in _of(found, OldItem):
            with self._noted(item.line):
                self._item(item)
        for node in _of(found, OldNode):
            with self._noted(node.line):
                self._node(node)
        self._relations += _of(found, OldRelation)  # their ends may come later
        self._graphiti(_of(found, OldEntity), _of(found, OldFact))

    def finish(self) -> None:
        """Write what had to wait for everything else."""
        for old in self._relations:
            with self._noted(old.line):
                self.new += len(self._knowledge().relate([Relation(old.source, old.target, old.type)]))
                self._took("relations", self._memory)

    def _remember(self, memory: Memory, told: Sequence[tuple[int, Message | Passage]], *, session: str) -> None:
        """Tell all at once; where one is refused, one by one, so that only that one is left out."""
        try:
            self._tell(memory, [what for _, what in told], session=session)
        except InvalidInput:
            for line, what in told:
                with self._noted(line):
                    self._tell(memory, [what], session=session)

    def _tell(self, memory: Memory, what: Sequence[Message | Passage], *, session: str) -> None:
        self.new += memory.remember(what, session=session, now=self._now).interactions
        for one in what:
            self._took("messages" if isinstance(one, Message) else "passages", memory)

    def _took(self, kind: str, memory: Memory) -> None:
        self.taken[kind] += 1
        self.namespaces.add(memory.namespace)

    @contextmanager
    def _noted(self, line: int) -> Iterator[None]:
        """Note what is refused as a problem of that line; what the store cannot do is raised."""
        try:
            yield
        except (InvalidInput, NotFound) as err:
            self.problems.append(Problem(self._name, line, str(err)))

    # --- mem0 -------------------------------------------------------------------------------------------------------

    def _mem0(self, memories: Sequence[OldMemory]) -> None:
        base = self._memory.namespace
        places = {m.id: Scope(**m.scope).namespace(base) if m.scope else base for m in memories}
        for place in dict.fromkeys(places.values()):
            here = [m for m in memories if places[m.id] == place]
            memory = self._memory if place == base else self._memory.sibling(place)
            there = {i.id for i in memory.store.interactions(place, [m.id for m in here])}
            for session in dict.fromkeys(m.scope.get("run_id", "default") for m in here):
                fresh = [m for m in here if m.id not in there and m.scope.get("run_id", "default") == session]
                self._remember(memory, [(m.line, _message(m)) for m in fresh], session=session)
            for old in (m for m in here if m.id in there):
                with self._noted(old.line):
                    self._again(Notes(memory, clock=lambda: self._now), old)
            if memory is not self._memory:
                memory.close()

    def _again(self, notes: Notes, old: OldMemory) -> None:
        """Take a memory that is there: what it says now is its next version, unless one says so already."""
        if old.text not in {version.text for version in notes.get(old.id).versions}:
            notes.update(old.id, text=old.text)
            self.new += 1
        self._took("messages", notes.memory)

    # --- LangGraph --------------------------------------------------------------------------------------------------

    def _item(self, old: OldItem) -> None:
        items, address = Items(self._memory, background=False, clock=lambda: self._now), (old.path, old.key)
        value, updated = checked_value(old.value), old.updated_at or old.created_at or self._now
        held = items.get([address]).get(address)
        if held is None:
            text = readable(value)
            item = StoreItem(
                path=old.path,
                key=old.key,
                value=value,
                created_at=old.created_at or updated,
                updated_at=updated,
                indexed=bool(text.strip()),
            )
            told = [passage_of(item, text=text)]
            self.new += self._memory.remember(told, session=session_of(old.path), now=self._now).interactions
        elif held.value != value and held.updated_at < updated:
            items.put([Put(address=address, value=value)])
            self.new += 1
        self._took("items", self._memory)

    # --- the reference MCP server -----------------------------------------------------------------------------------

    def _knowledge(self) -> KnowledgeGraph:
        if self._graph is None:
            self._graph = KnowledgeGraph(self._memory, clock=lambda: self._now)
        return self._graph

    def _node(self, old: OldNode) -> None:
        made = self._knowledge().create([Node(old.name, old.type, old.observations)])
        if made:
            self.new += 1 + len(made[0].observations)
        else:
            (added,) = self._knowledge().observe([Added(old.name, old.observations)])
            self.new += len(added.observations)
        self._took("entities", self._memory)

    # --- Graphiti ---------------------------------------------------------------------------------------------------

    def _graphiti(self, entities: Sequence[OldEntity], facts: Sequence[OldFact]) -> None:
        if not entities and not facts:
            return
        store, namespace = self._memory.store, self._memory.namespace
        origin = store.create_namespace(namespace, now=self._now).origin
        sources = sorted({source for old in facts for source in old.sources})
        there = {i.id for i in store.interactions(namespace, sources)}
        rows = [Entity(id=entity_id(origin, e.name), name=e.name, kind=e.kind) for e in entities]
        kept: list[Fact] = []
        assertions: list[Assertion] = []
        for old in facts:
            with self._noted(old.line):
                by = [source for source in old.sources if source in there]
                fact = _with_ids(old.fact, origin=origin, extractor="graphiti" if by else "hand")
                kept.append(fact)
                assertions += [Assertion(source, fact.id) for source in by]
        ends = [(f.subject_id, f.subject) for f in kept] + [(f.object_id, f.object) for f in kept]
        rows += [Entity(id=id_, name=name) for id_, name in dict(ends).items()]
        store.save(namespace, Batch(entities=rows, facts=kept, assertions=assertions), now=self._now)
        self.taken.update({kind: n for kind, n in (("entities", len(entities)), ("facts", len(kept))) if n})
        self.namespaces.add(namespace)


def _of(found: Sequence[Any], kind: type[T]) -> list[T]:
    return [one for one in found if isinstance(one, kind)]


def _message(old: OldMemory) -> Message:
    role = role_of(old.role)
    kept = {**old.metadata, **old.scope, **({"role": role} if role else {})}
    speaker = old.scope.get("agent_id" if role == "assistant" else "user_id")
    return Message(old.text, speaker=speaker, role=role, at=old.at, id=old.id, metadata=kept)


def _with_ids(fact: Fact, *, origin: str, extractor: str) -> Fact:
    subject, object_ = (checked_name(n, what="the name of an entity") for n in (fact.subject, fact.object))
    if fact.valid_at is not None and fact.invalid_at is not None and fact.invalid_at < fact.valid_at:
        raise InvalidInput(f"the fact ends ({fact.invalid_at}) before it begins ({fact.valid_at})")
    return replace(
        fact,
        id=fact_id(origin, subject, fact.predicate, object_, valid_at=fact.valid_at, invalid_at=fact.invalid_at),
        subject_id=entity_id(origin, subject),
        object_id=entity_id(origin, object_),
        extractor=extractor,
    )
