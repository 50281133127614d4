import json
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest

from graphmem.errors import InvalidInput
from graphmem.model import RecallOptions
from graphmem.models.token_cache import SqliteTokenCache
from graphmem.read.index import Index
from graphmem.read.rank import Ranking, Term, normalised, score, shipped
from graphmem.read.scene import Part, PassagePool, PassageScene, TurnPool, TurnScene, unit
from graphmem.read.search import Cut, search
from graphmem.read.signals import PASSAGE_SIGNALS, TURN_SIGNALS
from graphmem.read.tokens import TokenBook
from graphmem.read.understand import understand
from graphmem.read.vectors import ABSENT
from tests.unit.read.material import NAMESPACE, NOW, passages, question_vector, store_of, turns


def hand():
    text = resources.files("graphmem.read").joinpath("rankings", "hand.json").read_text(encoding="utf-8")
    return json.loads(text)


def test_the_rule_by_hand_is_that_of_the_reports():
    """HC for turns (with two date terms) and LP + 2 Hl + 3 F for passages are shipped as data, with provenance."""
    ranking = Ranking.load("hand")
    weights = {term.signal: term.weight for term in ranking.turns.terms}
    assert weights["words_context"] == weights["dense_context"] == 0.5
    assert (weights["speaker"], weights["dense_first_person"]) == (0.15, 0.3)
    assert weights["asked_time"] == weights["told_time"] == 0.1
    assert {t.signal: t.weight for t in ranking.passages.terms} == {
        "log_pagerank": 1, "passage_words": 1, "passage_dense": 1, "one_link": 3
    }  # fmt: skip
    assert ranking.provenance["turns"]


def test_the_default_is_learned_and_says_from_what():
    """The default names its data, licences, command and figures; the one without non-commercial data is beside it."""
    ranking, free = Ranking.load(), Ranking.load("learned-open")
    assert ranking.name == "learned"
    assert {"learned", "learned-open", "hand"} <= set(shipped())
    for one in (ranking, free):
        assert {"data", "command", "date", "cross_validated", "licence", "encoders"} <= set(one.provenance)
    assert "NC" in ranking.provenance["data"]["locomo"]
    assert not any("NC" in told for told in free.provenance["data"].values())
    assert free.turns.terms != ranking.turns.terms
    weights = {term.part: term.weight for term in ranking.turns.terms}
    assert weights["words_context"] > 0 > weights["other_speaker"]


def test_a_ranking_of_ones_own_is_read_from_a_file(tmp_path):
    """Weights are replaced by a file, without touching code."""
    told = hand()
    told["name"], told["turns"]["terms"] = "mine", [{"signal": "turn_length", "weight": 2}]
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    ranking = Ranking.load(path)
    assert (ranking.name, ranking.turns.terms) == ("mine", (Term("turn_length", 2.0, "pool"),))
    assert Ranking.load(ranking) is ranking


@pytest.mark.parametrize(
    "change",
    [
        {"turns": {}},
        {"passages": None},
        {"facts": [{"signal": "no such", "weight": 1}]},
        {"facts": [{"signal": "fact_words", "weight": "much"}]},
        {"facts": [{"signal": "fact_words", "weight": float("nan")}]},
        {"facts": [{"signal": "fact_words", "weight": 1, "normalise": "twice"}]},
    ],
)
def test_malformed_rankings_are_refused(tmp_path, change):
    """A ranking with an unknown signal, a part missing or a weight that is no number is an error that names it."""
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(hand() | change), encoding="utf-8")
    with pytest.raises(InvalidInput):
        Ranking.load(path)


@pytest.mark.parametrize("name", ["no such", "", ".", "\x00"])
def test_missing_rankings_are_refused_with_the_names_there_are(name):
    """The message lists the shipped rankings."""
    with pytest.raises(InvalidInput, match="hand"):
        Ranking.load(name)


