"""Cuts are scored by the published measures, and a row of chats is cut where the topic changes."""

import json
from pathlib import Path

import pytest

from pipelines.evaluate.cli import main
from pipelines.evaluate.segmentation import VARIANTS, cut_figures


def test_cuts_are_scored_by_pk_and_windowdiff() -> None:
    """Right cuts have no error, no cuts miss all, a near miss costs less than a far one, too many cost WindowDiff."""
    true = (10, 20)
    assert cut_figures(true, true, length=30) == {
        "pk": 0.0, "window_diff": 0.0, "precision": 100.0, "recall": 100.0, "cuts": 1.0,
    }  # fmt: skip
    nothing = cut_figures(true, (), length=30)
    assert (nothing["pk"], nothing["precision"], nothing["cuts"]) == (100 * 10 / 25, 0.0, 0.0)
    near, far = cut_figures(true, (11, 20), length=30), cut_figures(true, (15, 20), length=30)
    assert 0 < near["pk"] < far["pk"]
    assert near["recall"] == far["recall"] == 50
    many = cut_figures(true, range(1, 30), length=30)
    assert many["window_diff"] > many["pk"]


def test_the_command_cuts_a_chat(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line a variant: sessions told in one breath are found better with cuts than without."""
    talks = [
        ["I planted tomatoes in the garden.", "The soil in my garden is dry.", "I water the tomatoes daily."],
        ["The train to Porto was late.", "I bought a train ticket at the station.", "The station was full of trains."],
    ]
    sessions = [[{"role": "user", "content": text} for _ in range(2) for text in talk] for talk in talks * 2]
    record = {
        "question_id": "q", "question_type": "single-session-user", "question": "What did I plant?",
        "answer": "tomatoes",
        "question_date": "2023/05/30 (Tue) 23:40", "answer_session_ids": ["s0"],
        "haystack_dates": [f"2023/05/{n + 1:02} (Mon) 10:00" for n in range(4)],
        "haystack_session_ids": [f"s{n}" for n in range(4)], "haystack_sessions": sessions,
    }  # fmt: skip
    record["haystack_sessions"][0][0]["has_answer"] = True  # type: ignore[index] # JSON, as it is read
    path = tmp_path / "longmemeval.json"
    path.write_text(json.dumps([record]))
    assert main(["segments", "longmemeval", "--data", str(path)]) == 0
    found = {line["what"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert set(found) == set(VARIANTS)
    assert found["depth + both (the default)"]["pk"] < found["no cuts"]["pk"]
    assert main(["segments", "longmemeval", "--data", str(tmp_path / "none.json")]) == 2
