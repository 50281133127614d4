import json
from dataclasses import replace

import numpy as np
import pytest

from graphmem.errors import FormatError, NotFound
from graphmem.read.rank import Ranking
from pipelines.evaluate.cases import Case, Question
from pipelines.evaluate.folds import Folds, fold_of
from pipelines.train_ranker.cli import main
from pipelines.train_ranker.files import fold_file, text_of
from pipelines.train_ranker.fit import Column, fitted, sample
from pipelines.train_ranker.kept import load_pools, save_pools
from pipelines.train_ranker.learn import Material, fold_rankings, learned
from pipelines.train_ranker.plan import ENCODERS, PASSAGES, TURNS, candidates
from pipelines.train_ranker.pools import TrainingPool
from pipelines.train_ranker.validate import cross_validated

COLUMNS = (Column("good", "pool"), Column("noise"))


def pool(number: int, *, dataset: str = "locomo", case: str = "conv-1", columns: tuple[Column, ...] = COLUMNS):
    """A pool of 20 candidates whose gold one has the highest first signal; the other signals are noise."""
    luck = np.random.default_rng(number)
    values = luck.random(20).astype(np.float32)
    signals = {c.signal: luck.random(20).astype(np.float32) for c in columns}
    return TrainingPool(
        dataset=dataset,
        case=case,
        question=f"q{number}",
        category="all",
        gold=values == values.max(),
        units=1,
        lead=luck.random(20).astype(np.float32),
        listed=np.arange(20) < 18,
        signals={**signals, columns[0].signal: values},
        keys=np.array([f"u{n}" for n in range(20)]),
        sessions=np.array([f"s{n // 5}" for n in range(20)]),
        gold_sessions=frozenset({"s1"}),
    )


def pools(count: int, *, first: int = 0, **of):
    return [pool(number, **of) for number in range(first, first + count)]


def test_a_signal_that_tells_gold_gets_the_weight():
    """The regression gives its weight to what tells gold from the rest, and little to noise."""
    found = fitted([sample(pools(60), COLUMNS)], strength=1.0)
    assert found.weights[0] > 5 * abs(found.weights[1])
    assert np.isfinite(found.constant)


def test_a_rule_keeps_what_the_data_says_nothing_of():
    """Shrunk toward a rule, a signal that never varies keeps its share of the rule; without one it gets nothing."""
    still = [replace(p, signals={**p.signals, "noise": np.zeros(20, dtype=np.float32)}) for p in pools(60)]
    with_rule = fitted([sample(still, COLUMNS)], strength=0.001, toward=np.array([1.0, 0.5]))
    assert with_rule.weights[1] == pytest.approx(0.5 * with_rule.weights[0], rel=0.3)
    assert with_rule.weights[1] > 0
    assert fitted([sample(still, COLUMNS)], strength=1.0).weights[1] == pytest.approx(0, abs=1e-6)


def test_pools_are_kept_as_they_are(tmp_path):
    """What was saved comes back: flags, scores, signals, names."""
    told = pools(3)
    save_pools(told, path=tmp_path / "pools.npz")
    for mine, theirs in zip(told, load_pools(tmp_path / "pools.npz"), strict=True):
        assert (mine.question, mine.units, mine.gold_sessions) == (theirs.question, theirs.units, theirs.gold_sessions)
        assert (mine.gold == theirs.gold).all()
        assert (mine.keys == theirs.keys).all()
        assert all((mine.signals[name] == theirs.signals[name]).all() for name in mine.signals)


@pytest.fixture(scope="module")
def material():
    """Pools of two conversations and of a set of passages."""
    turns = [*pools(12, columns=TURNS), *pools(12, first=12, columns=TURNS, case="conv-2")]
    passages = pools(16, dataset="musique", case="musique", columns=PASSAGES)
    return Material({("locomo", "minilm"): turns, ("musique", "minilm"): passages}, candidates())


