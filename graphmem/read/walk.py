"""The graph that PageRank walks over: passages, the entities they mention, title links, and facts if asked for.

Adjacency [[10 (L + .3 L'), M], [M', 0]]: L[p, t] links a passage to those whose title it names, M holds mentions by
inverse document frequency. Entities of one passage lead nowhere and are left out.

Staleness. Below `REBUILD_BELOW` edges the graph is rebuilt whenever something changed (tens of milliseconds). From
there on, what is new is folded in with today's weights, while old edges keep the weights of their day (N and document
frequencies move slowly); once more than `REBUILD_SHARE` of the edges came in that way, all is weighted anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from graphmem.graph.csr import Adjacency
from graphmem.graph.pagerank import Method, PageRank, personalized_pagerank
from graphmem.read.columns import Column, Floats, Ints
from graphmem.read.incidence import NAMED, OWN, Incidence

__all__ = ["DAMPING", "MOST_OWNERS", "REBUILD_BELOW", "FactLinks", "Walk"]

DAMPING = 0.8
#: Weight of title links against mentions, and of their way back.
LINK, BACK = 10.0, 0.3
#: Titles shared by more passages (the chunks of one document) link through their entity only.
MOST_OWNERS = 50
REBUILD_BELOW = 300_000
REBUILD_SHARE = 0.1

_NO_NODE = -1


@dataclass(slots=True)
class FactLinks:
    """Facts as nodes: fact i joins `subject[i]` and `object[i]`, and is asserted by `sources[i]` (passages)."""

    subject: list[int] = field(default_factory=list)
    object: list[int] = field(default_factory=list)
    sources: list[tuple[int, ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Edges:
    """Undirected edges with a weight each way."""

    source: Ints
    target: Ints
    there: Floats
    back: Floats

    def directed(self) -> tuple[Ints, Ints, Floats]:
        source, target = np.concatenate([self.source, self.target]), np.concatenate([self.target, self.source])
        return source, target, np.concatenate([self.there, self.back])


class Walk:
    """PageRank over an incidence table, kept up with it."""

    def __init__(self, *, method: Method = "auto", rebuild_below: int = REBUILD_BELOW) -> None:
        self._method = method
        self._rebuild_below = rebuild_below
        self._graph: Adjacency | None = None
        self._of_passage: Column[np.int32] = _nodes(0)
        self._of_entity: Column[np.int32] = _nodes(0)
        self._seen, self._folded, self._facts = 0, 0, 0
        self._dirty = False
        self._links: list[tuple[int, int]] = []
        self._gone: list[int] = []

    @property
    def entries(self) -> int:
        """Number of directed edges, 0 before the first walk."""
        return 0 if self._graph is None else self._graph.entries

    def changed(self) -> None:
        """Tell that entries were added or marks changed."""
        self._dirty = True

    def linked(self, passage: int, entity: int) -> None:
        """Tell that a passage now names a title."""
        self._links.append((passage, entity))
        self._dirty = True

    def removed(self, passage: int) -> None:
        """Tell that a passage is gone."""
        self._gone.append(passage)
        self._dirty = True

    def scores(
        self,
        table: Incidence,
        passages: npt.NDArray[np.bool_],
        *,
        passage_seeds: Ints,
        passage_weights: Floats,
        entity_seeds: Ints,
        entity_weights: Floats,
        facts: FactLinks | None = None,
    ) -> PageRank:
        """Walk from passages and entities; the result's scores are those of the passages, n float32.

        Entities without a node (one passage mentions them) hand their weight to that passage.
        """
        graph = self.graph(table, passages, facts=facts)
        nodes, weights = self._entity_starts(table, entity_seeds, entity_weights)
        seeds = np.concatenate([self._of_passage.view[passage_seeds], nodes])
        found = personalized_pagerank(
            graph, seeds, np.concatenate([passage_weights, weights]), damping=DAMPING, method=self._method
        )
        node = self._of_passage.view
        return PageRank(np.where(node >= 0, found.scores[node], np.float32(0)), found.residual)

    def _entity_starts(self, table: Incidence, entities: Ints, weights: Floats) -> tuple[Ints, Floats]:
        nodes = self._of_entity.view[entities]
        for i in np.flatnonzero(nodes < 0):
            nodes[i] = self._of_passage.view[table.passage[table.of_entity(int(entities[i]))[0]]]
        return nodes, weights

    def graph(self, table: Incidence, passages: npt.NDArray[np.bool_], *, facts: FactLinks | None = None) -> Adjacency:
        """Return the graph, brought up to date: rebuilt or folded in by the rule above."""
        if self._graph is None or self._stale(facts):
            self._graph = self._built(table, passages, facts)
        elif self._dirty:
            self._fold(self._graph, table, passages)
        self._seen, self._dirty = len(table), False
        self._links.clear()
        self._gone.clear()
        return self._graph

    def _stale(self, facts: FactLinks | None) -> bool:
        aged = self._folded > REBUILD_SHARE * self.entries
        return self._dirty and (aged or facts is not None or self.entries < self._rebuild_below)

    def _built(self, table: Incidence, passages: npt.NDArray[np.bool_], facts: FactLinks | None) -> Adjacency:
        count = int(passages.sum())
        shared = table.df >= 2
        if facts is not None:
            shared[[*facts.subject, *facts.object]] = True
        self._of_passage, self._of_entity = _nodes(len(passages)), _nodes(len(table.df))
        self._of_passage.view[passages] = np.arange(count)
        self._of_entity.view[shared] = count + np.arange(int(shared.sum()))
        nodes = count + int(shared.sum())
        parts = [self._mentions(table, np.flatnonzero(table.marks > 0), count), self._title_links(table)]
        if facts is not None:
            parts.append(self._fact_edges(table, facts, count, first=nodes))
            nodes += len(facts.subject)
        self._folded = 0
        return Adjacency.from_edges(*_joined(parts).directed(), nodes=nodes)

    def _mentions(self, table: Incidence, places: npt.NDArray[np.int64], count: int) -> _Edges:
        """M[p, e] = ln(1 + N / df_e) x weight, both ways, where both have a node."""
        passage, entity = self._of_passage.view[table.passage[places]], self._of_entity.view[table.entity[places]]
        kept = (passage >= 0) & (entity >= 0)
        places = places[kept]
        weight = np.log1p(count / table.df[table.entity[places]]) * table.weight[places]
        weight = weight.astype(np.float32)
        return _Edges(passage[kept], entity[kept], weight, weight)

    def _title_links(self, table: Incidence) -> _Edges:
        """All links from passages to those whose title they name."""
        naming = np.flatnonzero((table.marks & (NAMED | OWN)) == NAMED)
        naming = naming[table.owners[table.entity[naming]] <= MOST_OWNERS]
        return self._links_of(table, table.passage[naming], table.entity[naming])

    def _links_of(self, table: Incidence, passages: Ints, entities: Ints) -> _Edges:
        """L[p, t] = max over aliases of weight / passages with that alias, for these (p, alias); 10 there, 3 back."""
        own = np.flatnonzero(table.marks & OWN)
        own = own[np.argsort(table.entity[own], kind="stable")]
        starts = np.searchsorted(table.entity[own], entities, side="left")
        counts = np.searchsorted(table.entity[own], entities, side="right") - starts
        ends = np.cumsum(counts)
        places = own[np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - counts), counts)]
        source = self._of_passage.view[np.repeat(passages, counts)]
        target = self._of_passage.view[table.passage[places]]
        weight = table.weight[places] / np.maximum(table.owners[table.entity[places]], 1)
        kept = (source != target) & (source >= 0) & (target >= 0)
        source, target, weight = _largest(source[kept], target[kept], weight[kept].astype(np.float32))
        return _Edges(source, target, np.float32(LINK) * weight, np.float32(LINK * BACK) * weight)

    def _fact_edges(self, table: Incidence, facts: FactLinks, count: int, *, first: int) -> _Edges:
        """A fact joins its subject, its object and the passages that assert it, weighted as mentions are."""
        node = first + np.arange(len(facts.subject), dtype=np.int32)
        ends = np.array([facts.subject, facts.object], dtype=np.int64).reshape(2, -1)
        weight = np.log1p(count / np.maximum(table.df[ends], 1)).astype(np.float32).ravel()
        asserted = np.array([len(s) for s in facts.sources], dtype=np.int64)
        passage = self._of_passage.view[np.array([p for s in facts.sources for p in s], dtype=np.int64)]
        says = np.log1p(count / np.repeat(asserted, asserted)).astype(np.float32)
        kept = passage >= 0
        source = np.concatenate([np.tile(node, 2), np.repeat(node, asserted)[kept]])
        target = np.concatenate([self._of_entity.view[ends.ravel()], passage[kept]])
        both = np.concatenate([weight, says[kept]])
        return _Edges(source, target, both, both)

    def _fold(self, graph: Adjacency, table: Incidence, passages: npt.NDArray[np.bool_]) -> None:
        """Add what is new since the last walk with today's weights, and cut off what is gone."""
        self._of_passage.grow(len(passages))
        self._of_entity.grow(len(table.df))
        gone = np.array(self._gone, dtype=np.int64)
        nodes = self._of_passage.view[gone]
        graph.remove_nodes(nodes[nodes >= 0])
        self._of_passage.view[gone] = _NO_NODE
        _name(graph, self._of_passage, np.flatnonzero(passages & (self._of_passage.view < 0)))
        links = np.array(self._links, dtype=np.int32).reshape(-1, 2)
        links = links[table.owners[links[:, 1]] <= MOST_OWNERS]
        mentions = self._mentions(table, self._late(graph, table), int(passages.sum()))
        edges = _joined([mentions, self._links_of(table, links[:, 0], links[:, 1])])
        graph.add_edges(*edges.directed())
        self._folded += 2 * len(edges.source)

    def _late(self, graph: Adjacency, table: Incidence) -> npt.NDArray[np.int64]:
        """Places of the mentions new to the graph: late ones, and all of an entity's when it becomes a node."""
        late = np.arange(self._seen, len(table))
        late = late[table.marks[late] > 0]
        entities = np.unique(table.entity[late])
        risen = entities[(self._of_entity.view[entities] < 0) & (table.df[entities] >= 2)]
        _name(graph, self._of_entity, risen)
        late = late[~np.isin(table.entity[late], risen)]
        return np.concatenate([late, *(table.of_entity(int(entity)) for entity in risen)])


def _name(graph: Adjacency, column: Column[np.int32], which: npt.NDArray[np.integer]) -> None:
    """Give these passages or entities the next nodes."""
    first = graph.nodes
    column.view[which] = first + np.arange(len(which))
    graph.grow(first + len(which))


def _nodes(size: int) -> Column[np.int32]:
    return Column(np.full(size, _NO_NODE, dtype=np.int32), fill=_NO_NODE)


def _joined(parts: Sequence[_Edges]) -> _Edges:
    return _Edges(
        np.concatenate([part.source for part in parts]),
        np.concatenate([part.target for part in parts]),
        np.concatenate([part.there for part in parts]),
        np.concatenate([part.back for part in parts]),
    )


def _largest(source: Ints, target: Ints, weight: Floats) -> tuple[Ints, Ints, Floats]:
    """One edge a pair: the heaviest."""
    order = np.lexsort((-weight, target, source))
    source, target, weight = source[order], target[order], weight[order]
    first = np.ones(len(source), dtype=np.bool_)
    first[1:] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
    return source[first], target[first], weight[first]
