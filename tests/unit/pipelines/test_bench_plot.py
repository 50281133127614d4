"""The picture of what a recall costs at size."""

from xml.etree import ElementTree as ET

from pipelines.bench_plot import Cost, costs, drawn

SCALE = {"bench": "scale", "kind": "chat", "interactions": 1_000, "recall_p50_ms": 9.0, "recall_p95_ms": 12.5}
OPENED = {"bench": "neo4j-open", "neo4j": "5.26.1", "interactions": 10_000}


def test_costs_are_read_from_both_stores_results_by_size():
    """Chats on SQLite and warm memories on Neo4j count; the later result of a size does; other lines do not."""
    mixed = {**SCALE, "kind": "chat and passages"}
    opened = {**OPENED, "cold": {}, "warm": {"recall_p50_ms": 20.0, "recall_p95_ms": 31.0}}
    again = {**SCALE, "recall_p50_ms": 8.0}
    assert costs([SCALE, mixed, {"bench": "ingest"}, opened, again]) == [
        Cost("Neo4j 5.26.1", 10_000, 20.0, 31.0),
        Cost("SQLite", 1_000, 8.0, 12.5),
    ]


def test_picture_holds_every_cost_within_its_frame():
    """Two curves a store and a point per cost, inside the picture; one cost alone is drawn, too; a rerun is equal."""
    found = [Cost("Neo4j 5", 1_000, 11.0, 16.0), Cost("SQLite", 1_000, 9.0, 12.0), Cost("SQLite", 100_000, 34.0, 47.0)]
    for told in (found, found[:1]):
        root = ET.fromstring(drawn(told))
        points = root.findall("{*}circle")
        assert len(points) == 2 * len(told)
        assert all(0 < float(p.get("cx", "")) < 640 and 0 < float(p.get("cy", "")) < 360 for p in points)
        assert len(root.findall("{*}polyline")) == 2 * len({cost.store for cost in told})
    assert drawn(found) == drawn(found)
