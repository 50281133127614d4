"""Nothing acknowledged is lost, whatever happens to a process; the scripts' own figures are asked for in make bench."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphmem import Memory
from graphmem.stores.sqlite import SqliteStore

HERE = Path(__file__).parent


def _run(script: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(HERE / script), *arguments], capture_output=True, text=True, timeout=250, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_kill_9_loses_nothing_acknowledged() -> None:
    """Killed in the middle of writing, again and again: all that was acknowledged is there, whole, and once."""
    found = _run("kill_test.py", "--kills", "6", "--seed", "7")
    assert found["kills"] == 6
    assert found["acknowledged_saves"] > 0
    assert [found[k] for k in ("lost", "torn", "duplicates", "unsound", "unfinished")] == [0] * 5


def test_two_processes_write_one_file() -> None:
    """Two processes that tell their own and shared interactions lose none, repeat none, and see each other's."""
    found = _run("two_writers.py", "--size", "300")
    assert found["there"] == found["expected"] == 2 * 300 - 30
    assert found["mentions"] == 3 * found["expected"]


def test_a_kill_between_forgetting_and_judging_heals_at_the_next_open(tmp_path: Path) -> None:
    """Killed right behind the erasure of a second home: the next open has the third end the first."""
    path = tmp_path / "a.db"
    command = [sys.executable, str(HERE / "forgetter.py"), str(path)]
    died = subprocess.run(command, capture_output=True, text=True, timeout=250, check=False)
    assert died.returncode == -9, died.stdout + died.stderr
    with SqliteStore.open(path) as store:
        assert store.unjudged("default") != []
        assert [(f.object, f.closed_at) for f in store.facts("default", expired=True) if f.object == "Porto"] == [
            ("Porto", None)
        ]
    with Memory.open(path) as memory:
        assert memory.store.unjudged("default") == []
        homes = {f.object: f.closed_at for f in memory.facts(about="Ada", include_superseded=True)}
    assert homes == {"Porto": datetime(2022, 1, 1, tzinfo=UTC), "Rome": None}
