"""What the part that a name plays tells of its kind."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from graphmem.ports import Extraction, Triple
from graphmem.text.roles import kinds_by_role

Said = Callable[..., Extraction]


@pytest.mark.parametrize(
    ("predicate", "label", "kind"),
    [
        ("lives_in", "person", "place"),
        ("moved_to", "unknown", "place"),
        ("traveled_to", "product", "place"),
        ("works_at", "person", "organisation"),
        ("married_to", "unknown", "person"),
        ("has_partner", "organisation", "person"),
        ("has_best_friend", "place", "person"),
        ("wife", "product", "person"),
        ("has_partner", "event", None),
        ("lives_with", "unknown", None),
        ("moved_to", "organisation", None),
        ("works_for", "person", None),
        ("reads", "person", None),
    ],
)
def test_a_relation_knows_what_its_object_is(predicate: str, label: str, kind: str | None) -> None:
    """A label that says less than the relation is overruled; where the relation says nothing, nothing is."""
    triple = Triple(subject="Ada", subject_kind="person", predicate=predicate, object="Belmora", object_kind=label)
    assert kinds_by_role([triple]).get("belmora") == kind


def test_a_company_has_companies_as_partners() -> None:
    """Whom a person has as partner is a person; whom a company has as one keeps its label."""
    told = Triple(subject="Acme", subject_kind="organisation", predicate="has_partner", object="Belmora")
    assert kinds_by_role([replace(told, object_kind="organisation")]) == {}
    assert kinds_by_role([replace(told, subject_kind="person", object_kind="organisation")]) == {"belmora": "person"}


def test_things_are_no_places() -> None:
    """Only names are judged: who lives in fear makes no place of it."""
    assert kinds_by_role([Triple(subject="Ada", predicate="lives_in", object="fear", object_kind="unknown")]) == {}


def test_who_says_something_is_a_person() -> None:
    """A name that no label fits is a person's where only persons do what it does."""
    triple = Triple(subject="Zorn", predicate="said", object="hello", object_kind="concept")
    assert kinds_by_role([triple]) == {"zorn": "person"}


def test_where_one_stays_is_a_place(said: Said) -> None:
    """A name after "the town of" is a place though its label may be another; so is where people meet."""
    found = {e.name: e.kind for e in said("The town of Nuvanka is cold. We met in Belmora last year.").entities}
    assert (found["Nuvanka"], found["Belmora"]) == ("place", "place")


def test_a_speaker_is_a_person(said: Said) -> None:
    """Who speaks is a person, whatever the name looks like."""
    found = said("I live in Porto.", speaker="Paris")
    assert {e.name: e.kind for e in found.entities}["Paris"] == "person"


def test_a_text_that_says_what_something_is_knows_best() -> None:
    """Who is called a company is an organisation whatever the label; a person's label stays."""
    told = Triple(subject="Belmora", subject_kind="place", predicate="is_a", object="small company in Porto")
    assert kinds_by_role([told]) == {"belmora": "organisation"}
    assert kinds_by_role([replace(told, subject_kind="person")]) == {}
    assert kinds_by_role([replace(told, negated=True)]) == {}
