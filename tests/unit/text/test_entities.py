from collections.abc import Callable

from graphmem.ports import Extraction

Said = Callable[..., Extraction]


def kinds(found: Extraction) -> dict[str, str]:
    return {e.name: e.kind for e in found.entities}


def test_the_parties_are_entities(said: Said) -> None:
    """Speaker and listener are persons though nobody names them."""
    assert kinds(said("Hello!")) == {"Ada": "person", "Bob": "person"}


def test_interjections_are_not_people(said: Said) -> None:
    """What a tagger takes for names (Wow, Congrats, Haha, Glad) is left out."""
    found = kinds(said("Wow! Congrats! Haha, Glad you made it. Awesome! Yay!"))
    assert set(found) == {"Ada", "Bob"}


def test_names_things_and_dates_are_told_apart(said: Said) -> None:
    """Names keep their kind, things of a fact are concepts, a time is no node."""
    found = kinds(said("I visited Paris with Marie Curie last Tuesday and bought an old violin."))
    assert found["Paris"] == "place"
    assert found["Marie Curie"] == "person"
    assert found["old violin"] == "concept"
    assert not any("Tuesday" in name for name in found)


def test_a_name_counts_as_often_as_it_is_meant(said: Said) -> None:
    """A pronoun counts for the one it stands for."""
    counts = {e.name: e.count for e in said("My sister Mia called. She is well.").entities}
    assert counts["Mia"] == 2
