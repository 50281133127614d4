"""One of several processes that write into one namespace of a Neo4j server.

`python -m tests.crash.neo4j_writer URI PASSWORD NAMESPACE WRITER COUNT` tells COUNT interactions, twenty a batch, every
other one shared with all writers, and what they assert; it starts when a line comes on its input.
"""

import sys

from graphmem.ports import Batch
from graphmem.stores.neo4j import Neo4jStore
from graphmem.testing.material import NOW, about_ada, entity, mention, turn

BATCH = 20


def tell(store: Neo4jStore, namespace: str, writer: int, count: int) -> None:
    """Tell a writer's interactions: the even ones are everybody's, the odd ones its own."""
    for start in range(0, count, BATCH):
        numbers = range(start, start + BATCH)
        told = [turn(n) if n % 2 == 0 else turn(n, id=f"own-{writer}-{n}", session=f"own-{writer}") for n in numbers]
        store.admit(namespace, told[:: -1 if writer % 2 else 1], now=NOW)
        store.save(namespace, about_ada(*(i.id for i in told)), now=NOW)
        names = [f"Person {n % 30}" for n in numbers][:: -1 if writer % 3 else 1]
        batch = Batch(
            entities=[entity(name, kind="person") for name in names],
            mentions=[mention(i.id, name) for i, name in zip(told, names, strict=True)],
        )
        store.save(namespace, batch, now=NOW)


def main() -> None:
    uri, password, namespace, writer, count = sys.argv[1:]
    with Neo4jStore.open(uri, auth=("neo4j", password)) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        tell(store, namespace, int(writer), int(count))


if __name__ == "__main__":
    main()
