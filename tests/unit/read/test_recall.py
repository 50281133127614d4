from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from graphmem.errors import InvalidInput, ModelUnavailable
from graphmem.identity import entity_id, fact_id
from graphmem.model import Entity, Fact, Interaction, Mention, RecallOptions, Synonym
from graphmem.ports import Assertion, Batch, Selection
from graphmem.read.index import Index
from graphmem.read.rank import Ranking
from graphmem.read.recall import recall
from tests.unit.read.material import NAMESPACE, NOW, passages, store_of, tell, turns

LATER = NOW + timedelta(days=30)


class Asking:
    """Recall with everything but the question given."""

    def __init__(self, store, embedder, namespaces=(NAMESPACE,)):
        self.store, self.embedder = store, embedder
        self.indexes = [Index.open(store, name, snapshot=None) for name in namespaces]

    def __call__(self, text, *, top_k=5, ranking=None, embedder=None, **options):
        for index in self.indexes:
            index.refresh()
        return recall(
            text,
            indexes=self.indexes,
            store=self.store,
            embedder=embedder or self.embedder,
            options=RecallOptions(**options),
            top_k=top_k,
            now=LATER,
            ranking=ranking,
        )


class NoEmbedder:
    """An embedder whose weights are gone."""

    name, revision, dimension = "none", "0", 384

    def embed(self, texts):
        raise ModelUnavailable("the weights are gone")

    def embed_question(self, text):
        raise ModelUnavailable("the weights are gone")


def fact(subject, predicate, object_, **known):
    ids = {"subject_id": entity_id(NAMESPACE, subject), "object_id": entity_id(NAMESPACE, object_)}
    key = {"negated": known.get("negated", False), "modality": known.get("modality")}
    id_ = fact_id(NAMESPACE, subject, predicate, object_, **key)
    return Fact(subject, predicate, object_, id=id_, text=f"{subject} {predicate} {object_}.", **ids, **known)


@pytest.fixture(scope="module")
def known(embedder):
    store = store_of(turns(), passages(), embedder=embedder)
    facts = [
        (fact("Ada", "restores", "old violins"), "spring-3"),
        (fact("Ada", "rents", "a room"), "spring-1"),
        (fact("Ada", "buys", "a boat", modality="wish"), "spring-1"),
        (fact("Clara", "marries in", "Rovinj"), "summer-2"),
    ]
    names = {name for f, _ in facts for name in (f.subject, f.object)} | {"Milena Kos", "Trieste"}
    entities = [Entity(id=entity_id(NAMESPACE, name), name=name) for name in sorted(names)]
    mentions = [Mention(interaction=source, entity=i) for f, source in facts for i in (f.subject_id, f.object_id)]
    mentions += [Mention(interaction="spring-3", entity=entity_id(NAMESPACE, "Milena Kos"))]
    mentions += [Mention(interaction="doc-2", entity=entity_id(NAMESPACE, "Milena Kos"), about=True)]
    batch = Batch(
        entities=entities,
        facts=[f for f, _ in facts],
        assertions=[Assertion(source, f.id) for f, source in facts],
        mentions=mentions,
    )
    store.save(NAMESPACE, batch, now=NOW)
    return store


@pytest.fixture(scope="module")
def ask(known, embedder):
    return Asking(known, embedder)


def ids(found):
    return [hit.id for hit in found]


def test_the_turn_that_answers_comes_first(ask):
    """Questions about chats are answered by the turn that tells it, with score parts that sum to the score."""
    for text, expected in (
        ("Where did Ada move?", "spring-1"),
        ("What is Ada's cat called?", "summer-5"),
        ("Which lighthouse had forty guests?", "summer-2"),
    ):
        found = ask(text, kinds=("message",))
        assert found[0].id == expected
        assert sum(found[0].why.parts.values()) == pytest.approx(found[0].score, abs=1e-4)
        assert found[0].why.ranking == Ranking.load().name


def test_one_link_on_is_found_and_explained(ask):
    """A passage that shares no name with the question is found through one that does, and the path says how."""
    found = ask("Which region is the city in where Milena Kos learnt her craft?", kinds=("passage",))
    hit = next(hit for hit in found if hit.id == "doc-3")
    assert found[0].id in {"doc-2", "doc-3"}
    assert hit.why.path.relations == ("MENTIONS", "MENTIONS")
    assert [label for label, _, _ in hit.why.path.steps] == ["Interaction", "Entity", "Interaction"]
    assert hit.why.path.steps[1][2].lower() == "cremona"


def test_a_neighbour_that_holds_the_words_is_the_path(ask):
    """Where the words stand in the turn before, the path leads from there."""
    found = ask("Where did the sister of Bruno get married last Saturday?", kinds=("message",), top_k=12)
    hit = next(hit for hit in found if hit.id == "summer-1")
    assert hit.why.path.relations == ("NEXT",)
    assert hit.why.path.steps[0][1] == "summer-0"


