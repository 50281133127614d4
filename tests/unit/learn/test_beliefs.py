"""Beliefs in what was done: credit for joint work, changes, parties, chance."""

import random
from datetime import timedelta

import pytest

from graphmem.learn.beliefs import MOST_FEATURES, Tried, beliefs
from graphmem.learn.key_steps import MOST_KEY_STEPS, key_steps
from graphmem.learn.nouns import Feature, Outcome, Step
from graphmem.learn.regularities import contrasts, features_of, told_by
from tests.conftest import WHEN


def _tool(name: str) -> Feature:
    return Feature("tool", name)


def _tried(number: int, *tools: str, won: bool, about: str = "") -> Tried:
    names = frozenset({about}) if about else frozenset()
    outcome: Outcome = "success" if won else "failure"
    features = frozenset(map(_tool, tools))
    return Tried(f"q{number}", features, outcome, about=names, at=WHEN + timedelta(hours=number))


def test_a_failure_is_put_down_to_what_is_not_known_to_be_right() -> None:
    """What succeeded elsewhere is not to blame: of two things that failed together, the other one is doubted."""
    tried = [_tried(n, "web", "card", won=True) for n in range(4)]
    tried += [_tried(n, "web", "cash", won=False) for n in range(4, 8)]
    held = beliefs(tried, change=0.02)
    assert held.strength(_tool("web")) > 0.8
    assert held.strength(_tool("cash")) < -0.8
    assert held.strength(_tool("never tried")) == 0
    assert held.of[_tool("web")].said["q5"] > -0.7 > held.of[_tool("cash")].said["q5"]


def test_a_success_speaks_for_everything_done() -> None:
    """Nothing is known of three tools until they succeed together: then all three are believed in, alike."""
    held = beliefs([_tried(n, "a", "b", "c", won=True) for n in range(2)], change=0)
    strengths = {held.strength(_tool(t)) for t in "abc"}
    assert min(strengths) > 0.5
    assert max(strengths) - min(strengths) < 1e-9


def test_what_fails_lately_is_doubted_soon() -> None:
    """Three failures after twenty successes undo belief when things change; where nothing may, it stands longer."""
    tried = [_tried(n, "web", "card", won=True) for n in range(20)]
    tried += [_tried(n, "web", "card", won=False) for n in range(20, 23)]
    assert beliefs(tried[:20], change=0.02).strength(_tool("web")) > 0.9
    changing, fixed = (beliefs(tried, change=c).strength(_tool("web")) for c in (0.05, 0.0))
    assert changing < 0.5 < fixed


def test_what_changes_changes_together() -> None:
    """Once what was right fails, what used to be wrong is held less surely so: it may be what is right now."""
    common = [_tried(n, "web" if n % 2 else "phone", won=bool(n % 2)) for n in range(16)]
    stayed, changed = (
        beliefs([*common, *(_tried(n, "web", won=won) for n in range(16, 20))], change=0.02) for won in (True, False)
    )
    assert stayed.strength(_tool("phone")) < -0.85
    assert changed.strength(_tool("phone")) > stayed.strength(_tool("phone")) + 0.1
    assert changed.strength(_tool("web")) < -0.9


def test_beliefs_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two things that failed together share the blame: further rounds do not put it on the one and on the other."""
    tried = [_tried(n, "web", "card", won=n < 20) for n in range(24)]
    few = [beliefs(tried[:n], change=0.02).strength(_tool("web")) for n in (22, 23, 24)]
    monkeypatch.setattr("graphmem.learn.beliefs.ROUNDS", 30)
    many = [beliefs(tried[:n], change=0.02).strength(_tool("web")) for n in (22, 23, 24)]
    assert max(abs(a - b) for a, b in zip(few, many, strict=True)) < 0.05


def test_belief_does_not_hang_on_the_order_of_arrival() -> None:
    """Evidence is taken in order of time, whatever order it comes in."""
    luck = random.Random(4)
    tried = [_tried(n, luck.choice("ab"), luck.choice("cd"), won=luck.random() < 0.5) for n in range(30)]
    shuffled = luck.sample(tried, len(tried))
    one, other = beliefs(tried, change=0.02), beliefs(shuffled, change=0.02)
    assert {f: round(b.right, 9) for f, b in one.of.items()} == {f: round(b.right, 9) for f, b in other.of.items()}


def test_what_depends_on_the_party_is_no_lesson() -> None:
    """A portal that is right for one firm and wrong for the other is its own; the tool that both need is a lesson."""
    firms = {"alder": "portal A", "corvid": "portal B"}
    tried = [
        _tried(n, "web", portal, won=firms[firm] == portal, about=firm)
        for n, (firm, portal) in enumerate([(f, p) for _ in range(5) for f in firms for p in ("portal A", "portal B")])
    ]
    tried += [_tried(n, "phone", portal, won=False, about=f) for n, (f, portal) in enumerate(firms.items(), start=90)]
    held = beliefs(tried, change=0)
    assert held.of[_tool("portal A")].own > 0.9
    assert held.of[_tool("web")].own < 0.3
    assert {(c.feature.name, c.polarity) for c in contrasts(tried) if "portal" in c.feature.name} == set()
    assert ("web", 1) in {(c.feature.name, c.polarity) for c in contrasts(tried)}


def test_chance_is_seldom_a_lesson() -> None:
    """Where tools make no difference, beliefs foretell no better than the plain rate, and few lessons are drawn."""
    drawn = 0
    for seed in range(20):
        luck = random.Random(seed)
        tried = [
            _tried(n, luck.choice("abc"), luck.choice("def"), won=luck.random() < 0.5, about=luck.choice("PQRS"))
            for n in range(30)
        ]
        drawn += len(contrasts(tried, change=0.02))
    assert drawn <= 40  # of 120 tools: 30 when this was written


def test_nothing_tried_is_believed_of() -> None:
    """No evidence, and evidence without tools, is no belief."""
    assert beliefs([], change=0.02).of == {}
    assert beliefs([_tried(0, won=True)], change=0.02).of == {}


def test_a_hundred_thousand_steps_come_down_to_little() -> None:
    """Key steps, features and beliefs of a query of 100,000 steps with hundreds of attributes are bounded."""
    steps = [
        Step(
            id=str(n),
            text="went on",
            tool=f"tool {n % 7}",
            attributes={"page": str(n % 500)},
            reward=1 if n % 2 else None,
        )
        for n in range(100_000)
    ]
    assert len(key_steps(steps, outcome="success")) == MOST_KEY_STEPS
    features = features_of(steps)
    assert len(features) == 500 + 7 + 7
    tried = [Tried(f"q{n}", features, "success", told=told_by(steps) if n else {}, at=WHEN) for n in range(2)]
    assert len(beliefs(tried, change=0.02).of) == MOST_FEATURES
