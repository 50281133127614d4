"""Measuring resolution: references lead to names, and the figures are those of the links."""

import json
from pathlib import Path

import pytest

from graphmem.errors import FormatError, NotFound
from pipelines.resolution import PAIRS, Figure, Pair, labelled_pairs, linked, measure


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A tiny corpus of our own in the schemas of the development data."""
    corpus = [{"title": "Orla Penn", "text": "Dr. Orla Penn built the mill. Penn was born in Estwick."}]
    chat = {"speaker_a": "Melanie", "speaker_b": "Bo", "session_1": [{"dia_id": "D1:1", "text": "Hey Mel!"}]}
    for name, value in (("multihop/2wiki/corpus.json", corpus), ("locomo/locomo_dev.json", [{"conversation": chat}])):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(value), encoding="utf-8")
    pairs = [
        "# comment",
        "2wiki:0:title:0-9\t2wiki:0:text:0-13\t1\t1\tfull",
        "2wiki:0:title:\t2wiki:0:text:30-34\t1\t1\tpart",
        "locomo:0:speaker_a:\tlocomo:0:D1/1:4-7\t1\t1\tspeaker",
        "locomo:0:speaker_a:\tlocomo:0:speaker_b:\t0\t1\tspeaker",
    ]
    (tmp_path / "pairs.tsv").write_text("\n".join(pairs) + "\n", encoding="utf-8")
    return tmp_path


def test_references_lead_to_names(data: Path) -> None:
    """Titles, places in texts, speakers and places in turns are read from the data."""
    pairs = labelled_pairs(data, pairs=data / "pairs.tsv")
    names = [(p.first, p.second) for p in pairs]
    assert names == [("Orla Penn", "Dr. Orla Penn"), ("Orla Penn", "Penn"), ("Melanie", "Mel"), ("Melanie", "Bo")]
    assert [p.same for p in pairs] == [True, True, True, False]


def test_figures(data: Path) -> None:
    """Precision is of the links, recall of all that are the same; a session brings the short forms."""
    pairs = labelled_pairs(data, pairs=data / "pairs.tsv")
    together, apart = measure(pairs, together=True), measure(pairs, together=False)
    assert together["all"] == Figure(links=3, right=3, positives=3)
    assert (apart["all"].precision, apart["all"].recall) == (100.0, 33.3)
    assert apart["in part"].precision is None
    assert linked(Pair("Ada", "ADA", same=True, persons=False, category="x"), together=False) == "same"


def test_absent_data_is_told(data: Path, tmp_path: Path) -> None:
    """A folder without the data, and data that does not hold a reference, are told apart."""
    with pytest.raises(NotFound, match="--data"):
        labelled_pairs(tmp_path / "none", pairs=data / "pairs.tsv")
    wrong = data / "wrong.tsv"
    wrong.write_text("2wiki:7:title:\t2wiki:0:title:\t0\t0\tx\n", encoding="utf-8")
    with pytest.raises(FormatError, match="2wiki:7:title"):
        labelled_pairs(data, pairs=wrong)


def test_the_shipped_pairs_hold_references_only() -> None:
    """The labelled pairs name places in the data and labels, never the data's text."""
    rows = [line.split("\t") for line in PAIRS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(rows) >= 300
    assert {len(row) for row in rows} == {5}
    assert all(len(reference.split(":")) == 4 and " " not in reference for row in rows for reference in row[:2])
