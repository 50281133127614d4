"""LangChain's own suites, unmodified, on SQLite and on Neo4j: retriever and every tool."""

from typing import Any
from uuid import uuid4

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import BaseTool
from langchain_tests.integration_tests import RetrieversIntegrationTests, ToolsIntegrationTests
from langchain_tests.unit_tests import ToolsUnitTests

from graphmem import Memory, Message
from graphmem.integrations.langchain import GraphMemRetriever, graph_tools, item_tools, recall_tools
from graphmem.testing.neo4j import Server
from tests.conftest import WHEN
from tests.integrations.conftest import ONE

TURNS = (
    "I moved to Lisbon and started at Feedzai.",
    "My flat has a balcony for the turtle.",
    "On Sundays I row on the Tejo.",
    "Feedzai is in Portugal.",
)
#: An example call of every tool.
CALLS: dict[str, dict[str, Any]] = {
    "manage_memory": {"content": "Ada drinks green tea without milk"},
    "search_memory": {"query": "What does Ada drink?", "limit": 3, "filter": {"content": {"$ne": "x"}}},
    "recall": {"query": "Where does Ada work?", "limit": 3, "as_of": "2026-06-01"},
    "find_entities": {"name": "Ada"},
    "facts_about": {"name": "Ada", "as_of": "2026-06-01", "limit": 5},
    "path_between": {"a": "Lisbon", "b": "Feedzai"},
}


def told(memory: Memory) -> Memory:
    memory.remember([Message(text, speaker="Ada", at=WHEN) for text in TURNS], session="chat")
    return memory


@pytest.fixture(scope="module")
def on_a_file(embedder: Any, extractor: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    place = tmp_path_factory.mktemp("standard") / "memory.db"
    with Memory.open(place, embedder=embedder, extractor=extractor) as memory:
        yield told(memory)


@pytest.fixture(scope="module")
def on_a_server(embedder: Any, extractor: Any, neo4j_server: Server) -> Any:
    place = {"auth": neo4j_server.auth, "namespace": f"test/{uuid4()}"}
    with Memory.open(neo4j_server.uri, embedder=embedder, extractor=extractor, **place) as memory:
        yield told(memory)
        memory.flush()
        memory.erase_namespace(memory.namespace)


class OfTheRetriever(RetrieversIntegrationTests):
    """What LangChain's suite asks to be told of the retriever."""

    memory: Memory

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return GraphMemRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"memory": self.memory}

    @property
    def retriever_query_example(self) -> str:
        return "Where does Ada work?"


class TestRetrieverOnSqlite(OfTheRetriever):
    @pytest.fixture(autouse=True)
    def _memory(self, on_a_file: Memory) -> None:
        self.memory = on_a_file


@ONE
class TestRetrieverOnNeo4j(OfTheRetriever):
    @pytest.fixture(autouse=True)
    def _memory(self, on_a_server: Memory) -> None:
        self.memory = on_a_server


def tools_of(memory: Memory) -> dict[str, BaseTool]:
    return {tool.name: tool for tool in (*item_tools(memory), *recall_tools(memory), *graph_tools(memory))}


class OfTheTools:
    """What LangChain's suites ask to be told of a tool; `name` says which."""

    memory: Memory
    name: str

    @property
    def tool_constructor(self) -> BaseTool:
        return tools_of(self.memory)[self.name]

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return CALLS[self.name]


@pytest.mark.parametrize("name", CALLS, scope="class")
class OnSqlite(OfTheTools):
    @pytest.fixture(autouse=True)
    def _memory(self, on_a_file: Memory, name: str) -> None:
        self.memory, self.name = on_a_file, name


class TestToolsAsUnits(OnSqlite, ToolsUnitTests):  # type: ignore[misc]
    pass


class TestToolsOnSqlite(OnSqlite, ToolsIntegrationTests):  # type: ignore[misc]
    pass


@ONE
@pytest.mark.parametrize("name", CALLS)
class TestToolsOnNeo4j(OfTheTools, ToolsIntegrationTests):  # type: ignore[misc]
    @pytest.fixture(autouse=True)
    def _memory(self, on_a_server: Memory, name: str) -> None:
        self.memory, self.name = on_a_server, name


def test_every_tool_is_tested(on_a_file: Memory) -> None:
    """There is an example call for each tool we offer."""
    assert set(tools_of(on_a_file)) == set(CALLS)
