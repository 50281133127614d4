"""Comparing answers of two stores."""

from pathlib import Path as FilePath

import pytest

from graphmem import Hit, Recollection
from graphmem.model import Path, Why
from pipelines.equality import Agreement, main


def answer(*ids: str, score: float = 1.0, step: str = "a") -> Recollection:
    path = Path(steps=(("Interaction", step, "text"),))
    hits = tuple(Hit(type="interaction", id=id_, score=score, text=id_, why=Why(path=path)) for id_ in ids)
    return Recollection(text="?", hits=hits)


@pytest.mark.parametrize(
    ("other", "order", "paths", "scores"),
    [
        (answer("x", "y"), 1, 1, 1),
        (answer("x", "y", score=1 + 5e-7), 1, 1, 1),
        (answer("x", "y", score=1 + 5e-6), 1, 1, 0),
        (answer("x", "y", step="b"), 1, 0, 1),
        (answer("y", "x"), 0, 0, 0),
        (answer("x"), 0, 0, 0),
        (answer(), 0, 0, 0),
    ],
)
def test_every_way_to_differ_is_counted(other: Recollection, order: int, paths: int, scores: int) -> None:
    """Ids and their order, paths, and scores beyond 1e-6 are told apart, and only equal answers are complete."""
    found = Agreement()
    found.take(answer("x", "y"), other)
    assert (found.questions, found.same_order, found.same_paths, found.same_scores) == (1, order, paths, scores)
    assert found.complete == (order == paths == scores == 1)
    found.take(answer("x"), answer("x"))
    assert found.complete == (order == paths == scores == 1)


def test_missing_data_is_said(tmp_path: FilePath, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the benchmark data the command says so and leaves with 2, before any server is started."""
    assert main(["--data", str(tmp_path)]) == 2
    assert "equality: " in capsys.readouterr().err
