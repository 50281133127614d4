"""Reaching a server: the driver as we set it up, or the caller's own, and whether the server is new enough."""

import re
import time
from contextlib import suppress

import neo4j
from neo4j.exceptions import AuthError, ConfigurationError, DriverError, GqlError, Neo4jError, ServiceUnavailable

from graphmem.errors import InvalidInput, StoreUnavailable
from graphmem.stores.neo4j.address import Address
from graphmem.stores.neo4j.failures import translated
from graphmem.stores.neo4j.graph import Graph, Seat

__all__ = ["connect", "joined"]

#: The oldest server that understands all statements.
OLDEST = (5, 26)
#: Seconds between two tries to reach a server that is waited for.
_PAUSE = 0.5
#: Seconds of idleness after which a connection is asked whether it still lives before it is used: firewalls and load
#: balancers forget connections without a word, the strictest after some four minutes.
_IDLE = 60.0
_NOBODY = (
    "the server wants to know who asks: give user and password (auth=, or neo4j://user:password@host; on the command "
    "line the environment's NEO4J_PASSWORD, and NEO4J_USERNAME where it is not neo4j)"
)


def connect(
    address: Address,
    *,
    read_only: bool,
    retry_seconds: float,
    connect_seconds: float,
    timeout: float | None,
    wait_seconds: float = 0.0,
) -> Graph:
    """Connect to a server and see that it answers, waiting for it as long as told.

    Raises:
        InvalidInput: an option is out of range.
        StoreUnavailable: no server answers, it is no Neo4j that we know, or it refuses user, password or database.
    """
    if min(retry_seconds, wait_seconds) < 0 or connect_seconds <= 0 or (timeout is not None and timeout <= 0):
        raise InvalidInput(
            "retry_seconds and wait_seconds are at least 0 seconds; connect_seconds and timeout are more than 0"
        )
    try:
        driver = neo4j.GraphDatabase.driver(
            address.uri,
            auth=address.auth,
            max_transaction_retry_time=retry_seconds,
            connection_timeout=connect_seconds,
            connection_acquisition_timeout=2 * connect_seconds,
            liveness_check_timeout=_IDLE,
            notifications_disabled_classifications=[neo4j.NotificationDisabledClassification.UNRECOGNIZED],
            telemetry_disabled=True,
            user_agent="graphmem",
        )
    except (DriverError, Neo4jError, ValueError) as err:
        raise translated(err, where=address.location) from err
    seat = Seat(address.location, address.database)
    try:
        agent = _agent(driver, seat, wait_seconds=wait_seconds)
        _check_version(agent, location=seat.location)
    except BaseException as err:
        driver.close()
        if isinstance(err, AuthError) and address.auth is None:
            raise StoreUnavailable(f"{seat.location}: {_NOBODY}") from err
        if isinstance(err, ConfigurationError):
            _refuse_old(address, connect_seconds=connect_seconds)
        if isinstance(err, DriverError | Neo4jError | GqlError):
            raise translated(err, where=seat.location) from err
        raise
    return Graph(driver, seat, agent=agent, read_only=read_only, timeout=timeout, owned=True)


def joined(
    driver: neo4j.Driver, *, database: str | None, user: str | None, read_only: bool, timeout: float | None
) -> Graph:
    """Work over a driver that somebody else made, and closes.

    Raises: StoreUnavailable: no server answers, it is too old, or it refuses database or user.
    """
    seat = Seat("the driver's server", database, user)
    try:
        info = _server_of(driver, seat)
    except (DriverError, Neo4jError, GqlError) as err:
        raise translated(err, where=seat.location) from err
    place = f"neo4j://{info.address[0]}:{info.address[1]}"
    seat = Seat(f"{place}/{database}" if database else place, database, user)
    _check_version(info.agent, location=seat.location)
    return Graph(driver, seat, agent=info.agent, read_only=read_only, timeout=timeout, owned=False)


def _server_of(driver: neo4j.Driver, seat: Seat) -> neo4j.ServerInfo:
    """Return who answers, in that database and for that user: in another, the driver's own question may be refused."""
    with driver.session(
        database=seat.database, impersonated_user=seat.user, default_access_mode=neo4j.READ_ACCESS
    ) as session:
        return session.run("/* graphmem:hello */ RETURN 1").consume().server


def _agent(driver: neo4j.Driver, seat: Seat, *, wait_seconds: float) -> str:
    """Return what the server calls itself, as soon as it answers within the time."""
    end = time.monotonic() + wait_seconds
    while True:
        try:
            return _server_of(driver, seat).agent
        except ServiceUnavailable:
            left = end - time.monotonic()
            if left <= 0:
                raise
            time.sleep(min(_PAUSE, left))


def _refuse_old(address: Address, *, connect_seconds: float) -> None:
    """Ask a server that does not know an option what it is, without that option.

    Raises: StoreUnavailable: it is too old, which is why.
    """
    with (
        suppress(DriverError, Neo4jError, GqlError),
        neo4j.GraphDatabase.driver(address.uri, auth=address.auth, connection_timeout=connect_seconds) as plain,
    ):
        _check_version(str(plain.get_server_info().agent), location=address.location)


def _check_version(agent: str, *, location: str) -> None:
    """Refuse a server that is too old; one whose name for itself says no version is believed to be new enough.

    Raises: StoreUnavailable: it is older than `OLDEST`.
    """
    named = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
    if named and (int(named[1]), int(named[2])) < OLDEST:
        raise StoreUnavailable(f"{location}: the server is {agent}, and graphmem needs Neo4j 5.26 or later: upgrade it")
