"""The profile `graph`: a drop-in for MCP's reference memory server, which also takes the Neo4j one's spellings.

Where it differs on purpose: a relation needs both its ends, names and observations are not blank, repeats within a
call are taken once, `search_nodes` also finds what holds only some of the words, and long answers come in pages.
"""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from mcp.server.lowlevel.server import Server

from graphmem.integrations.mcp.cards import Added, Graph, Node, Relation
from graphmem.integrations.mcp.graph_models import (
    AddedOut,
    AddObservations,
    Created,
    CreateEntities,
    DeleteEntities,
    DeleteObservations,
    Done,
    EntityIn,
    EntityOut,
    GraphOut,
    Observed,
    OpenNodes,
    ReadGraph,
    Related,
    RelationIn,
    RelationOut,
    Relations,
    SearchNodes,
)
from graphmem.integrations.mcp.knowledge import KnowledgeGraph
from graphmem.integrations.mcp.tools import Arguments, Document, Tool, server_of
from graphmem.memory import Memory

__all__ = ["RESOURCE", "graph_server", "graph_tools"]

A = TypeVar("A", bound=Arguments)

RESOURCE = "memory://knowledge-graph"

#: Relations of one answer.
_RELATIONS = 2_000

_INSTRUCTIONS = (
    "A knowledge graph that is kept between conversations. Search it before answering about people, projects or "
    "preferences; create entities and relations, and add observations, when something lasting is learnt. "
    "Observations are short sentences, one thing each. Relations are in the active voice."
)


def graph_server(memory: Memory, *, more: tuple[Tool[Any], ...] = ()) -> Server[Any]:
    """Return a server of the profile `graph` on this memory, with more tools where given."""
    graph = KnowledgeGraph(memory)
    document = Document(
        uri=RESOURCE,
        name="knowledge-graph",
        title="Knowledge Graph",
        description="The knowledge graph with its entities and relations (its first page, where it is large)",
        read=lambda: _json(_whole(graph, ReadGraph(limit=1_000))),
    )
    return server_of("graph", (*graph_tools(graph), *more), instructions=_INSTRUCTIONS, document=document)


def graph_tools(graph: KnowledgeGraph) -> tuple[Tool[Any], ...]:
    """Return the nine tools of the reference memory server over a graph."""
    return (*_writing_tools(graph), *_deleting_tools(graph), *_reading_tools(graph))


def _writing_tools(graph: KnowledgeGraph) -> tuple[Tool[Any], ...]:
    return (
        Tool(
            name="create_entities",
            title="Create Entities",
            description="Create entities in the knowledge graph; names that are there are skipped",
            arguments=CreateEntities,
            result=Created,
            run=lambda given: Created(entities=_entities(graph.create([_node(e) for e in given.entities]))),
            text=lambda content: _text(content["entities"]),
        ),
        Tool(
            name="create_relations",
            title="Create Relations",
            description="Create relations between entities that are there, in the active voice; repeats are skipped",
            arguments=Relations,
            result=Related,
            run=lambda given: Related(relations=_relations(graph.relate([_relation(r) for r in given.relations]))),
            text=lambda content: _text(content["relations"]),
        ),
        Tool(
            name="add_observations",
            title="Add Observations",
            description="Add observations to entities that are there; repeats are skipped",
            arguments=AddObservations,
            result=Observed,
            run=lambda given: _observed(graph, given),
            text=lambda content: _text(content["results"]),
        ),
    )


def _deleting_tools(graph: KnowledgeGraph) -> tuple[Tool[Any], ...]:
    def entities(given: DeleteEntities) -> Done:
        graph.delete(given.names)
        return Done(success=True, message="Entities deleted successfully")

    def observations(given: DeleteObservations) -> Done:
        graph.unobserve([Added(d.name, tuple(d.observations)) for d in given.deletions])
        return Done(success=True, message="Observations deleted successfully")

    def relations(given: Relations) -> Done:
        graph.unrelate([_relation(r) for r in given.relations])
        return Done(success=True, message="Relations deleted successfully")

    of_entities = "Delete entities with their observations and every relation that touches them"
    return (
        _deleting("entities", of_entities, DeleteEntities, entities),
        _deleting("observations", "Delete observations of entities", DeleteObservations, observations),
        _deleting("relations", "Delete relations between entities", Relations, relations),
    )


def _deleting(what: str, description: str, arguments: type[A], run: Callable[[A], Done]) -> Tool[A]:
    return Tool(
        name=f"delete_{what}",
        title=f"Delete {what.capitalize()}",
        description=description,
        arguments=arguments,
        result=Done,
        run=run,
        destroys=True,
        repeats=True,
        text=lambda content: str(content["message"]),
    )


def _reading_tools(graph: KnowledgeGraph) -> tuple[Tool[Any], ...]:
    return (
        Tool(
            name="read_graph",
            title="Read Graph",
            description="Read the knowledge graph, page by page where it is large; search_nodes is cheaper",
            arguments=ReadGraph,
            result=GraphOut,
            run=lambda given: _whole(graph, given),
            reads=True,
            repeats=True,
        ),
        Tool(
            name="search_nodes",
            title="Search Nodes",
            description="Search entities by words of their names, types and observations, best first",
            arguments=SearchNodes,
            result=GraphOut,
            run=lambda given: _out(graph.search(given.query, top_k=given.limit)),
            reads=True,
            repeats=True,
            aliases=("search_memories",),
        ),
        Tool(
            name="open_nodes",
            title="Open Nodes",
            description="Open entities by their names, with every relation that touches them",
            arguments=OpenNodes,
            result=GraphOut,
            run=lambda given: _out(graph.open(given.names)),
            reads=True,
            repeats=True,
            aliases=("find_memories_by_name",),
        ),
    )


def _node(given: EntityIn) -> Node:
    return Node(given.name, given.entity_type, tuple(given.observations))


def _relation(given: RelationIn) -> Relation:
    return Relation(given.source, given.target, given.relation_type)


def _entities(nodes: tuple[Node, ...]) -> list[EntityOut]:
    return [EntityOut(name=n.name, entity_type=n.type, observations=list(n.observations)) for n in nodes]


def _relations(relations: tuple[Relation, ...]) -> list[RelationOut]:
    return [RelationOut(source=r.source, target=r.target, relation_type=r.type) for r in relations]


def _observed(graph: KnowledgeGraph, given: AddObservations) -> Observed:
    added = graph.observe([Added(a.name, tuple(a.contents)) for a in given.observations])
    return Observed(results=[AddedOut(name=a.name, added=list(a.observations)) for a in added])


def _whole(graph: KnowledgeGraph, given: ReadGraph) -> GraphOut:
    part = graph.read(after=given.cursor, top_k=given.limit)
    more = len(part.nodes) == given.limit and bool(graph.read(after=part.nodes[-1].name, top_k=1).nodes)
    return _out(part, cursor=part.nodes[-1].name if more else None, paged=given.cursor is not None)


def _out(part: Graph, *, cursor: str | None = None, paged: bool = False) -> GraphOut:
    left_out = len(part.relations) - _RELATIONS
    return GraphOut(
        entities=_entities(part.nodes),
        relations=_relations(part.relations[:_RELATIONS]),
        total=part.total if paged or len(part.nodes) < part.total else None,
        next_cursor=cursor,
        relations_left_out=left_out if left_out > 0 else None,
    )


def _json(out: GraphOut) -> str:
    return _text(out.model_dump(mode="json", by_alias=True, exclude_none=True))


def _text(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)
