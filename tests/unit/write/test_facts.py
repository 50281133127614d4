"""Turns in their context, and extractions as rows."""

from graphmem.identity import entity_id
from graphmem.model import Interaction
from graphmem.ports import Extraction, FoundEntity, Triple
from graphmem.write.facts import CONTEXT, batch_of, listener_of, turn_of


def said(n: int, speaker: str | None = None, **changes: object) -> Interaction:
    return Interaction(id=f"i{n}", session="s", kind="message", text=f"text {n}", speaker=speaker, **changes)  # type: ignore[arg-type]


def test_you_is_the_last_other_speaker() -> None:
    """The listener is who spoke last and is somebody else."""
    assert listener_of(said(3, "Ada"), [said(0, "Bob"), said(1, "Cy"), said(2, "Ada")]) == "Cy"
    assert listener_of(said(0, "Ada"), []) is None


def test_roles_listen_to_each_other() -> None:
    """Where nobody is named, the user speaks to the assistant and the other way round."""
    assert listener_of(said(0, role="user"), []) == "assistant"
    assert listener_of(said(1, role="assistant"), [said(0, "Ada", role="user")]) == "Ada"


def test_a_document_has_no_listener() -> None:
    """Nobody is spoken to in a passage."""
    passage = Interaction(id="p", session="s", kind="passage", text="You are here.")
    assert listener_of(passage, [said(0, "Ada")]) is None


def test_context_is_bounded_and_knows_the_speakers() -> None:
    """A turn sees at most the last ten interactions, and the names of those who speak there."""
    turn = turn_of(said(99, "Ada"), [said(n, "Bob") for n in range(30)])
    assert [i.id for i in turn.before] == [f"i{n}" for n in range(30 - CONTEXT, 30)]
    assert turn.known == ("Bob", "Ada")


def test_triples_bring_their_entities() -> None:
    """Subjects and objects are entities, mentioned by the turn, even where the extractor lists none."""
    triple = Triple(subject="Ada", predicate="works_at", object="Feedzai", subject_kind="person")
    batch = batch_of("ns", [(said(1), Extraction(triples=(triple,), extractor="test"))])
    assert {(e.name, e.kind) for e in batch.entities} == {("Ada", "person"), ("Feedzai", "unknown")}
    assert {m.entity for m in batch.mentions} == {entity_id("ns", "Ada"), entity_id("ns", "Feedzai")}
    (fact,) = batch.facts
    assert (fact.subject_id, fact.object_id) == (entity_id("ns", "Ada"), entity_id("ns", "Feedzai"))
    assert fact.text == "Ada works at Feedzai"
    assert batch.assertions[0].fact == fact.id
    assert batch.done == {"i1": "test"}


def test_mentions_of_one_entity_add_up() -> None:
    """Two spellings of a name in one turn are one mention with both counts; `about` wins."""
    found = (FoundEntity(name="Ada", count=2), FoundEntity(name="ADA", about=True))
    batch = batch_of("ns", [(said(1), Extraction(entities=found))])
    (mention,) = batch.mentions
    assert (mention.count, mention.about, mention.source) == (3, True, "fact")


def test_incomplete_triples_are_left_out() -> None:
    """A triple without a subject, predicate or object is no fact and brings no entity."""
    triples = (Triple(subject="", predicate="is", object="x"), Triple(subject="Ada", predicate=" ", object="x"))
    batch = batch_of("ns", [(said(1), Extraction(triples=triples))])
    assert not batch.facts
    assert not batch.entities
