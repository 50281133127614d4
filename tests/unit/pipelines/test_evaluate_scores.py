import math

import numpy as np
import pytest

from graphmem.read.rank import Ranking
from pipelines.evaluate.ablations import DESCRIPTIONS, ablations
from pipelines.evaluate.baselines import Bm25, linear, min_max, order
from pipelines.evaluate.cases import Question
from pipelines.evaluate.metrics import all_at, any_at, once, recall_at
from pipelines.evaluate.protocols import PROTOCOLS
from pipelines.evaluate.scoring import Ranked, paired_interval, score, table
from pipelines.evaluate.words import PASSAGE_STOP_WORDS, stems


def test_recall_counts_gold_among_the_first_k() -> None:
    """R@k is the share of gold in the first k, all@k and any@k whether all or some of it is there."""
    ranked, gold = ["a", "x", "b", "c"], {"a", "b", "c"}
    assert recall_at(ranked, gold, k=3) == pytest.approx(2 / 3)
    assert (all_at(ranked, gold, k=3), all_at(ranked, gold, k=4)) == (0, 1)
    assert (any_at(ranked, {"c"}, k=3), any_at(ranked, {"c"}, k=4)) == (0, 1)
    assert recall_at([], gold, k=5) == 0
    assert once(["s", "t", "s", "u"]) == ["s", "t", "u"]


def test_bm25_is_the_formula() -> None:
    """A document's score is the sum over the question's words of the textbook weight, worked by hand."""
    index = Bm25.of([["cat", "cat", "dog"], ["dog"], ["bird", "fish"]], k1=1.5, b=0.75)
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    weight = idf * 2 * 2.5 / (2 + 1.5 * (0.25 + 0.75 * 3 / 2))
    assert index.scores(["cat", "cat", "zebra"]) == pytest.approx([weight, 0, 0])
    assert index.scores([]).tolist() == [0, 0, 0]
    assert index.scores(["dog"])[1] > index.scores(["dog"])[0] > 0


def test_bm25_of_nothing() -> None:
    """No documents, or documents without a word, score nothing and do not fail."""
    assert Bm25.of([]).scores(["a"]).shape == (0,)
    assert Bm25.of([[], []]).scores(["a"]).tolist() == [0, 0]


def test_the_hybrid_is_half_and_half() -> None:
    """The mix of two rankings is the mean of their min-max scores; equal scores count nothing."""
    assert linear(np.array([0.0, 2, 4]), np.array([1.0, 0, 0])).tolist() == [0.5, 0.25, 0.5]
    assert min_max(np.array([3.0, 3])).tolist() == [0, 0]
    assert min_max(np.zeros(0)).tolist() == []


def test_ties_keep_their_order() -> None:
    """Equal scores rank in the order of the units, so that runs repeat."""
    assert order(np.array([1.0, 2, 1, 2]), top_k=3) == [1, 3, 0]


def test_stems() -> None:
    """Function words go, by the list given; accents and possessives go; other scripts stay."""
    assert stems("Where did José's cats run?") == ["jose", "cat", "run"]
    assert stems("What is it", stop_words=PASSAGE_STOP_WORDS) == ["what"]
    assert stems("東京 2024") == ["東京", "2024"]


def asked(category: str, *, gold: str, also: str = "", sessions: str = "") -> Question:
    return Question(
        id=gold + category,
        text="?",
        category=category,
        gold=frozenset(gold),
        gold_all=frozenset(gold + also),
        gold_sessions=frozenset(sessions),
    )


def test_sessions_rank_by_their_best_turn() -> None:
    """Where sessions are scored, all@k looks at the first k distinct sessions, R@k at turns."""
    question = asked("x", gold="a", also="b", sessions="ST")
    ranked = Ranked(system="s", question=question, keys=tuple("xyzuva"), sessions=tuple("SSSUTS"))
    figures = score(ranked, protocol=PROTOCOLS["longmemeval"]).metrics
    assert (figures["R@5"], figures["R@10"], figures["all@5"]) == (0, 1, 1)
    both = Ranked(system="s", question=question, keys=tuple("xyzuva"), both_roles=True)
    assert score(both, protocol=PROTOCOLS["longmemeval"]).metrics["R@10"] == 0.5


def test_tables_are_means_in_percent() -> None:
    """Figures are means over questions in percent, all together and by category."""
    protocol = PROTOCOLS["locomo"]
    rows = [
        Ranked(system="s", question=asked("one", gold="a"), keys=("a",)),
        Ranked(system="s", question=asked("two", gold="b"), keys=("a",)),
        Ranked(system="s", question=asked("two", gold="c"), keys=("a", "c")),
    ]
    figures = table(score(r, protocol=protocol) for r in rows)
    assert figures.systems["s"]["R@5"] == 66.67
    assert figures.categories["s"]["one"]["R@5"] == 100
    assert figures.categories["s"]["two"]["all@5"] == 50


def test_intervals_repeat_and_hold_the_mean() -> None:
    """The bootstrap interval is the same for the same seed and lies around the mean difference."""
    mine, theirs = [1.0, 1, 0, 1, 1, 0.5], [0.0, 1, 0, 1, 0, 0.5]
    first = paired_interval(mine, theirs, seed=3)
    assert first == paired_interval(mine, theirs, seed=3)
    assert first.low < first.mean < first.high
    assert paired_interval(mine, mine, seed=0).high == 0


def test_ablations_take_away_what_they_say() -> None:
    """Each ablation lacks the signals it is named after, keeps the others' weights, and leaves the whole one alone."""
    whole = Ranking.load()
    less, of_turns = ablations(passages=True), ablations()
    common = {"hand", "no_pagerank", "no_words", "no_vectors", "no_entities", "no_rerank"}
    assert set(less) == common | {"pagerank_dropped", "no_link", "no_named_titles"}
    assert set(less) & set(of_turns) == common
    assert set(less) | set(of_turns) <= set(DESCRIPTIONS)
    assert "pagerank_dropped" not in of_turns
    assert less["hand"] == Ranking.load("hand")
    weights = {t.part: t.weight for t in whole.passages.terms}
    without = {t.part: t.weight for t in less["pagerank_dropped"].passages.terms}
    assert without == {part: w for part, w in weights.items() if not part.startswith("log_pagerank")}
    assert less["no_pagerank"].passages == Ranking.load("no_pagerank").passages
    assert less["no_pagerank"].turns == whole.turns
    named = {"log_pagerank", "one_link", "title_in_question", "speaker", "other_speaker"}
    nameless = less["no_entities"]
    kept = (*nameless.turns.terms, *nameless.turns.lead, *nameless.passages.lead, *nameless.passages.first)
    assert not named & {t.signal for t in (*kept, *nameless.passages.terms)}
    assert less["no_rerank"].passages.terms == whole.passages.lead
    assert {t.signal for t in less["no_rerank"].turns.terms} == set(whole.turns.candidates)
    styled = {t.signal for t in of_turns["no_style"].turns.terms}
    assert styled < {t.signal for t in whole.turns.terms}
    assert "turn_length" not in styled
    assert Ranking.load() == whole
