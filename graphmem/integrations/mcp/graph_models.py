"""Arguments and results of the profile `graph`: as the reference memory server spells them, and the Neo4j one."""

from pydantic import AliasChoices, Field

from graphmem.integrations.mcp.tools import Arguments, Result

__all__ = [
    "AddObservations",
    "AddedOut",
    "AdditionIn",
    "CreateEntities",
    "Created",
    "DeleteEntities",
    "DeleteObservations",
    "DeletionIn",
    "Done",
    "EntityIn",
    "EntityOut",
    "GraphOut",
    "Observed",
    "OpenNodes",
    "ReadGraph",
    "Related",
    "RelationIn",
    "RelationOut",
    "Relations",
    "SearchNodes",
]

#: Entities of one answer: where the caller does not say, and at most.
_ENTITIES, _MOST_ENTITIES = 200, 1_000


class EntityIn(Arguments):
    """An entity with its observations."""

    name: str = Field(description="The name of the entity")
    entity_type: str = Field(
        description="The type of the entity", validation_alias=AliasChoices("entityType", "type", "entity_type")
    )
    observations: list[str] = Field(description="What is known of the entity, one thing each")


class RelationIn(Arguments):
    """A relation between two entities, in the active voice."""

    source: str = Field(
        description="The name of the entity it starts from", validation_alias=AliasChoices("from", "source")
    )
    target: str = Field(description="The name of the entity it leads to", validation_alias=AliasChoices("to", "target"))
    relation_type: str = Field(
        description="The type of the relation", validation_alias=AliasChoices("relationType", "relation_type")
    )


class AdditionIn(Arguments):
    """Observations to add to one entity."""

    name: str = Field(description="The name of the entity", validation_alias=AliasChoices("entityName", "entity_name"))
    contents: list[str] = Field(
        description="The observations to add", validation_alias=AliasChoices("contents", "observations")
    )


class DeletionIn(Arguments):
    """Observations to delete of one entity."""

    name: str = Field(description="The name of the entity", validation_alias=AliasChoices("entityName", "entity_name"))
    observations: list[str] = Field(
        description="The observations to delete", validation_alias=AliasChoices("observations", "contents")
    )


class CreateEntities(Arguments):
    """Arguments of create_entities."""

    entities: list[EntityIn]


class Relations(Arguments):
    """Arguments of create_relations and delete_relations."""

    relations: list[RelationIn]


class AddObservations(Arguments):
    """Arguments of add_observations."""

    observations: list[AdditionIn]


class DeleteEntities(Arguments):
    """Arguments of delete_entities."""

    names: list[str] = Field(
        description="The names of the entities to delete", validation_alias=AliasChoices("entityNames", "entity_names")
    )


class DeleteObservations(Arguments):
    """Arguments of delete_observations."""

    deletions: list[DeletionIn]


class ReadGraph(Arguments):
    """Arguments of read_graph."""

    limit: int = Field(default=_ENTITIES, ge=1, le=_MOST_ENTITIES, description="Entities of one page")
    cursor: str | None = Field(default=None, description="nextCursor of the page before")


class SearchNodes(Arguments):
    """Arguments of search_nodes."""

    query: str = Field(description="Words to look for in names, types and observations; ranked, not all need match")
    limit: int = Field(default=50, ge=1, le=_MOST_ENTITIES, description="Entities at most")


class OpenNodes(Arguments):
    """Arguments of open_nodes."""

    names: list[str] = Field(description="The names of the entities to open")


class EntityOut(Result):
    """An entity with its observations."""

    name: str
    entity_type: str = Field(serialization_alias="entityType")
    observations: list[str]


class RelationOut(Result):
    """A relation between two entities."""

    source: str = Field(serialization_alias="from")
    target: str = Field(serialization_alias="to")
    relation_type: str = Field(serialization_alias="relationType")


class Created(Result):
    """The entities that were new."""

    entities: list[EntityOut]


class Related(Result):
    """The relations that were new."""

    relations: list[RelationOut]


class AddedOut(Result):
    """The observations that were new to one entity."""

    name: str = Field(serialization_alias="entityName")
    added: list[str] = Field(serialization_alias="addedObservations")


class Observed(Result):
    """What was new, entity by entity."""

    results: list[AddedOut]


class Done(Result):
    """That it was done."""

    success: bool
    message: str


class GraphOut(Result):
    """Entities and relations; what does not fit into one answer is counted, and continues behind nextCursor."""

    entities: list[EntityOut]
    relations: list[RelationOut]
    total: int | None = Field(default=None, description="Entities there are, where not all are in this answer")
    next_cursor: str | None = Field(
        default=None, serialization_alias="nextCursor", description="Pass it as cursor for the rest"
    )
    relations_left_out: int | None = Field(default=None, serialization_alias="relationsLeftOut")
