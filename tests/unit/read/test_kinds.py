"""Steps, queries and insights have their place in a ranking, as data."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources

import pytest

from graphmem import Memory, Message, Passage, Ranking
from graphmem.model import RecallOptions
from graphmem.read.rank import Term

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def memory():
    """A chat, a passage, and a task with two steps."""
    with Memory.open(":memory:", namespace="team/ovens") as memory:
        memory.remember([Message("I baked rye bread in the small oven yesterday.", speaker="Ada", at=NOW)])
        memory.remember([Passage("Rye bread is baked at 230 degrees.", title="Rye bread", at=NOW)])
        with memory.query("Bake rye bread") as query:
            query.step("turned the oven to 230 degrees", tool="oven", result="hot", reward=1)
            query.step("baked the rye bread", tool="oven", result="burnt", reward=-1)
            query.close(outcome="failure")
        yield memory


def test_steps_are_ranked_by_a_recipe_of_their_own(memory):
    """The shipped recipe for steps asks nothing that only people say, and its signals are those of a step's hit."""
    ranking = Ranking.load()
    assert ranking.steps is not None
    personal = {"speaker", "other_speaker", "dense_first_person", "first_person", "first_person_past"}
    assert not personal & {t.signal for t in (*ranking.steps.lead, *ranking.steps.terms)}
    found = memory.recall("How was the rye bread baked?", top_k=10)
    kinds = {hit.interaction.kind for hit in found}
    assert kinds == {"message", "passage", "step"}
    for hit in found:
        assert ("speaker" in hit.why.values) == (hit.interaction.kind == "message")
        assert hit.score == pytest.approx(sum(hit.why.parts.values()), abs=1e-4)


def test_a_ranking_without_a_recipe_for_steps_has_them_among_the_messages(memory):
    """Steps take part in the messages' recipe; asked for alone, they are found either way."""
    among = replace(Ranking.load(), steps=None)
    found = memory.recall("How was the rye bread baked?", top_k=10, ranking=among)
    assert all("speaker" in hit.why.values for hit in found if hit.interaction.kind == "step")
    only = RecallOptions(kinds=("step",))
    for ranking in (among, Ranking.load(), Ranking.load("hand")):
        texts = [hit.text for hit in memory.recall("rye bread", options=only, ranking=ranking)]
        assert len(texts) == 2
        assert "baked the rye bread" in texts[0]


def test_queries_and_insights_are_weighed_by_the_ranking(memory):
    """Weights of lessons are the ranking's: other terms give other parts; an older file has those by hand."""
    asked = RecallOptions(types=("query",))
    (hit,) = memory.recall("rye bread", options=asked)
    assert set(hit.why.parts) == {term.part for term in Ranking.load().queries}
    assert hit.why.ranking == Ranking.load().name
    own = replace(Ranking.load(), name="own", queries=(Term("lesson_words", 2.0, "none"),))
    (hit,) = memory.recall("rye bread", options=asked, ranking=own)
    assert (set(hit.why.parts), hit.why.ranking) == ({"lesson_words"}, "own")
    told = json.loads(resources.files("graphmem.read").joinpath("rankings", "hand.json").read_text(encoding="utf-8"))
    older = Ranking.of({name: part for name, part in told.items() if name not in ("queries", "insights", "steps")})
    assert older.steps is None
    assert older.queries == Ranking.load("hand").queries
    assert older.insights == Ranking.load("hand").insights
