"""Schema and indexes at the command line: looked at, migrated, made ahead."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from graphmem import Memory
from graphmem.cli.app import run
from graphmem.errors import SchemaOutdated
from graphmem.ports import Embedder
from graphmem.stores.sqlite.database import open_database
from graphmem.stores.sqlite.migrations import migrate, shipped_migrations

Graphmem = Callable[..., tuple[int, str, str]]

SHIPPED = shipped_migrations()
LAST = f"{SHIPPED[-1].version:04d}_{SHIPPED[-1].name}"


@pytest.fixture
def graphmem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Graphmem:
    """Run commands in an empty folder, in this process; returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            run(list(arguments))
        told = capfd.readouterr()
        return int(left.value.code or 0), told.out, told.err

    return command


def older(path: Path) -> None:
    """Make a store that lacks the last migration."""
    database = open_database(path, create=True, read_only=False)
    migrate(database, SHIPPED[:-1])
    database.close()


def test_an_older_store_is_looked_at_then_migrated(graphmem: Graphmem, tmp_path: Path) -> None:
    """--check names what is lacking, changes nothing and leaves with 1; without it that is run, once."""
    older(tmp_path / "graphmem.db")
    before = (tmp_path / "graphmem.db").read_bytes()
    assert graphmem("migrate", "--check")[:2] == (1, f"lacks {LAST}\n")
    assert (tmp_path / "graphmem.db").read_bytes() == before
    code, out, _ = graphmem("migrate", "--json")
    assert (code, json.loads(out)) == (0, {"store": "graphmem.db", "lacking": [LAST], "migrated": True})
    assert graphmem("migrate", "--check")[:2] == (0, "the schema is up to date\n")
    assert graphmem("migrate")[:2] == (0, "the schema is up to date\n")


def test_there_is_nothing_to_migrate(graphmem: Graphmem, tmp_path: Path) -> None:
    """A store that is not there is not made by looking at its schema."""
    code, _, err = graphmem("migrate")
    assert (code, "no memory at graphmem.db" in err) == (1, True)
    assert not list(tmp_path.iterdir())


def test_an_index_is_made_ahead(graphmem: Graphmem, monkeypatch: pytest.MonkeyPatch) -> None:
    """`index` counts what is indexed here; the server's is a server's, and a limit is a number."""
    assert graphmem("remember", "--text", "I live in Porto.", "--speaker", "Ada", "--no-facts")[0] == 0
    assert graphmem("index")[:2] == (0, "1 interactions are indexed here\n")
    assert "no search of its own" in graphmem("index", "--server")[2]
    assert graphmem("index", "--anew")[0] == 2
    monkeypatch.setenv("GRAPHMEM_INDEX_LIMIT", "0")
    code, _, err = graphmem("recall", "Porto")
    assert (code, "index_limit=0" in err) == (1, True)
    monkeypatch.setenv("GRAPHMEM_INDEX_LIMIT", "many")
    assert "GRAPHMEM_INDEX_LIMIT is 'many'" in graphmem("recall", "Porto")[2]


@pytest.mark.parametrize("how", [{"migrate": False}, {"read_only": True}])
def test_an_older_store_is_refused_where_asked(tmp_path: Path, embedder: Embedder, how: dict[str, bool]) -> None:
    """Who only reads, or does not want it migrated, is told the way out; nothing is changed; else it is migrated."""
    older(tmp_path / "m.db")
    before = (tmp_path / "m.db").read_bytes()
    with pytest.raises(SchemaOutdated, match="graphmem migrate"):
        Memory.open(tmp_path / "m.db", embedder=embedder, extractor=None, **how)
    assert (tmp_path / "m.db").read_bytes() == before
    Memory.open(tmp_path / "m.db", embedder=embedder, extractor=None).close()
    Memory.open(tmp_path / "m.db", embedder=embedder, extractor=None, **how).close()
