"""Fixtures for pytest: import them in a `conftest.py`."""

import os
from collections.abc import Iterator

import pytest

from graphmem.testing.neo4j import VERSIONS, NoServer, Server, server

__all__ = ["neo4j_server"]


@pytest.fixture(scope="session", params=VERSIONS)
def neo4j_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Start a Neo4j of each version, once and one after the other; in CI a missing one is a failure."""
    version: str = request.param
    try:
        with server(version, pom=request.config.rootpath / "tests" / "neo4j" / "pom.xml") as running:
            yield running
    except NoServer as err:
        told = f"Neo4j {version} is not tested: {err}"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
