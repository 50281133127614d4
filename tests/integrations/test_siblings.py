"""Siblings: memories of other namespaces over one store, as the faces for many people make them."""

import pytest

from graphmem import Message
from graphmem.errors import InvalidInput
from graphmem.integrations.scopes import Scope, filled, values_of
from graphmem.learn.feedback import Tuning
from tests.conftest import WHEN, Opener


def test_siblings_are_apart(opened: Opener) -> None:
    """A sibling reads and writes its own namespace only, and outlives other siblings that are closed."""
    ada = opened(extractor=None)
    bo, cy = ada.sibling("user/bo"), ada.sibling("user/cy")
    for memory, text in ((ada, "A heron."), (bo, "A cello."), (cy, "A river.")):
        memory.remember([Message(text, at=WHEN)])
    assert [[i.text for i in m.history()] for m in (ada, bo, cy)] == [["A heron."], ["A cello."], ["A river."]]
    bo.close()
    assert cy.recall("river")[0].text == "A river."
    assert ada.recall("heron")[0].text == "A heron."
    with pytest.raises(InvalidInput):
        ada.sibling(" ")


def test_a_sibling_has_a_tuning_of_its_own(opened: Opener) -> None:
    """Feedback on one namespace moves that namespace's ranking only."""
    ada = opened(extractor=None)
    ada.remember(["A heron.", "A river."], at=WHEN)
    found = ada.recall("heron or river")
    moved = ada.feedback(found, useful=[found[1]], useless=[found[0]])
    assert ada.tuning == moved
    assert ada.sibling("user/bo").tuning == Tuning()


def test_what_was_tuned_goes_with_its_namespace(opened: Opener) -> None:
    """Erased, a namespace has no ranking of its own any more; what another process taught meanwhile is built on."""
    ada, again = opened(extractor=None), opened(extractor=None)
    ada.remember(["A heron.", "A river."], at=WHEN)
    found = ada.recall("heron or river")
    assert again.tuning == Tuning()
    first = ada.feedback(found, useful=[found[1]], useless=[found[0]])
    assert again.feedback(found, useful=[found[1]], useless=[found[0]]).pairs == 2 * first.pairs
    ada.erase_namespace("user/ada")
    assert ada.tuning == Tuning()


def test_closing_the_memory_ends_its_siblings_work(opened: Opener) -> None:
    """What a sibling has not drawn when the memory is closed stays pending; the next opening finishes it."""
    ada = opened()
    bo = ada.sibling("user/bo").sibling("user/bo")
    bo.remember([Message(f"I moved to town number {n}.", speaker="Bo", at=WHEN) for n in range(150)], background=True)
    ada.close()
    with opened(namespace="user/bo") as again:
        again.flush()
        assert (again.stats().interactions, again.stats().pending) == (150, 0)


def test_a_scope_keeps_memories_at_hand(opened: Opener) -> None:
    """The same values have the same memory; beyond a number of people, the one not used for longest is closed."""
    memory = opened(extractor=None)
    scope = Scope(memory, "user/{id}")
    first = scope.of({"id": 0})
    assert scope.of({"id": 0}) is first
    assert scope.of({"id": "ada"}) is memory
    for n in range(200):
        scope.of({"id": n})
    assert scope.of({"id": 0}) is not first
    assert Scope(memory).of({}) is memory


def test_a_closed_sibling_leaves_no_index_behind(opened: Opener) -> None:
    """A process that serves many people holds the indexes of those at hand; who comes back finds everything."""
    memory = opened(extractor=None)
    memory.remember("A lake.", at=WHEN)
    for n in range(5):
        with memory.sibling(f"user/{n}") as one, memory.sibling(f"user/{n}") as other:
            one.remember(f"Heron number {n}.", at=WHEN)
            assert one.recall("heron")[0].text == f"Heron number {n}."
            other.close()
            assert one.recall("heron").hits
    assert memory.recall("lake").hits
    memory.sibling("user/ada").close()
    assert list(memory._shelf._open) == ["user/ada"]
    assert memory.sibling("user/3").recall("heron")[0].text == "Heron number 3."


def test_values_of_a_run() -> None:
    """A context of any kind is read, and goes before the configuration."""

    class Plain:
        def __init__(self) -> None:
            self.user = "plain"

    assert values_of(None, {"user": "config"}) == {"user": "config"}
    assert values_of({"user": "mapping"}, {"user": "config", "x": 1}) == {"user": "mapping", "x": 1}
    assert values_of(Plain()) == {"user": "plain"}
    assert filled("user/{user}", {"user": " a/b%c "}) == "user/a%2Fb%25c"
    with pytest.raises(InvalidInput, match="'user'"):
        filled("user/{user}", {"user": ""})
