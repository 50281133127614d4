"""A Neo4j for developers: started, filled with the demo's memory, its Browser dressed; Ctrl-C stops it.

Run it from the repository: `python -m tools.neo4j_dev [--version 2026.09.0] [--folder out/neo4j]`. Where a Docker
engine answers, the server is the one of `docker/compose.yml`; else it is put together from its Maven artifacts. Data
stays where it is, so that a second start is quick.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from graphmem import Memory  # noqa: E402 # found beside this folder
from graphmem.browser import DEMO, AssetServer, browser_address  # noqa: E402
from graphmem.testing.neo4j import VERSIONS, AssembledServer, NoServer  # noqa: E402
from pipelines.demo.history import runs  # noqa: E402
from pipelines.demo.work import work  # noqa: E402

COMPOSE = ("docker", "compose", "-f", str(ROOT / "docker" / "compose.yml"))
PASSWORD = "graphmem-dev"  # noqa: S105 # of a server on loopback that holds invented people


@dataclass(frozen=True)
class Running:
    """A server that answers, and where its Browser is."""

    uri: str
    user: str
    password: str
    browser: str


def main(argv: Sequence[str] | None = None) -> int:
    """Run until interrupted; return 0, or 1 where no server can be had."""
    parser = argparse.ArgumentParser(prog="python -m tools.neo4j_dev", description=__doc__)
    parser.add_argument("--version", choices=VERSIONS, default=VERSIONS[0])
    parser.add_argument("--folder", type=Path, default=Path("out") / "neo4j", help="where an assembled one keeps data")
    asked = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with started(asked.version, folder=asked.folder) as running, AssetServer(parameters=DEMO) as assets:
            load(running)
            tell(running, assets)
            assets.wait()
    except NoServer as err:
        print(f"no Neo4j: {err}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; what it holds is kept", file=sys.stderr)
    return 0


@contextmanager
def started(version: str, *, folder: Path) -> Iterator[Running]:
    """Yield a server, by Docker or assembled, and stop it afterwards."""
    print(f"starting Neo4j {version} (the first time it is fetched, too) ...", file=sys.stderr)
    if docker_answers():
        environment = {**os.environ, "NEO4J_VERSION": version, "NEO4J_PASSWORD": PASSWORD}
        try:
            subprocess.run([*COMPOSE, "up", "--detach", "--wait", "neo4j"], env=environment, check=True)
            yield Running("neo4j://localhost:7687", "neo4j", PASSWORD, "http://localhost:7474/browser/")
        finally:
            subprocess.run([*COMPOSE, "stop", "neo4j"], env=environment, check=False)
        return
    home = (folder / version).resolve()
    with AssembledServer(version, pom=ROOT / "tests" / "neo4j" / "pom.xml", home=home, brief=False) as server:
        found = server.started()
        yield Running(found.uri, found.user, found.password, server.browser)


def docker_answers() -> bool:
    """Return whether a Docker engine and its compose command are there."""
    try:
        engine = subprocess.run(["docker", "info"], capture_output=True, timeout=20, check=False)
        compose = subprocess.run([*COMPOSE[:2], "version"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return engine.returncode == 0 == compose.returncode


def load(running: Running) -> None:
    """Remember the sample history and the work on it; what an earlier start remembered is known."""
    began, new = time.perf_counter(), 0
    with Memory.open(running.uri, namespace=DEMO.namespace, auth=(running.user, running.password)) as memory:
        for run in runs():
            new += memory.remember(run.told, session=run.session).interactions
        work(memory)
        stats = memory.stats()
    took = f"{new} of them new, in {time.perf_counter() - began:.0f} s"
    print(
        f"{stats.interactions} interactions ({took}), {stats.entities} entities, {stats.facts} facts", file=sys.stderr
    )


def tell(running: Running, assets: AssetServer) -> None:
    """Print where everything is."""
    address = browser_address(running.browser, guide=f"{assets.address}/guide.html")
    print(f"Browser:  {address}")
    print(f"login:    {running.uri}  user {running.user}  password {running.password}")
    print("then:     " + "\n          ".join(assets.commands))
    print(f"shell:    NEO4J_PASSWORD={running.password} .venv/bin/graphmem recall 'Who is Zola?' "
          f"--store {running.uri} --namespace {DEMO.namespace}")  # fmt: skip
    print("Ctrl-C stops it; what it holds is kept.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
