import json
from pathlib import Path

import pytest

from graphmem.errors import FormatError, NotFound
from graphmem.model import Message, Passage
from pipelines.evaluate.cases import DatasetName
from pipelines.evaluate.datasets import load
from pipelines.evaluate.locomo import evidence_keys, turn_key

DATA = Path(__file__).parents[2] / "data" / "eval"


def test_locomo_evidence_is_split_and_unpadded() -> None:
    """Evidence is split on semicolons and spaces, zero padding goes, what is no label stays as it stands."""
    assert evidence_keys(["D8:6; D9:17", "D30:05"]) == ["D8:6", "D9:17", "D30:05"]
    assert evidence_keys("D1:1 D2:2") == ["D1:1", "D2:2"]
    assert evidence_keys(None) == []
    assert [turn_key(t) for t in ("D30:05", "D02:1", "D:11:26", "D", "")] == ["D30:5", "D2:1", None, None, None]


def test_locomo_cases() -> None:
    """Each conversation is a case; sessions come by number, turns in order, gold by label; the rest is counted."""
    first, second = load("locomo", path=DATA / "locomo.json").cases
    assert first.name == "chat one"
    assert list(dict.fromkeys(u.session for u in first.units)) == ["session_1", "session_2", "session_10"]
    instants = [u.told.at for u in first.units]
    assert instants == sorted(set(instants), key=lambda at: at.timestamp() if at else 0)
    assert [q.gold for q in first.questions] == [{"D1:3"}, {"D2:1"}, {"D1:1", "D10:1"}, {"D2:3"}]
    assert [q.category for q in first.questions] == ["single-hop", "temporal", "multi-hop", "open-domain"]
    assert first.dropped == {
        "questions of no scored category": 1,
        "questions without evidence": 2,
        "evidence labels that name no turn": 2,
        "questions whose evidence names no turn": 1,
    }
    assert [u.key for u in second.units] == ["D1:1", "D1:2"]
    assert second.dropped["session dates unknown (a day after the one before is taken)"] == 1
    assert second.questions[0].gold == {"D1:1"}


def test_locomo_captions() -> None:
    """A caption goes with its turn; a picture without words is told by its caption."""
    first, _ = load("locomo", path=DATA / "locomo.json").cases
    told = {u.key: u.told for u in first.units}
    shared, picture = told["D1:3"], told["D2:4"]
    assert isinstance(shared, Message)
    assert isinstance(picture, Message)
    assert (shared.speaker, shared.caption) == ("Mary Ann", "a grey kitten asleep on a laptop")
    assert (picture.text, picture.caption) == ("a loaf of sourdough bread on a wooden board", None)


def test_longmemeval_cases() -> None:
    """Abstention and assistant-only questions have no case to score; sessions are sorted by date and lose their ids."""
    cases = list(load("longmemeval", path=DATA / "longmemeval.jsonl").cases)
    assert [len(c.questions) for c in cases] == [1, 0, 0, 1]
    assert [c.dropped for c in cases[1:3]] == [{"abstention questions": 1}, {"questions that no user turn answers": 1}]
    units, question = cases[0].units, cases[0].questions[0]
    assert [u.told.text[:17] for u in units if u.from_user] == [
        "I just bought two",
        "I bought a fern f",
        "Can you suggest a",
    ]
    assert question.gold == {"s0001:0", "s0002:0"}
    assert question.gold_sessions == {"s0001", "s0002"}
    assert cases[0].dropped == {"blank turns": 1}
    assert not any("answer" in f"{u.session} {u.told.id}" for u in units)
    assert cases[3].questions[0].gold_sessions == {"s0001"}


def test_multihop_gold_in_every_schema() -> None:
    """Gold is found by index, by title and text, by supporting paragraph or by title; an unknown one is counted."""
    (case,) = load("multihop", path=DATA / "multihop").cases
    assert [sorted(q.gold) for q in case.questions] == [["0", "1"], ["0", "1", "2"], ["1", "5"], ["4"]]
    assert [q.category for q in case.questions] == ["compositional", "3-hop", "comparison", "all"]
    assert case.dropped == {"gold passages that are not in the corpus": 1, "questions without gold in the corpus": 1}
    assert isinstance(case.units[0].told, Passage)
    assert case.units[0].text.startswith("Harbour of Lights\nHarbour of Lights is")


def test_multihop_takes_the_questions_file_where_there_are_two(tmp_path: Path) -> None:
    """Two question files in a folder are refused by name, and either of them can be given itself."""
    for name in ("corpus", "questions", "questions_more"):
        source = DATA / "multihop" / f"{name.removesuffix('_more')}.json"
        (tmp_path / f"{name}.json").write_bytes(source.read_bytes())
    with pytest.raises(FormatError, match=r"questions_more\.json"):
        load("multihop", path=tmp_path)
    (case,) = load("multihop", path=tmp_path / "questions_more.json").cases
    assert len(case.questions) == 4


@pytest.mark.parametrize("name", ["locomo", "longmemeval", "multihop"])
def test_an_absent_path_is_not_found(name: DatasetName, tmp_path: Path) -> None:
    """A path that is not there is said to be absent."""
    with pytest.raises(NotFound, match="no data at"):
        load(name, path=tmp_path / "no such thing")


def test_a_folder_without_corpus_is_refused(tmp_path: Path) -> None:
    """A multihop folder without its corpus is refused with what is expected."""
    (tmp_path / "questions.json").write_text("[]")
    with pytest.raises(FormatError, match="corpus"):
        load("multihop", path=tmp_path)


@pytest.mark.parametrize("turn", [{}, {"text": None}, {"text": "  "}, "loose text", None])
def test_turns_that_say_nothing_are_dropped(turn: object, tmp_path: Path) -> None:
    """A turn without text or caption is left out and counted, and its neighbours keep their places."""
    whole = {"text": "Here I am.", "speaker": "A B"}
    qa = [{"question": "Who is here?", "evidence": ["D1:2"], "category": 1}]
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"conversation": {"session_1": [turn, whole]}, "qa": qa}))
    (case,) = load("locomo", path=path).cases
    assert [u.key for u in case.units] == ["D1:2"]
    assert case.dropped["blank turns"] == 1
    assert case.questions[0].gold == {"D1:2"}
