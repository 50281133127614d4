import json
import shutil
from pathlib import Path

import pytest

from graphmem.errors import NotFound
from graphmem.model import Passage
from pipelines.evaluate.datasets import load
from pipelines.evaluate.locomo import load_locomo
from pipelines.evaluate.mixed import load_mixed
from pipelines.evaluate.multihop import load_multihop, without_titles
from pipelines.evaluate.protocols import PROTOCOLS

DATA = Path(__file__).parents[2] / "data" / "eval"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of benchmark data: one small chat, and one small corpus under three names."""
    (tmp_path / "locomo").mkdir()
    shutil.copy(DATA / "locomo.json", tmp_path / "locomo")
    for name in ("2wiki", "musique", "hotpotqa"):
        shutil.copytree(DATA / "multihop", tmp_path / "multihop" / name)
    return tmp_path


def test_mixed_memories_hold_all_parts_and_their_gold(folder: Path) -> None:
    """Each chat stands beside the passages, then all chats and all passages together; gold follows its units."""
    chats = list(load_locomo(folder / "locomo"))
    corpus = next(load_multihop(folder / "multihop" / "musique"))
    cases = list(load_mixed(folder))
    assert len(cases) == len(chats) + 2
    assert len(cases[0].units) == len(chats[0].units) + len(corpus.units)
    assert len(cases[-1].units) == 3 * len(corpus.units)
    assert {q.category for q in cases[0].questions} == {"chat beside passages", "passages beside chat"}
    for case in cases:
        keys = [u.key for u in case.units]
        assert len(keys) == len(set(keys))
        assert all(q.gold <= set(keys) for q in case.questions)


def test_a_set_that_is_not_there_is_named(folder: Path) -> None:
    """A folder without one of the sets is refused."""
    shutil.rmtree(folder / "multihop" / "hotpotqa")
    with pytest.raises(NotFound, match="hotpotqa"):
        list(load_mixed(folder))


def test_titles_are_left_out_everywhere() -> None:
    """Without titles, nothing of a passage but its text is told, embedded or counted; questions stay as they are."""
    case = next(load_multihop(DATA / "multihop"))
    bare = without_titles(case)
    assert bare.questions == case.questions
    assert any(isinstance(u.told, Passage) and u.told.title for u in case.units)
    for unit in bare.units:
        assert isinstance(unit.told, Passage)
        assert unit.told.title is None
        assert unit.text == unit.words == unit.told.text


def test_what_only_an_assistant_answers_is_asked_apart(tmp_path: Path) -> None:
    """Questions that the official protocol skips for want of a user's answer are asked; abstentions are not."""

    def record(name: str, *, by: str) -> dict[str, object]:
        turns = [{"role": role, "content": f"{role} says", "has_answer": role == by} for role in ("user", "assistant")]
        ids = ["answer_1"]
        return {"question_id": name, "question": "What?", "haystack_sessions": [turns], "haystack_session_ids": ids,
                "answer_session_ids": ids, "haystack_dates": ["2023/05/20 (Sat) 02:21"]}  # fmt: skip

    path = tmp_path / "chats.jsonl"
    told = [record("one", by="assistant"), record("two", by="user"), record("three_abs", by="assistant")]
    path.write_text("".join(json.dumps(one) + "\n" for one in told), encoding="utf-8")
    one, two, three = load("longmemeval_assistant", path=path).cases
    (question,) = one.questions
    assert question.gold == question.gold_all == {one.units[1].key}
    assert question.gold_sessions == {one.units[1].session}
    assert dict(two.dropped) == {"questions that a user turn answers": 1}
    assert not two.questions
    assert not three.questions
    official = [case.questions for case in load("longmemeval", path=path).cases]
    assert [len(questions) for questions in official] == [0, 1, 0]
    assert not PROTOCOLS["longmemeval_assistant"].only_user
