"""`make bench`: what it would run."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from pipelines.bench import main, measurements


def test_every_measurement_is_a_command_of_its_own(tmp_path: Path) -> None:
    """Names differ, for results are files of these names; each command is a module that is there."""
    found = list(measurements(tmp_path, out=tmp_path))
    assert len({m.name for m in found}) == len(found)
    assert all(m.command[1] == "-m" and find_spec(m.command[2]) for m in found)


def test_the_list_runs_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--list` tells the chosen commands and leaves no file; without data it says where they are wanted."""
    (tmp_path / "data").mkdir()
    assert main(["--data", str(tmp_path / "data"), "--out", str(tmp_path / "out"), "--only", "mixed", "--list"]) == 0
    assert capsys.readouterr().out.startswith("mixed: -m pipelines.evaluate mixed")
    assert not (tmp_path / "out").exists()
    assert main(["--data", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out"), "--list"]) == 2