def test_turns_and_passages_are_ranked_side_by_side(ask):
    """Where both kinds answer, both are among the hits, each in its own order."""
    mixed = ids(ask("Who is Milena Kos, the luthier?", top_k=16))
    for kind in (("message",), ("passage",)):
        alone = ids(ask("Who is Milena Kos, the luthier?", top_k=16, kinds=kind))
        assert [id_ for id_ in mixed if id_ in alone] == alone
    assert {"doc-2", "spring-3"} <= set(mixed[:3])


def test_hits_carry_the_facts_and_entities_that_tie_them_to_the_question(ask):
    """At most three facts that share words with the question, and entities that it names first."""
    hit = next(h for h in ask("Which violins does Milena Kos restore?") if h.id == "spring-3")
    assert [f.predicate for f in hit.facts] == ["restores"]
    assert hit.entities[0].name == "Milena Kos"
    assert ask("Is the bora cold?")[0].facts == ()


def test_facts_are_ranked_by_their_words_people_and_sources(ask):
    """Asked for facts, the one that answers comes first; wishes are marked, not dropped."""
    found = ask("Which violins does Ada restore?", types=("fact",))
    assert found[0].fact is not None
    assert found[0].fact.predicate == "restores"
    assert {hit.type for hit in found} == {"fact"}
    assert any(hit.fact.modality == "wish" for hit in found)
    assert found[0].why.path.relations == ("SUBJECT",)
    assert sum(found[0].why.parts.values()) == pytest.approx(found[0].score, abs=1e-4)


def test_entities_named_in_the_question_are_no_answers(ask):
    """Asked for entities, what the question itself names comes last."""
    found = ask("Who is the luthier that Ada restores violins with?", types=("entity",))
    names = [hit.text for hit in found]
    assert "Milena Kos" in names
    assert names.index("Milena Kos") < names.index("Ada") if "Ada" in names else True
    assert found[0].why.path.relations == ("MENTIONS",)


def test_every_type_has_places_of_its_own_in_the_order_asked(ask):
    """Types are not mixed on one scale."""
    found = ask("Which violins does Ada restore?", types=("fact", "interaction"), top_k=2)
    assert [hit.type for hit in found] == ["fact", "fact", "interaction", "interaction"]


@pytest.mark.parametrize(
    ("options", "allowed"),
    [
        ({"session": "summer"}, lambda i: i.session == "summer"),
        ({"session": "no such"}, lambda i: False),
        ({"kinds": ("passage",)}, lambda i: i.kind == "passage"),
        ({"kinds": ("step",)}, lambda i: False),
        ({"roles": ("user",)}, lambda i: False),
        ({"until": NOW + timedelta(days=1)}, lambda i: i.session == "spring"),
        ({"since": NOW + timedelta(days=1)}, lambda i: i.session == "summer"),
        ({"since": turns()[2].at, "until": turns()[3].at}, lambda i: i.id == "spring-2"),
    ],
)
def test_filters_let_through_exactly_what_they_say(ask, options, allowed):
    """Filters act before any cut: all that passes is found, and nothing else."""
    expected = {i.id for i in (*turns(), *passages()) if allowed(i)}
    assert set(ids(ask("Ada and the violin", top_k=50, **options))) == expected


def test_undated_interactions_are_counted_under_a_time_bound(ask):
    """Passages without a date are left out by a bound, and the result says how many."""
    assert ask("violin", since=NOW).undated == len(passages())
    assert ask("violin").undated == 0
    assert ask("violin", since=NOW, kinds=("message",)).undated == 0


def test_facts_keep_to_the_filters(ask):
    """A fact is found under a filter only when something that passes it asserts it."""
    found = ask("What does Ada do?", types=("fact",), session="summer", top_k=20)
    assert {hit.fact.predicate for hit in found} <= {"marries in"}


def test_a_small_filter_in_a_large_memory_does_not_starve(embedder):
    """One old turn among hundreds of better matches is found when the filter asks for its session."""
    crowd = [
        Interaction(id=f"c{n}", session="crowd", kind="message", text=f"The violin number {n}", at=NOW, speaker="Eve")
        for n in range(400)
    ]
    store = store_of(crowd, turns())
    found = Asking(store, NoEmbedder())("violin", session="spring")
    assert found[0].id == "spring-3"


def test_several_namespaces_are_read_together_and_only_when_named(known, embedder):
    """The user's and the team's memory answer one question; each hit says whose it is."""
    shared = [Interaction(id="team-1", session="team", kind="message", text="The violin case is in locker 9.", at=NOW)]
    tell(known, shared, embedder=embedder, namespace="team")
    alone, both = Asking(known, embedder), Asking(known, embedder, namespaces=(NAMESPACE, "team"))
    assert "team-1" not in ids(alone("Where is the violin case?", top_k=50))
    first = both("Where is the violin case?")[0]
    assert (first.id, first.namespace) == ("team-1", "team")
    assert {hit.namespace for hit in both("violin", top_k=50)} == {NAMESPACE, "team"}


