"""The Cypher statements: what each declares, where each is called, and what the server thinks of each."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import neo4j
import pytest

from graphmem.rows import LinkType
from graphmem.stores.neo4j import Neo4jStore
from graphmem.stores.neo4j.graph import labelled
from graphmem.stores.neo4j.schema import shipped_migrations
from graphmem.stores.neo4j.shipped import DIALECTS, dialect_of, shipped_statements, statements_in
from graphmem.stores.statements import Statement
from graphmem.testing.neo4j import Server

CALLERS = Path(__file__).resolve().parents[3] / "graphmem" / "stores" / "neo4j"
STATEMENTS = sorted(shipped_statements().values(), key=lambda s: s.name)
#: Those that a server is told in its own dialect, of all dialects.
DIALECTAL = [s for d in DIALECTS for s in statements_in(d).values() if s.name not in shipped_statements()]
#: Values under which every statement can be planned.
VALUES: dict[str, object] = {"rows": [], "ids": [], "names": [], "keys": [], "interactions": [], "entities": []}


@pytest.mark.parametrize("statement", [s for s in STATEMENTS + DIALECTAL if s.mode == "read"], ids=lambda s: s.name)
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
    named = [s.name for s in STATEMENTS + DIALECTAL if not s.name.startswith("check_")]
    calls = {name: len(re.findall(rf'"{name}"', code)) for name in set(named)}
    assert {name: count for name, count in calls.items() if count != 1} == {}


def test_types_of_arrows_are_the_only_thing_that_is_dynamic() -> None:
    """Labels, types and names of properties are written out, but for arrows, bound by a grammar, and what is learnt.

    Labels and types of what is learnt come from a whitelist.
    """
    dynamic = [s.name for s in STATEMENTS if re.search(r":\$\(|\[\$\w+\]|CALL apoc|db\.create", s.text)]
    assert dynamic == ["add_arrows", "add_links", "put_embeddings", "put_learnt"]


def test_links_of_every_type_are_read() -> None:
    """Each type of link has its index, and every statement that lists types lists all of them."""
    types = set(get_args(LinkType))
    indexed = {t for m in shipped_migrations() for s in m.statements for t in re.findall(r"\[n:(\w+)\]", s.text)}
    assert indexed == types
    listed = [re.findall(r"-\[l:([A-Z_|]{40,})\]", s.text) for s in STATEMENTS]
    assert {frozenset(each.split("|")) for found in listed for each in found} == {frozenset(types)}
    branches = [set(re.findall(r"-\[l:([A-Z_]+)\]->", s.text)) for s in STATEMENTS]
    assert [found for found in branches if found] == [types] * 4


def test_dialects_say_the_same() -> None:
    """Each dialect has the same statements, with the same parameters; which one is spoken is the version's to say."""
    told = [{(s.name, s.mode, s.params) for s in statements_in(d).values()} for d in DIALECTS]
    assert all(one == told[0] for one in told)
    assert [dialect_of(f"Neo4j/{a}").folder for a in ("2026.09.0", "2026.01.2", "5.27-aura")] == [
        "clause",
        "procedure",
        "procedure",
    ]


@pytest.fixture(scope="module")
def driver(neo4j_server: Server) -> Iterator[neo4j.Driver]:
    with Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth) as store:
        store._graph.make("make_vector_index", dimension=3)
    silent = [neo4j.NotificationDisabledClassification.UNRECOGNIZED]  # of labels that an empty database has not
    with neo4j.GraphDatabase.driver(
        neo4j_server.uri, auth=neo4j_server.auth, notifications_disabled_classifications=silent
    ) as driver:
        yield driver
        driver.execute_query("DROP INDEX graphmem_interaction_vectors")


class TestOnTheServer:
    """The server plans every statement without a complaint, and never by reading all tenants."""

    @pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.name)
    def test_it_is_planned_without_a_notice(self, driver: neo4j.Driver, statement: Statement) -> None:
        """EXPLAIN brings no warning, no deprecation and no hint; reads and writes start from an index."""
        if statement.name in ("indexes", "vector_index"):
            pytest.skip("SHOW INDEXES cannot be explained; opening a store, and searching by one, runs it")
        self._explained(driver, statement)

    def test_so_are_those_of_its_dialect(self, neo4j_server: Server, driver: neo4j.Driver) -> None:
        """What this server is told in its own dialect is planned without a notice, too."""
        own = statements_in(dialect_of(f"Neo4j/{neo4j_server.version}"))
        assert {s.name for s in DIALECTAL} == {"make_vector_index", "search_vectors"}
        self._explained(driver, own["search_vectors"])

    def _explained(self, driver: neo4j.Driver, statement: Statement) -> None:
        params = {p: VALUES.get(p) for p in statement.params} | {"top_k": 10, "pack": 10, "seconds": 1, "fetch": 10}
        with driver.session() as session:
            text = explained(statement)
            result = session.run(text, {p: params[p] for p in statement.params})  # type: ignore[arg-type] # from a file
            summary = result.consume()
        notices = [o for o in summary.gql_status_objects if o.is_notification]
        assert [(o.gql_status, o.status_description) for o in notices] == []
        assert summary.plan is not None
        if statement.mode != "admin":
            assert {"NodeByLabelScan@neo4j", "AllNodesScan@neo4j"}.isdisjoint(_operators(summary.plan))


def explained(statement: Statement) -> str:
    """Return a statement with EXPLAIN where it belongs: behind the choice of a language."""
    text = labelled(statement)
    return text.replace("CYPHER 25 ", "CYPHER 25 EXPLAIN ", 1) if "CYPHER 25 " in text else "EXPLAIN " + text


def _operators(plan: dict[str, object]) -> Iterator[str]:
    yield str(plan["operatorType"])
    for child in plan.get("children", ()):  # type: ignore[attr-defined] # a list of plans
        yield from _operators(child)