def test_a_ranking_is_fitted_for_both_kinds_and_survives_its_file(material, tmp_path):
    """The file that is written is read as the same ranking; a kind without data keeps the rule by hand."""
    ranking = learned(material, name="mine")
    path = tmp_path / "mine.json"
    path.write_text(text_of(ranking), encoding="utf-8")
    again = Ranking.load(path)
    assert (again.turns, again.passages, again.facts) == (ranking.turns, ranking.passages, ranking.facts)
    alone = learned(material, name="turns alone", kept=lambda p: p.dataset == "locomo")
    assert alone.passages == candidates().passages
    assert alone.turns.terms != candidates().turns.terms


def test_folds_leave_their_questions_out(material, tmp_path):
    """There is a ranking per conversation and half of a set, one without the set, and the file gives them back."""
    folds = fold_rankings(material)
    assert set(folds["locomo"]) == {"conv-1", "conv-2", "other"}
    assert set(folds["musique"]) == {"musique/0", "musique/1", "other"}
    assert folds["locomo"]["conv-1"].turns.terms != folds["locomo"]["conv-2"].turns.terms
    figures = cross_validated(material, folds)
    assert any(line.startswith("locomo, minilm, folds, n 24") for line in figures)
    fold_file(folds, path=tmp_path / "folds.json")
    question = Question(id="q1", text="?", category="all", gold=frozenset("a"), gold_all=frozenset("a"))
    found = Folds.load(tmp_path / "folds.json").of("locomo", Case(name="conv-2", units=(), questions=()), question)
    assert found["graphmem_cv"].turns.terms == folds["locomo"]["conv-2"].turns.terms
    assert found["graphmem_other_sets"].turns == folds["locomo"]["other"].turns


def test_questions_of_one_conversation_share_a_fold():
    """A fold never cuts through a conversation, and a question is always in the same one."""
    assert {fold_of("locomo", case="conv-9", question=f"q{n}") for n in range(9)} == {"conv-9"}
    found = {fold_of("longmemeval", case="c", question=f"q{n}") for n in range(99)}
    assert found == {"0", "1", "2", "3", "4"}


def test_folds_that_are_not_there_are_said_to_be_so(tmp_path):
    """No file and another file are errors that name the command that makes one."""
    with pytest.raises(NotFound, match="train_ranker"):
        Folds.load(tmp_path / "none.json")
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"locomo": {"a": 1}}), encoding="utf-8")
    with pytest.raises(FormatError, match="train_ranker"):
        Folds.load(other)


def test_one_kind_is_refitted_and_the_other_kept(tmp_path):
    """Refitting passages leaves the files' weights of turns, and the folds of chats, as they were, and adds figures."""
    chosen = tuple(c for n, c in enumerate(PASSAGES) if n == [p.signal for p in PASSAGES].index(c.signal))
    for encoder in ENCODERS:
        save_pools(
            pools(12, dataset="musique", case="musique", columns=chosen), path=tmp_path / f"musique-{encoder}.npz"
        )
    for name in ("learned", "learned-open", "learned-tokens"):
        (tmp_path / f"{name}.json").write_text(text_of(Ranking.load(name)), encoding="utf-8")
    fold_file({"locomo": {"conv-1": Ranking.load("hand")}}, path=tmp_path / "folds.json")
    told = {"--data": tmp_path, "--cache": tmp_path, "--pools": tmp_path, "--rankings": tmp_path, "--kind": "passages"}
    arguments = [str(part) for pair in told.items() for part in pair]
    assert main([*arguments, "--kept-only", "--folds", str(tmp_path / "folds.json")]) == 0
    before, after = Ranking.load("learned"), Ranking.load(tmp_path / "learned.json")
    assert (after.turns, after.steps, after.merge) == (before.turns, before.steps, before.merge)
    assert after.passages.terms != before.passages.terms
    assert "musique, minilm, folds, n 12" in after.provenance["cross_validated"]
    assert after.provenance["cross_validated"].items() >= {
        (line, told) for line, told in before.provenance["cross_validated"].items() if line.startswith("locomo")
    }
    assert set(Folds.load(tmp_path / "folds.json").rankings) == {"locomo", "musique"}
    lent = Ranking.load(tmp_path / "learned-tokens.json")
    assert lent == replace(Ranking.load("learned-tokens"), passages=after.passages)
