"""The tool that reads a Neo4j with statements of the client's own: only behind `--allow-cypher`."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pydantic import Field

from graphmem.integrations.mcp.tools import Arguments, Result, Tool

__all__ = ["cypher_tool"]

_DESCRIPTION = (
    "Read the graph with one Cypher statement that only matches and returns. Labels: Interaction, Entity, Fact, "
    "Session; (Interaction)-[:MENTIONS]->(Entity), (Interaction)-[:ASSERTS]->(Fact)-[:SUBJECT|OBJECT]->(Entity). Every "
    "node has namespace, id and name. Prefer the other tools: they rank, and keep to one namespace."
)


class Found(Protocol):
    """What a reader returns: column names, rows of JSON's values, and whether there were more."""

    @property
    def columns(self) -> Sequence[str]: ...
    @property
    def rows(self) -> Sequence[Sequence[Any]]: ...
    @property
    def more(self) -> bool: ...


class Reader(Protocol):
    """What runs statements for reading only (`graphmem.opening.free_reader`)."""

    def read(self, text: str, *, params: Mapping[str, Any] | None, top_k: int, seconds: float) -> Found: ...


class ReadCypher(Arguments):
    """Arguments of read_cypher."""

    query: str = Field(description="One Cypher statement that only reads; $namespace is this memory's namespace")
    params: dict[str, Any] = Field(default_factory=dict, description="Values of its parameters")
    limit: int = Field(default=100, ge=1, le=1_000, description="Rows at most")
    seconds: float = Field(default=10.0, gt=0, le=60.0, strict=False, description="What it may take")


class Rows(Result):
    """What the statement found; texts and lists are cut, bytes are counted."""

    columns: list[str]
    rows: list[list[Any]]
    more: bool = Field(description="There were more rows than the limit")


def cypher_tool(reader: Reader, *, namespace: str) -> Tool[ReadCypher]:
    """Return the tool `read_cypher` over a reader; `namespace` is given to statements as a parameter."""

    def run(given: ReadCypher) -> Rows:
        params = {"namespace": namespace, **given.params}
        found = reader.read(given.query, params=params, top_k=given.limit, seconds=given.seconds)
        return Rows(columns=list(found.columns), rows=[list(row) for row in found.rows], more=found.more)

    return Tool(
        name="read_cypher",
        title="Read with Cypher",
        description=_DESCRIPTION,
        arguments=ReadCypher,
        result=Rows,
        run=run,
        reads=True,
        repeats=True,
    )