def test_leaving_a_signal_out_computes_nothing_of_it(monkeypatch):
    """An ablation without PageRank walks no graph; one of a signal that isn't there is refused."""
    index = Index.open(store_of(passages()), NAMESPACE, snapshot=None)
    monkeypatch.delattr(type(index.passages.library), "pagerank")
    found = search(
        understand("Where is Cremona?"),
        vector=None,
        indexes=[index],
        options=RecallOptions(),
        ranking=Ranking.load().without("log_pagerank"),
        cut=Cut(3),
    )
    assert "log_pagerank" not in found.candidates[0].parts
    with pytest.raises(InvalidInput, match="one_link"):
        Ranking.load().without("colour")


def test_ranks_enter_as_one_over_their_place():
    """The best is 1, the second 1/2; equals share the better place; what says nothing of anybody is 0."""
    values = np.array([5, 9, 5, ABSENT], dtype=np.float32)
    assert normalised(values, "rank").tolist() == pytest.approx([1 / 2, 1, 1 / 2, 1 / 4])
    assert normalised(np.array([3, 3], dtype=np.float32), "rank").tolist() == [0, 0]
    assert normalised(np.zeros(0, dtype=np.float32), "rank").tolist() == []


def test_what_is_not_shortlisted_follows_in_the_order_of_the_lead(embedder):
    """Terms are asked of the shortlist; the others follow behind it, and every score is still the sum of its parts."""
    index = Index.open(store_of(turns(), passages(), embedder=embedder), NAMESPACE, snapshot=None)
    text = "Where does Milena Kos, the luthier of Trieste, live?"
    told, first = Ranking.load("hand"), Term("session_position", -1.0, "none")
    turned = replace(told.turns, lead=told.turns.terms, shortlist=3, terms=(first,), constant=2.0)
    paged = replace(told.passages, first=told.passages.lead, shortlist=(2, 1), terms=told.passages.terms)
    asked = {"vector": question_vector(embedder, text), "indexes": [index], "cut": Cut(20)}
    for kind, count in (("message", 12), ("passage", 4)):
        options = RecallOptions(kinds=(kind,))
        ranking = replace(told, turns=turned, passages=paged)
        plain = search(understand(text), options=options, ranking=told, **asked).candidates
        found = search(understand(text), options=options, ranking=ranking, **asked).candidates
        assert {c.id for c in found} == {c.id for c in plain}
        assert len(found) == count
        assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
        assert all(c.score == pytest.approx(sum(c.parts.values()), abs=1e-4) for c in found)
        behind = [c.id for c in found if "not_shortlisted" in c.parts]
        assert 0 < len(behind) < count
        if kind == "message":
            assert behind == [c.id for c in plain if c.id in behind]


def test_a_session_is_as_good_as_its_best_turns(pools):
    """Turns of a session share its best and its mean score, and the mean is never above the best."""
    best, mean = (TURN_SIGNALS[name].function(pools[0]) for name in ("session_best", "session_mean"))
    for session in set(pools[0].sessions.tolist()):
        inside = pools[0].sessions == session
        assert set(best[inside].tolist()) == {float(pools[0].lead[inside].max())}
        assert mean[inside].max() <= best[inside].min()
    assert not TURN_SIGNALS["session_best"].function(TurnPool(pools[0].parts)).any()


def test_unit_moves_to_zero_and_one_and_absent_to_the_bottom():
    """The least is 0, the greatest 1, absent ones stand with the least, equal ones are all 0."""
    assert unit(np.array([2, 4, 3], dtype=np.float32)).tolist() == [0, 1, 0.5]
    assert unit(np.array([ABSENT, 4, 3], dtype=np.float32)).tolist() == [0, 1, 0]
    assert unit(np.array([5, 5], dtype=np.float32)).tolist() == [0, 0]
    assert unit(np.array([ABSENT], dtype=np.float32)).tolist() == [0]
    assert unit(np.zeros(0, dtype=np.float32)).tolist() == []


