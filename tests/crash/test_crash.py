"""Nothing acknowledged is lost, whatever happens to a process; the scripts' own figures are asked for in make bench."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

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
