"""The state machine of stores on a real server: fewer examples, every rule and every law."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from graphmem.ports import Store
from graphmem.stores.neo4j import Neo4jStore
from graphmem.testing.material import NS
from tests.property.test_store_machine import StoreMachine

#: A step takes some fifty round trips.
_FEW = settings(
    max_examples=3,
    stateful_step_count=10,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def test_the_graph_holds_what_the_model_holds(neo4j_store: Neo4jStore) -> None:
    """Through any sequence of writes and erasures the graph holds what a model of sets holds, and is sound."""

    class OnGraph(StoreMachine):
        def opened(self) -> Store:
            return neo4j_store

        def teardown(self) -> None:
            assert neo4j_store.check() == []
            if neo4j_store.namespace(NS) is not None:
                neo4j_store.erase_namespace(NS)

        def the_store_is_sound(self) -> None:
            """Asked at the end: the check looks at the whole database."""

    run_state_machine_as_test(OnGraph, settings=_FEW)
