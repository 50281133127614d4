"""How likely each thing tried is right: little evidence counts a little, joint evidence is shared, parties differ."""

from datetime import timedelta

from graphmem.learn.beliefs import Tried, beliefs
from graphmem.learn.chances import ROUNDS, chances
from graphmem.learn.nouns import Chance, Feature, Guidance, Outcome
from tests.conftest import WHEN

NOBODY: frozenset[str] = frozenset()


def _tried(number: int, *tools: str, won: bool, about: str = "") -> Tried:
    outcome: Outcome = "success" if won else "failure"
    features = frozenset(Feature("tool", t) for t in tools)
    names = frozenset({about}) if about else NOBODY
    return Tried(f"q{number}", features, outcome, about=names, at=WHEN + timedelta(hours=number))


def _right(tried: list[Tried], *, about: frozenset[str] = NOBODY) -> dict[str, float]:
    held = beliefs(tried, change=0.02, rounds=ROUNDS)
    return {c.feature.name: c.right for c in chances(held, tried, about=about)}


def test_what_failed_once_is_less_likely_than_what_nobody_tried() -> None:
    """One failure draws no lesson, yet already speaks for trying something else."""
    tried = [_tried(1, "phone", "card", won=False)]
    right = _right(tried)
    untried = beliefs(tried, change=0.02).prior
    assert max(right.values()) < untried
    assert min(right.values()) > untried / 3


def test_what_was_tried_in_vain_counts_more_beside_what_is_right() -> None:
    """A failure is put down to what was doubtful: beside something known to be right, the other one is to blame."""
    known = [_tried(n, "web", "card", won=True) for n in range(3)]
    beside = _right([*known, _tried(3, "web", "cash", won=False)])
    alone = _right([*known, _tried(3, "phone", "cash", won=False)])
    assert beside["cash"] < alone["cash"]
    assert beside["web"] > 0.9 * alone["web"]


def test_a_party_with_a_way_of_its_own_is_told_of_its_own_way() -> None:
    """Where two parties differ, each is told what is right for it, and a stranger neither for sure."""
    tried = [
        _tried(2 * n + k, "web", tool, won=(tool == way), about=party)
        for n, tool in enumerate(("gate a", "gate b") * 4)
        for k, (party, way) in enumerate((("alder", "gate a"), ("corvid", "gate b")))
    ]
    alder, corvid, stranger = (_right(tried, about=frozenset({p})) for p in ("alder", "corvid", "dunmore"))
    assert alder["gate a"] > 0.8 > 0.2 > alder["gate b"]
    assert corvid["gate b"] > 0.8 > 0.2 > corvid["gate a"]
    assert 0.2 < stranger["gate a"] < 0.8


def test_chances_come_with_what_they_rest_on_the_likeliest_first() -> None:
    """Each says how often it was tried and how often it went well; a step's own reward goes before the outcome."""
    tried = [_tried(1, "web", won=True), _tried(2, "web", won=False), _tried(3, "phone", won=False)]
    told = Tried("q4", frozenset({Feature("tool", "phone")}), "success", told={Feature("tool", "phone"): False})
    found = chances(beliefs([*tried, told], change=0.02), [*tried, told], about=NOBODY)
    assert [(c.feature.name, c.succeeded, c.tried) for c in found] == [("web", 1, 2), ("phone", 0, 2)]


def test_a_prompt_tells_of_chances_that_say_something() -> None:
    """What is no likelier and no less likely than anything is not told; what is untried has a line of its own."""
    likely, unlikely, open_ = (
        Chance(feature=Feature("tool", name), right=right, tried=4, succeeded=won)
        for name, right, won in (("web", 0.9, 4), ("phone", 0.05, 0), ("mail", 0.36, 1))
    )
    told = str(Guidance(text="x", chances=(likely, open_, unlikely), untried=0.35))
    assert "- web: 90% (4 of 4 succeeded so)\n- phone: 5% (0 of 4 succeeded so)\n- anything not tried yet: 35%" in told
    assert "mail" not in told
    assert not str(Guidance(text="x", chances=(open_,), untried=0.35))
