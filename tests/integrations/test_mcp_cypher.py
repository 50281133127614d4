"""The tool that reads a Neo4j with a client's statements: what it answers, and what it never does."""

import time
from collections.abc import Iterator

import pytest

from graphmem import Memory, opening
from graphmem.errors import InvalidInput
from graphmem.integrations.mcp.cypher_tool import cypher_tool
from graphmem.integrations.mcp.memory_profile import memory_server
from graphmem.testing.neo4j import Server
from tests.integrations.conftest import ONE
from tests.integrations.mcp_clients import Calls, client_of

pytestmark = ONE


@pytest.fixture
def calls(on_neo4j: Memory, neo4j_server: Server) -> Iterator[Calls]:
    on_neo4j.remember(["I moved to Lisbon.", "My dog is called Turbo.", "I drink tea."], speaker="Ada")
    with opening.free_reader(neo4j_server.uri, auth=neo4j_server.auth) as reader:
        tool = cypher_tool(reader, namespace=on_neo4j.namespace)
        with client_of(memory_server(on_neo4j, more=(tool,))) as open_client:
            yield open_client


def test_statements_read_the_graph(calls: Calls) -> None:
    """Rows come back as JSON, cut to the limit and said so; nodes without their vectors; $namespace is given."""
    assert calls.ask("list_tools").tools[-1].annotations.read_only_hint
    texts = "MATCH (i:Interaction {namespace: $namespace}) RETURN i.text AS text ORDER BY i.arrival"
    found = calls.done("read_cypher", query=texts)
    assert found == {
        "columns": ["text"],
        "rows": [["I moved to Lisbon."], ["My dog is called Turbo."], ["I drink tea."]],
        "more": False,
    }
    cut = calls.done("read_cypher", query=texts, limit=2)
    assert (len(cut["rows"]), cut["more"]) == (2, True)
    path = "MATCH p = (:Interaction {namespace: $namespace})-[:MENTIONS]->(:Entity {name: $name}) RETURN p"
    (((drawn,),)) = calls.done("read_cypher", query=path, params={"name": "Turbo"})["rows"]
    assert [n["labels"] for n in drawn["nodes"]] == [["Interaction"], ["Entity"]]
    assert "bytes>" in str(drawn) or "vector" not in str(drawn)
    calls.done(
        "read_cypher",
        query="RETURN date('2026-03-01'), duration('P1D'), point({x: 1, y: 2}), vector.similarity.cosine([1], [1])",
    )


REFUSED = (
    "CREATE (:Intruder)",
    "MATCH (n) DETACH DELETE n",
    "MATCH (n:Entity) SET n.name = 'x' RETURN n",
    "FOREACH (i IN [1] | CREATE (:Intruder))",
    "MATCH (n) CALL (n) { RETURN 1 AS one } IN TRANSACTIONS RETURN one",
    "CREATE INDEX FOR (n:Intruder) ON n.name",
    "CREATE USER eve SET PASSWORD 'abcdefgh'",
    "CALL db.clearQueryCaches()",
    "CALL dbms.listConfig()",
    "CALL db.labels() YIELD label RETURN label",
    "SHOW USERS",
    "SHOW SETTINGS",
    "SHOW TRANSACTIONS",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "LOAD CSV FROM 'http://127.0.0.1:1/secret' AS line RETURN line",
    "CALL () { LOAD CSV FROM 'http://127.0.0.1:1/secret' AS line RETURN line } RETURN line",
    "RETURN COLLECT { LOAD CSV FROM 'http://127.0.0.1:1/secret' AS line RETURN line }",
    "MATCH (e:Entity) WHERE EXISTS { LOAD CSV FROM 'http://127.0.0.1:1/s' AS l RETURN l } RETURN e",
    "L\\u004FAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "PROFILE MATCH (n) DETACH DELETE n",
    "/* x */ EXPLAIN CREATE (:Intruder)",
    "RETURN 1; CREATE (:Intruder)",
    "RETURN $missing",
    "this is no Cypher",
    "",
)


def test_what_does_more_than_read_the_graph_is_refused(calls: Calls) -> None:
    """Writes, schema, users, procedures, files, the network, other people's transactions: each is refused unrun."""
    counted = "MATCH (n) RETURN count(n), count(DISTINCT labels(n))"
    before = calls.done("read_cypher", query=counted)
    for statement in REFUSED:
        assert "InvalidInput" in calls.refused("read_cypher", query=statement), statement
    assert calls.done("read_cypher", query=counted) == before


def test_a_statement_that_runs_long_is_ended(calls: Calls) -> None:
    """It is ended at its time, the answer says so, and the next statement is served."""
    endless = "UNWIND range(1, 10000000) AS a UNWIND range(1, 10000000) AS b RETURN count(*)"
    begun = time.monotonic()
    assert "longer than 1 seconds" in calls.refused("read_cypher", query=endless, seconds=1)
    assert time.monotonic() - begun < 120  # unended, it takes hours
    assert calls.done("read_cypher", query="RETURN 1 AS one")["rows"] == [[1]]


def test_only_a_neo4j_reads_cypher(neo4j_server: Server) -> None:
    """A file has no Cypher: asking for it is an error that says so."""
    assert neo4j_server.uri
    with pytest.raises(InvalidInput, match="no Neo4j"):
        opening.free_reader("memory.db")