def test_without_an_embedder_words_answer_and_the_result_says_so(known):
    """A question that cannot be embedded is no error, and no silent degradation."""
    found = Asking(known, NoEmbedder())("What is the cat called?")
    assert found[0].id == "summer-5"
    assert "words alone" in found.degraded[0].what


ODD = ["the of and", "🎉", "東京タワー", "?", "a" * 5_000, "violin " * 3_000, "\x00", "' OR 1=1 --", "NEAR/2 (", "I"]


@pytest.mark.parametrize("text", ODD, ids=[t[:8].strip() or "blank" for t in ODD])
@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_any_question_to_any_small_memory_has_finite_scores(embedder, text, count):
    """Stop words, symbols and endless texts are answered like any other; no score is NaN or infinite."""
    few = [replace(turn, text="ok") for turn in turns()[:count]] + passages()[:count]
    store = store_of(few, embedder=embedder if count % 2 else None)
    found = Asking(store, embedder)(text, types=("interaction", "fact", "entity"), top_k=20)
    assert {h.id for h in found if h.type == "interaction"} <= {i.id for i in few}
    for hit in found:
        values = [hit.score, *hit.why.parts.values(), *hit.why.values.values()]
        assert np.isfinite(values).all()


@pytest.mark.parametrize(
    ("text", "options"),
    [(" \n", {}), ("cat", {"top_k": 0}), ("cat", {"types": ("song",)}), ("cat", {"ranking": "no such"})],
)
def test_what_cannot_be_asked_is_refused(ask, text, options):
    """Blank questions, no places, unknown types and unknown rankings are errors that say so."""
    with pytest.raises(InvalidInput):
        ask(text, **options)


def test_the_same_question_has_the_same_answer(ask):
    """Recall repeats, equal turns included: ties go by the order of arrival."""
    first, again = ask("ok", top_k=12), ask("ok", top_k=12)
    assert [(h.id, h.score) for h in first] == [(h.id, h.score) for h in again]


def test_a_long_reply_is_found_through_the_turn_it_answers(embedder):
    """A reply that is too long to embed is found by the question it answers, though it shares no word with ours."""
    said = [
        Interaction(id="q", session="s", kind="message", role="user", text="My cello squeaks. What now?", at=NOW),
        Interaction(id="a", session="s", kind="message", role="assistant", text="Rosin it. " * 50, at=NOW, arrival=1),
        *[replace(t, id=f"o-{t.id}") for t in turns()],
    ]
    found = Asking(store_of(said, embedder=embedder), embedder)("string instrument making noise", ranking="dense")
    assert ids(found)[:2] == ["q", "a"]


def test_what_is_forgotten_meanwhile_is_left_out(known, embedder):
    """An interaction forgotten between the index's refresh and the look into the store is no hit."""
    store = store_of(turns(), embedder=embedder)
    index = Index.open(store, NAMESPACE, snapshot=None)
    store.forget(NAMESPACE, Selection(interactions=("summer-5",)), now=NOW)
    options = RecallOptions()
    found = recall(
        "What is the cat called?",
        indexes=[index],
        store=store,
        embedder=embedder,
        options=options,
        top_k=3,
        now=LATER,
    )
    assert "summer-5" not in ids(found)


@pytest.mark.parametrize("name", ["learned", "learned-open", "hand", "words", "dense", "hybrid", "no_pagerank"])
def test_every_shipped_ranking_answers(ask, name):
    """Shipped rankings load, rank and say their name."""
    found = ask("Where did Ada move?", ranking=name, kinds=("message",))
    assert found[0].why.ranking == Ranking.load(name).name == name


def test_people_are_found_by_other_names_they_were_merged_with(embedder):
    """Once "Addie" is known to be Ada, a question about Addie is about what Ada says."""
    store = store_of(turns(), embedder=embedder)
    ask, one, other = Asking(store, embedder), entity_id(NAMESPACE, "Ada"), entity_id(NAMESPACE, "Addie")
    store.save(NAMESPACE, Batch(entities=[Entity(id=one, name="Ada"), Entity(id=other, name="Addie")]), now=NOW)
    assert {hit.why.values["speaker"] for hit in ask("Where does Addie live?", top_k=20)} == {0.0}
    store.save(NAMESPACE, Batch(synonyms=[Synonym(a=other, b=one, score=1.0, method="merged")]), now=NOW)
    spoken = {hit.interaction.speaker for hit in ask("Where does Addie live?", top_k=20) if hit.why.values["speaker"]}
    assert spoken == {"Ada"}
