"""The evaluation of time phrases: what labels mean, and the command on a tiny data set of our own."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest

from graphmem.text.time import time_spans
from pipelines.evaluate.cli import main
from pipelines.evaluate.ordinary import false_dates, ordinary_sentences
from pipelines.evaluate.timephrases import Label, compare, is_right, labels

SAID = datetime(2023, 7, 14, 15, 30, tzinfo=UTC)


def label(text):
    return Label("own", "chat", "1", 0, len("yesterday"), SAID, text)


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("yesterday", "D2023-07-13", "D2023-07-12"),
        ("last week", "W2023-07-03", "D2023-07-03"),
        ("last weekend", "E2023-07-08", "E2023-07-01"),
        ("last month", "M2023-06", "M2022-06"),
        ("last summer", "S2022-06", "S2021-06"),
        ("last year", "Y2022", "Y2021"),
        ("last night", "N2023-07-13", "N2023-07-12"),
        ("yesterday at 3pm", "T2023-07-13T15", "T2023-07-13T16"),
        ("a few days ago", "V2023-07-08,2023-07-13", "V2023-07-01,2023-07-10"),
        ("since May 2023", ">2023-05-01", "<2023-05-01"),
        ("until May 2023", "<2023-06-01", "<2023-05-01"),
        ("the next 24 hours", "H24", "H12"),
        ("lately", "recent", "soon"),
        ("soon", "soon", "recent"),
        ("every day", "rec", "dur"),
        ("for five years", "dur", "anch"),
        ("two days after the party", "anch", "rec"),
    ],
)
def test_a_label_is_met_by_what_it_means_and_by_nothing_else(text, right, wrong):
    """Every kind of label tells its phrase from another."""
    (span,) = time_spans(text, reference=SAID)
    assert is_right(span, label(right))
    assert not is_right(span, label(wrong))


def test_the_labels_are_many_and_hold_no_text():
    """At least 300 phrases, each once, by ids and offsets; none of the data's words."""
    known = labels()
    places = {(k.dataset, k.case, k.turn, k.first) for k in known}
    assert len(known) == len(places) >= 300
    assert all(0 <= k.first < k.stop for k in known)
    assert {k.batch for k in known} == {"1", "2"}


def test_another_parser_is_right_where_its_instant_lies_inside():
    """It is given the phrase alone; lengths and recurrences are not asked of it."""
    texts = {("own", "chat", "1"): "yesterday we swam"}
    told = compare(lambda _, said: said - timedelta(days=1), [label("D2023-07-13"), label("rec")], texts)
    assert told == {"n": 1, "coverage": 100.0, "exact": 100.0}
    assert compare(lambda *_: None, [label("D2023-07-13")], texts)["coverage"] == 0


def test_sentences_with_ordinary_words_are_told_from_those_with_times():
    """A sentence counts when it holds such a word and nothing else that may tell a time."""
    texts = ["They may march in the sun. They may come on Monday. Nothing else is said here, really."]
    assert ordinary_sentences(texts) == ["They may march in the sun."]
    assert false_dates(["They may march in the sun."]) == []
    assert false_dates(["They met yesterday."]) == ["They met yesterday."]


def test_the_command_scores_the_turns_it_finds(tmp_path, capsys):
    """A folder with some of the turns is scored on those; a folder without them is refused."""
    first = next(k for k in labels() if k.dataset == "locomo" and k.label == "Y2022")
    turn = {"dia_id": first.turn, "text": "x " * (first.first // 2) + " " * (first.first % 2) + "last year"}
    for folder in ("locomo", "longmemeval"):
        (tmp_path / folder).mkdir()
    chat = [{"sample_id": first.case, "conversation": {"session_1": [turn]}}]
    (tmp_path / "locomo" / "locomo_dev.json.gz").write_bytes(gzip.compress(json.dumps(chat).encode()))
    (tmp_path / "longmemeval" / "longmemeval_s_dev.jsonl.gz").write_bytes(gzip.compress(b""))
    assert main(["timephrases", "--data", str(tmp_path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["systems"]["graphmem"] == {"n": 1, "coverage": 100.0, "exact": 100.0}
    assert told["missing"] == len(labels()) - 1
    (tmp_path / "locomo" / "locomo_dev.json.gz").write_bytes(gzip.compress(b"[]"))
    assert main(["timephrases", "--data", str(tmp_path)]) == 2
    assert main(["timephrases", "--data", str(tmp_path / "nowhere")]) == 2
