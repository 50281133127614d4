"""The Cypher statements: what each declares, where each is called, and what the server thinks of each."""

import re
from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest

from graphmem.stores.neo4j import Neo4jStore
from graphmem.stores.neo4j.graph import labelled, shipped_statements
from graphmem.stores.statements import Statement
from graphmem.testing.neo4j import Server

CALLERS = Path(__file__).resolve().parents[3] / "graphmem" / "stores" / "neo4j"
STATEMENTS = sorted(shipped_statements().values(), key=lambda s: s.name)
#: Values under which every statement can be planned.
VALUES: dict[str, object] = {"rows": [], "ids": [], "names": [], "keys": [], "interactions": [], "entities": []}


@pytest.mark.parametrize("statement", [s for s in STATEMENTS if s.mode == "read"], ids=lambda s: s.name)
def test_a_read_is_confined_ordered_and_bounded(statement: Statement) -> None:
    """Every read of memories names its namespace, has a total order, and a limit."""
    assert {"namespace", "top_k"} <= set(statement.params)
    assert "ORDER BY" in statement.text
    assert "LIMIT $top_k" in statement.text


@pytest.mark.parametrize("statement", [s for s in STATEMENTS if s.mode == "admin"], ids=lambda s: s.name)
def test_an_admin_statement_returns_no_memory(statement: Statement) -> None:
    """What is excused from namespace, order and limit reads counts, the schema, settings or namespaces only."""
    returned = statement.text.rpartition("RETURN")[2] if "RETURN" in statement.text else ""
    returned = re.sub(r"COUNT \{.*?\}", "", returned)
    assert not re.search(r"\b[ief]\.(text|name|id|title|caption)\b", returned)


def test_every_statement_has_one_caller() -> None:
    """Each is called from exactly one place, save the checks, which are run one after the other by their prefix."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted(CALLERS.glob("*.py")))
    code = re.sub(r"__all__ = \[.*?\]", "", code, flags=re.DOTALL)  # names of functions, which may be the same
    calls = {s.name: len(re.findall(rf'"{s.name}"', code)) for s in STATEMENTS if not s.name.startswith("check_")}
    assert {name: count for name, count in calls.items() if count != 1} == {}


def test_types_of_arrows_are_the_only_thing_that_is_dynamic() -> None:
    """Labels, types and property names are written out: only arrows have a type from data, which the grammar bounds."""
    dynamic = [s.name for s in STATEMENTS if re.search(r":\$\(|\[\$\w+\]|CALL apoc|db\.create", s.text)]
    assert dynamic == ["add_arrows"]


@pytest.fixture(scope="module")
def driver(neo4j_server: Server) -> Iterator[neo4j.Driver]:
    Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth).close()
    silent = [neo4j.NotificationDisabledClassification.UNRECOGNIZED]  # of labels that an empty database has not
    with neo4j.GraphDatabase.driver(
        neo4j_server.uri, auth=neo4j_server.auth, notifications_disabled_classifications=silent
    ) as driver:
        yield driver


class TestOnTheServer:
    """The server plans every statement without a complaint, and never by reading all tenants."""

    @pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.name)
    def test_it_is_planned_without_a_notice(self, driver: neo4j.Driver, statement: Statement) -> None:
        """EXPLAIN brings no warning, no deprecation and no hint; reads and writes start from an index."""
        if statement.name == "indexes":
            pytest.skip("SHOW INDEXES cannot be explained; opening a store runs it")
        params = {p: VALUES.get(p) for p in statement.params} | {"top_k": 10, "pack": 10, "seconds": 1}
        with driver.session() as session:
            text = "EXPLAIN " + labelled(statement)
            result = session.run(text, {p: params[p] for p in statement.params})  # type: ignore[arg-type] # from a file
            summary = result.consume()
        notices = [o for o in summary.gql_status_objects if o.is_notification]
        assert [(o.gql_status, o.status_description) for o in notices] == []
        assert summary.plan is not None
        if statement.mode != "admin":
            assert {"NodeByLabelScan@neo4j", "AllNodesScan@neo4j"}.isdisjoint(_operators(summary.plan))


def _operators(plan: dict[str, object]) -> Iterator[str]:
    yield str(plan["operatorType"])
    for child in plan.get("children", ()):  # type: ignore[attr-defined] # a list of plans
        yield from _operators(child)
