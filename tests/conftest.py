"""Fixtures shared by all tests: the real embedder and the real parser, loaded once."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from graphmem import Memory
from graphmem.models.registry import load_embedder
from graphmem.ports import Embedder, Extractor
from graphmem.testing.fixtures import neo4j_server  # noqa: F401 # a fixture, for all tests
from graphmem.testing.neo4j import VERSIONS
from graphmem.write.extract import SpacyExtractor

#: Before any test module imports it: what is imported first is not rewritten, and pytest warns.
pytest.register_assert_rewrite("graphmem.testing.contracts")

#: A busy machine is no defect; and a run that was green is green again: what is tried derives from each test alone.
#: `pytest --hypothesis-profile=search` tries others, more of them where the test does not say how many.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("graphmem", _PATIENT, derandomize=True)
settings.register_profile("search", _PATIENT, derandomize=False, max_examples=1_000)
settings.load_profile("graphmem")

#: What needs torch runs in an environment of its own (`make test` makes it): spaCy loads torch wherever it is.
collect_ignore = [] if find_spec("torch") else ["torch"]

WHEN = datetime(2026, 3, 1, 9, tzinfo=UTC)

Opener = Callable[..., Memory]


class _ByServer(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Keeps all tests on one version of Neo4j in one process, which starts that server once; spreads the others."""

    def _split_scope(self, nodeid: str) -> str:
        told = nodeid.rpartition("[")[2]
        return next((version for version in VERSIONS if version in told), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Tell what `pytest -n 2` runs where."""
    return _ByServer(config, log)


@pytest.fixture(autouse=True, scope="session")
def _no_environment() -> None:
    """The library takes arguments, never the environment: what a developer has set must not reach the tests."""
    for name in [n for n in os.environ if n.startswith("GRAPHMEM_") and not n.startswith("GRAPHMEM_TEST_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The default embedder: all-MiniLM-L6-v2 on ONNX Runtime."""
    return load_embedder()


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """The default extractor: spaCy with the packaged English model."""
    return SpacyExtractor()


@pytest.fixture
def opened(embedder: Embedder, extractor: Extractor, tmp_path: Path) -> Iterator[Opener]:
    """Open memories with the shared models; all are closed at the end. The default place is one file per test."""
    memories: list[Memory] = []

    def open_memory(location: str | Path | None = None, **options: object) -> Memory:
        chosen = {"embedder": embedder, "extractor": extractor, "namespace": "user/ada", **options}
        memories.append(Memory.open(location or tmp_path / "memory.db", **chosen))  # type: ignore[arg-type]
        return memories[-1]

    yield open_memory
    for memory in memories:
        memory.close()
