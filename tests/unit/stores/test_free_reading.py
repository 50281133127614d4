"""What a plan tells of a statement, and how values are shown."""

from types import SimpleNamespace
from typing import Any

import pytest

from graphmem.errors import InvalidInput
from graphmem.stores.neo4j.free_reading import plain_value, refuse_more_than_reading


def summary(*details: str, operator: str = "Projection@neo4j", query_type: str = "r") -> Any:
    """A driver's summary: the plan is a chain of operators with these details."""
    plan: dict[str, Any] = {"operatorType": "ProduceResults@neo4j", "args": {}, "children": []}
    for one in details:
        plan = {"operatorType": operator, "args": {"Details": one}, "children": [plan]}
    return SimpleNamespace(query_type=query_type, plan=plan)


@pytest.mark.parametrize(
    "details",
    [
        "apoc.cypher.runFirstColumnSingle($autostring_0, {}) AS x",
        "`apoc`.`cypher`.runFirstColumnMany($a, {}) AS x",
        "`apoc.cypher`.runFirstColumnMany($a, {}) AS x",
        "apoc . load . jsonParams($a) AS x",
        "date($d) AS d, evil.readFile($a) AS x",
    ],
)
def test_functions_of_plugins_are_refused_however_they_are_written(details: str) -> None:
    """A plugin's function may run statements or read files, so only Neo4j's own namespaces are called."""
    with pytest.raises(InvalidInput, match="plugins"):
        refuse_more_than_reading(summary(details))


@pytest.mark.parametrize(
    "details",
    [
        "vector.similarity.cosine($autolist_0, t.embedding) AS `score(t.name, x.y(`",
        "datetime.truncate($unit, t.at) AS day, point.distance(a.place, b.place) AS far",
        "t.name, t.at, toLower(t.name) AS `evil.readFile(`",
        "cache[t.name] > $autoint_0 AND size(t.list) = 3",
    ],
)
def test_neo4js_own_functions_and_any_column_name_are_taken(details: str) -> None:
    """What a column is called says nothing of what is run."""
    refuse_more_than_reading(summary(details))


def test_an_operator_anywhere_in_the_plan_counts() -> None:
    """What is denied is denied however deep it lies; other types of statements, and no plan at all, are refused."""
    for operator in ("LoadCSV@neo4j", "ProcedureCall", "ShowSettings@system", "TerminateTransactions", "CreateNode"):
        with pytest.raises(InvalidInput, match="only reads"):
            refuse_more_than_reading(summary("a", "b", "c", operator=operator))
    for query_type in ("w", "rw", "s"):
        with pytest.raises(InvalidInput, match="only reads"):
            refuse_more_than_reading(summary("a", query_type=query_type))
    with pytest.raises(InvalidInput, match="only reads"):
        refuse_more_than_reading(SimpleNamespace(query_type="r", plan=None))  # type: ignore[arg-type] # as the driver's


def test_values_are_cut_to_what_an_answer_can_hold() -> None:
    """Long texts and lists say what is missing, bytes are counted, and nesting ends."""
    assert plain_value("x" * 3_000) == "x" * 2_000 + "…"
    assert plain_value(list(range(300)))[199:] == [199, "… 100 more"]
    assert plain_value({"vector": b"1234"}) == {"vector": "<4 bytes>"}
    nested: Any = "end"
    for _ in range(20):
        nested = [nested]
    assert "end" not in str(plain_value(nested))
