"""Sessions as a production needs them: a driver of the caller's, other users, what others wrote, what is not sent."""

import logging
from collections.abc import Iterator

import neo4j
import pytest

from graphmem.errors import InvalidInput, StoreError, StoreUnavailable
from graphmem.stores.neo4j import Neo4jStore
from graphmem.testing.material import NOW, NS, about_ada, turns
from graphmem.testing.neo4j import Server
from graphmem.testing.neo4j_backdoor import Neo4jBackdoor


@pytest.fixture
def driver(neo4j_server: Server, emptied: Neo4jBackdoor) -> Iterator[neo4j.Driver]:
    """A driver of somebody's, on an empty database."""
    silent = [neo4j.NotificationDisabledClassification.UNRECOGNIZED]
    with neo4j.GraphDatabase.driver(
        neo4j_server.uri, auth=neo4j_server.auth, notifications_disabled_classifications=silent
    ) as driver:
        yield driver


def test_a_driver_of_the_callers_is_worked_over(neo4j_server: Server, driver: neo4j.Driver) -> None:
    """A store on a driver that is there does what one with its own does; closing it leaves the driver open."""
    store = Neo4jStore.on(driver, database="neo4j")
    store.admit(NS, turns(2), now=NOW)
    store.save(NS, about_ada("turn-1"), now=NOW)
    assert neo4j_server.uri in store.location
    assert store.location.endswith("/neo4j")
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        store.seq(NS)
    driver.verify_connectivity()
    with (
        Neo4jStore.on(driver, read_only=True) as other,
        Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth) as own,
    ):
        assert other.history(NS) == own.history(NS)
        assert other.facts(NS) == own.facts(NS)
        with pytest.raises(StoreUnavailable, match="read_only"):
            other.admit(NS, turns(3), now=NOW)


def test_a_driver_of_the_callers_may_not_fit(driver: neo4j.Driver) -> None:
    """A database that is not there, a user who cannot be stood in for and a time of nothing are refused, and why."""
    with pytest.raises(StoreUnavailable, match="no database of that name"):
        Neo4jStore.on(driver, database="nowhere")
    with pytest.raises(StoreError, match="Impersonation is not supported in community edition"):
        Neo4jStore.on(driver, impersonated_user="ada")
    with pytest.raises(InvalidInput, match="timeout"):
        Neo4jStore.on(driver, timeout=0)


def test_what_another_process_wrote_is_waited_for(neo4j_server: Server, neo4j_store: Neo4jStore) -> None:
    """Told what stands for another's writes, every read and write carries it to the server, which waits for it."""
    with Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth) as other:
        neo4j_store.admit(NS, turns(1), now=NOW)
        known = neo4j_store.bookmarks()
        assert known
        other.follow(known)
        assert set(known) <= set(other.bookmarks())
        assert [i.id for i in other.history(NS)] == ["turn-1"]
        other.follow(["a bookmark of no server"])
        with pytest.raises(StoreUnavailable, match="open the store again"):
            other.history(NS)
        with pytest.raises(StoreUnavailable, match="open the store again"):
            other.admit(NS, turns(2), now=NOW)
    assert neo4j_store.stats(NS).interactions == 1


def test_own_writes_are_waited_for(neo4j_store: Neo4jStore) -> None:
    """Each write moves the mark that later reads wait for: what was told before counts no more."""
    neo4j_store.admit(NS, turns(1), now=NOW)
    before = neo4j_store.bookmarks()
    neo4j_store.admit(NS, turns(2), now=NOW)
    after = neo4j_store.bookmarks()
    assert len(before) == len(after) == 1
    assert before != after


def test_the_driver_tells_nobody_how_it_is_used(neo4j_store: Neo4jStore, caplog: pytest.LogCaptureFixture) -> None:
    """Of what the driver could report to the server about its use, nothing is sent."""
    with caplog.at_level(logging.DEBUG, logger="neo4j"):
        neo4j_store.admit(NS, turns(1), now=NOW)
        neo4j_store.history(NS)
    said = [record.getMessage() for record in caplog.records]
    assert any("COMMIT" in line for line in said)
    assert not [line for line in said if "TELEMETRY" in line]
