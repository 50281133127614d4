"""Lessons in use: who is to blame, what changes, whose way it is, and what is stable without any outcome."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from graphmem import Memory, Message
from tests.conftest import WHEN

Opener = Callable[..., Memory]


def _mend(memory: Memory, number: int, *tools: str, won: bool, firm: str) -> None:
    """A closed query about a firm's build, done with some tools."""
    with memory.query(f"Mend build {number} of {firm}", at=WHEN + timedelta(hours=number)) as query:
        offered = query.guidance(top_k=8).insights
        for tool in tools:
            query.step(f"chose {tool}", tool=tool)
        for insight in (a.insight for a in offered):
            if insight.polarity > 0 and insight.feature is not None and insight.feature.name in tools:
                query.used(insight)
        query.close(outcome="success" if won else "failure")


def _advised(memory: Memory) -> set[tuple[str, int]]:
    return {(i.feature.name, i.polarity) for i in memory.insights() if i.feature is not None}


FIRMS = ("Alder Mills", "Corvid Labs", "Dunmore Foods")


def test_a_lesson_is_not_to_blame_for_what_else_went_wrong(opened: Opener) -> None:
    """Followed on queries that fail for another reason, a right lesson stands, and the other tool is warned of."""
    memory = opened(extractor=None)
    for n in range(4):
        _mend(memory, n, "roll back", "run the tests", won=True, firm=FIRMS[n % 3])
    for n in range(4, 10):
        _mend(memory, n, "roll back", "open a ticket", won=False, firm=FIRMS[n % 3])
    assert {("roll back", 1), ("open a ticket", -1)} <= _advised(memory)
    lesson = next(i for i in memory.insights() if i.feature is not None and i.feature.name == "roll back")
    assert lesson.score > 0
    assert memory.store.links(memory.namespace, types=["USED"], targets=[lesson.id])
    shown = memory.query("Mend build 99 of Alder Mills").guidance(top_k=8)
    assert lesson.id in {a.insight.id for a in shown.insights}


def test_a_lesson_falls_with_the_rule_it_tells(opened: Opener) -> None:
    """When what succeeded fails again and again, the lesson is retired, kept, and what succeeds now takes its place."""
    memory = opened(extractor=None)
    for n in range(6):
        _mend(memory, n, "roll back", won=True, firm=FIRMS[n % 3])
    for n in range(6, 11):
        _mend(memory, n, "roll back", won=False, firm=FIRMS[n % 3])
    assert ("roll back", 1) not in _advised(memory)
    assert any(i.feature and i.feature.name == "roll back" and i.retired_at for i in memory.insights(retired=True))
    for n in range(11, 16):
        _mend(memory, n, "restart", won=True, firm=FIRMS[n % 3])
    assert ("restart", 1) in _advised(memory)


def test_examples_about_the_same_party_come_first(opened: Opener) -> None:
    """Of similar successes, those about the firm at hand are shown first, older ones too."""
    memory = opened(extractor=None)
    for n, firm in enumerate((FIRMS[0], *FIRMS[1:], *FIRMS[1:])):
        _mend(memory, n, f"branch of {firm}", won=True, firm=firm)
    traces = memory.query("Mend build 30 of Alder Mills").guidance(top_k=3).traces
    assert traces[0].query.text.endswith("of Alder Mills")


def test_what_is_said_again_and_again_becomes_a_lesson_and_falls_with_it(opened: Opener) -> None:
    """Consolidation draws a lesson from a fact that three turns say, once, and retires it when they are forgotten."""
    memory = opened()
    chat = [Message("Ada works at Corvid.", speaker=who, at=WHEN) for who in ("Ada", "Charles", "Grace")]
    memory.remember(chat, session="chat")
    memory.consolidate(steps=["insights"])
    stable = [i for i in memory.insights() if i.origin == "stable"]
    assert [len(i.supports) for i in stable] == [1]
    assert "Corvid" in stable[0].text
    assert sum(memory.consolidate(steps=["insights"]).written.values()) == 0
    memory.forget(session="chat")
    memory.consolidate(steps=["insights"])
    assert [i for i in memory.insights() if i.origin == "stable"] == []


def test_what_mostly_resolves_queries_becomes_a_lesson(opened: Opener) -> None:
    """Three successes that ended in the same step make a lesson that rests on them; a second run writes nothing."""
    memory = opened(extractor=None)
    for n in range(3):
        _mend(memory, n, "roll back", won=True, firm=FIRMS[n])
    memory.consolidate(steps=["insights"])
    stable = [i for i in memory.insights() if i.origin == "stable"]
    assert [i.text for i in stable] == ["What mostly resolves “Mend build N of X”: chose roll back"]
    assert len(stable[0].supports) == 3
    assert sum(memory.consolidate(steps=["insights"]).written.values()) == 0


def test_roles_may_be_in_any_script(opened: Opener) -> None:
    """A role in another script, or with an accent, narrows guidance like any other."""
    memory = opened(extractor=None)
    with memory.query("Ship the release") as query:
        query.step("wrote the notes", role="作家", reward=1)
        query.step("ran the tests", role="Prüferin ✓", reward=1)
        query.close(outcome="success")
    for role, text in (("作家", "wrote the notes"), ("Prüferin ✓", "ran the tests")):
        shown = memory.query("Ship the next release", id=role).guidance(role=role).traces[0]
        assert [s.text for s in shown.steps] == [text]


def test_what_failed_is_told_before_any_lesson_is_sure(opened: Opener) -> None:
    """After one failure guidance says that what was tried is less likely than anything else; for ablations, nothing."""
    memory = opened(extractor=None)
    _mend(memory, 1, "roll back", "open a ticket", won=False, firm=FIRMS[0])
    shown = memory.query("Mend build 2 of Corvid Labs").guidance()
    assert shown.untried is not None
    assert {c.feature.name: (c.succeeded, c.tried) for c in shown.chances} == {
        "roll back": (0, 1),
        "open a ticket": (0, 1),
    }
    assert all(c.right < shown.untried for c in shown.chances)
    assert "anything not tried yet" in str(shown)
    memory.learning = replace(memory.learning, use_insights=False)
    alone = memory.query("Mend build 3 of Corvid Labs").guidance()
    assert (alone.chances, alone.untried) == ((), None)
    assert alone.warnings