@pytest.fixture(scope="module")
def pools(embedder):
    """The turns and the passages of the corpus, before one question."""
    store = store_of(turns(), passages(), embedder=embedder)
    index = Index.open(store, NAMESPACE, snapshot=None)
    text = "When did Ada move to Trieste, in our first chat in March 2026, and in which city does Milena Kos live?"
    question, vector = understand(text, now=NOW), question_vector(embedder, text)
    scenes = (
        TurnScene(
            index,
            question,
            vector=vector,
            mask=index.turns.rows.alive.view,
            tokens=TokenBook(store, embedder, SqliteTokenCache(None)).question(text),
        ),
        PassageScene(index, question, vector=vector, mask=index.passages.rows.alive.view),
    )
    chat, library = (np.arange(len(scene.mask), dtype=np.int32) for scene in scenes)
    lead = np.linspace(0, 1, len(library), dtype=np.float32)
    leads = np.linspace(1, 0, len(chat), dtype=np.float32)
    return TurnPool((Part(scenes[0], chat),), lead=leads), PassagePool((Part(scenes[1], library),), lead=lead)


@pytest.mark.parametrize("name", [*TURN_SIGNALS, *PASSAGE_SIGNALS])
def test_signals_keep_to_their_names_ranges_and_sizes(pools, name):
    """Every signal gives one value per candidate, within the range it declares, and says what it is."""
    signal, pool = (TURN_SIGNALS[name], pools[0]) if name in TURN_SIGNALS else (PASSAGE_SIGNALS[name], pools[1])
    values = signal.function(pool)
    assert values.shape == (len(pool),)
    known = values[values != ABSENT]
    assert np.isfinite(known).all()
    assert signal.range[0] - 1e-5 <= known.min()
    assert known.max() <= signal.range[1] + 1e-5
    assert signal.name == name
    assert signal.doc
    assert len(set(known.tolist())) > 1, "a corpus on which every signal says something"


def test_a_score_is_the_sum_of_its_parts(pools):
    """Weights times values add up to the total; weight 0 leaves a signal out."""
    terms = (Term("speaker", 0.5, "none"), Term("words_context", 2.0), Term("turn_length", 0.0))
    scored = score(pools[0], terms, signals=TURN_SIGNALS)
    assert set(scored.values) == {"speaker", "words_context"}
    total = sum(scored.weights[name] * values for name, values in scored.values.items())
    assert np.allclose(total, scored.total)


def test_answers_follow_questions(pools):
    """A turn after somebody else's question takes that question's worth; others take none."""
    values = TURN_SIGNALS["answers_question"].function(pools[0])
    ids = pools[0].parts[0].scene.rows.ids
    told = {id_: float(value) for id_, value in zip(ids, values, strict=True)}
    assert told["spring-1"] > 0
    assert told["spring-0"] == told["spring-2"] == told["spring-4"] == 0


def test_kinds_compete_by_what_is_closest_in_them(embedder):
    """In a memory of chats and documents, the kind that holds the answer comes first; each list keeps its order."""
    index = Index.open(store_of(turns(), passages(), embedder=embedder), NAMESPACE, snapshot=None)
    for text, kind in (
        ("What is the cat of Ada called?", "message"),
        ("Which city is famous for violin makers?", "passage"),
    ):
        asked = {
            "vector": question_vector(embedder, text),
            "indexes": [index],
            "ranking": Ranking.load(),
            "cut": Cut(16),
        }
        found = search(understand(text), options=RecallOptions(), **asked).candidates
        assert index.passages.rows.find(found[0].id) != -1 if kind == "passage" else found[0].id == "summer-5"
        assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
        assert all(c.score == pytest.approx(sum(c.parts.values()), abs=1e-4) for c in found)
        alone = search(understand(text), options=RecallOptions(kinds=(kind,)), **asked).candidates
        assert [c.id for c in found if c.id in {a.id for a in alone}] == [a.id for a in alone]
