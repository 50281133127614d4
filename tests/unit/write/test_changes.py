"""What a write says it did to each fact."""

from graphmem.model import Fact, Ruling
from graphmem.write.changes import changes_of


def told(id_: str, text: str = "") -> Fact:
    return Fact("Ada", "lives_in", "Lisbon", id=id_, text=text)


def operations(rulings: list[Ruling], known: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    found = changes_of([told("new"), told("new"), told("old")], known=known, rulings=rulings)
    return [(c.fact, c.operation) for c in found]


def test_each_fact_is_told_of_once() -> None:
    """A fact told twice in one write happened once; what was known is nothing new."""
    assert operations([], known=("old",)) == [("new", "add"), ("old", "noop")]


def test_ending_others_is_an_update_or_a_deletion() -> None:
    """Taking the place of another is an update, ending it alone a deletion; both name what they ended."""
    update = Ruling(older="x", kind="update", newer="new", reason="a newer value")
    negation = Ruling(older="y", kind="negation", newer="old", reason="not any more")
    assert operations([update, negation]) == [("new", "update"), ("old", "delete")]
    changes = changes_of([told("new")], known=(), rulings=[update])
    assert (changes[0].why, changes[0].replaced) == ("a newer value", ("x",))


def test_news_of_the_past_says_that_it_does_not_hold() -> None:
    """A new fact that another one ends at once says so."""
    late = Ruling(older="new", kind="update", newer="other", reason="a newer value")
    change = changes_of([told("new")], known=(), rulings=[late])[0]
    assert change.operation == "add"
    assert "not held now" in change.why
