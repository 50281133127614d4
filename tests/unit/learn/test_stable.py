"""Insights from what is stable: facts said again and again, and how queries of a kind were resolved."""

from dataclasses import replace

from graphmem.learn.nouns import Step
from graphmem.learn.procedures import Run
from graphmem.learn.stable import resolutions, stable_facts
from graphmem.model import Fact
from tests.conftest import WHEN


def _fact(id_: str, *, said: int) -> Fact:
    sources = tuple(f"i{n}" for n in range(said))
    return Fact(
        id=id_,
        subject_id="a",
        subject="Ada",
        predicate="like",
        object_id="t",
        object="tea",
        text="Ada likes tea",
        sources=sources,
    )


def test_what_is_said_thrice_and_never_taken_back_is_a_lesson() -> None:
    """Three interactions make a fact a lesson; said twice, ended, taken back, denied or contradicted it is none."""
    often = _fact("f", said=3)
    others = [
        _fact("twice", said=2),
        replace(_fact("ended", said=3), invalid_at=WHEN),
        replace(_fact("taken back", said=3), expired_at=WHEN),
        replace(_fact("negated", said=3), negated=True),
        _fact("denied", said=3),
    ]
    found = stable_facts([often, *others], denied={"denied"}, origin="me", now=WHEN)
    assert [(i.text, i.origin, [s.id for s in i.supports]) for i in found] == [("Ada likes tea.", "stable", ["f"])]
    assert found == stable_facts([often], denied=(), origin="me", now=WHEN)


def _run(number: int, end: str) -> Run:
    steps = (Step(id="1", text="read the log"), Step(id="2", text=end))
    return Run(f"q{number}", f"Mend build {number} of Alder Mills", steps)


def test_what_mostly_resolves_a_kind_of_query_is_a_lesson() -> None:
    """Three of four successes that ended alike make a lesson, names and numbers left open; three of six do not."""
    alike = [_run(n, f"roll back to build {n}") for n in range(3)]
    (found,) = resolutions([*alike, _run(3, "wait")], origin="me", now=WHEN)
    assert found.text == "What mostly resolves “Mend build N of X”: roll back to build N"
    assert [s.id for s in found.supports] == ["q0", "q1", "q2"]
    assert (
        resolutions([*alike, *(_run(n, f"wait for {'abc'[n - 3]}") for n in range(3, 6))], origin="me", now=WHEN) == ()
    )
    assert resolutions([*alike[:2], Run("q9", "Rest", ())], origin="me", now=WHEN) == ()
