"""The integrity check: the rules of the graph that no constraint states. What is on disk is the server's to check."""

from graphmem.stores.neo4j.graph import Graph
from graphmem.stores.neo4j.shipped import shipped_statements

__all__ = ["check"]


def check(graph: Graph) -> list[str]:
    """Return what is wrong, in words, over all namespaces of the database."""
    rules = [s for s in shipped_statements().values() if s.name.startswith("check_")]
    counted = graph.read(lambda tx: [(tx.value(rule.name), rule.about) for rule in rules])
    return [f"{count} {about}" for count, about in counted if count]
