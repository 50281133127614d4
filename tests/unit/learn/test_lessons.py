"""Lessons from outcomes: key steps, contrasts, recipes."""

from graphmem.learn.key_steps import MOST_KEY_STEPS, key_steps
from graphmem.learn.nouns import Feature, Outcome, Step
from graphmem.learn.procedures import Run, procedures
from graphmem.learn.regularities import Tried, contrasts, features_of, sentence, told_by

PHONE, WEB = Feature("tool", "phone"), Feature("tool", "web")


def _step(id_: str, *, reward: float | None = None, after: tuple[str, ...] = (), tool: str | None = None) -> Step:
    return Step(id=id_, text=f"did {id_}", reward=reward, inspired_by=after, tool=tool)


def _tried(n: int, feature: Feature, outcome: Outcome, *, about: str = "", weight: float = 1.0) -> Tried:
    names = frozenset({about}) if about else frozenset()
    return Tried(f"q{n}", frozenset({feature}), outcome, weight, about=names)


def test_rewarded_and_cited_steps_and_the_way_to_the_goal_are_key() -> None:
    """Of a success: what earned something, what others built on, and the shortest way there; dead ends are left out."""
    steps = [
        _step("start"),
        _step("dead end", after=("start",)),
        _step("idea", after=("start",)),
        _step("try", after=("idea",)),
        _step("again", after=("idea",)),
        _step("done", after=("again",), reward=1),
    ]
    assert [s.id for s in key_steps(steps, outcome="success")] == ["start", "idea", "again", "done"]


def test_what_was_punished_is_no_key_step_of_a_success() -> None:
    """A step that cost something is not to be repeated, though it lay on the way, was built on, or came last."""
    steps = [
        _step("start"),
        _step("wrong", after=("start",), reward=-1),
        _step("again", after=("wrong",)),
        _step("other", after=("wrong", "start")),
        _step("done", after=("again",), reward=1),
        _step("slip", after=("done",), reward=-1),
    ]
    assert [s.id for s in key_steps(steps, outcome="success")] == ["start", "again", "done"]
    assert [s.id for s in key_steps(steps, outcome=None)] == ["start", "again", "done"]
    assert key_steps(steps[1:2], outcome="success") == ()


def test_of_a_failure_what_cost_something_is_key() -> None:
    """Punished steps and the last one say what to avoid."""
    steps = [_step("a"), _step("b", reward=-1), _step("c"), _step("d")]
    assert [s.id for s in key_steps(steps, outcome="failure")] == ["b", "d"]


def test_key_steps_are_few_whatever_came_before() -> None:
    """A trajectory of a thousand steps comes down to the last twenty; none comes to none; a circle ends."""
    steps = [_step(str(n), reward=1) for n in range(1_000)]
    assert [s.id for s in key_steps(steps, outcome="success")] == [str(n) for n in range(1_000 - MOST_KEY_STEPS, 1_000)]
    assert key_steps([], outcome="success") == ()
    assert len(key_steps([_step("a", after=("b",)), _step("b", after=("a",))], outcome="success")) == 2


def test_what_separates_success_from_failure_is_concluded() -> None:
    """A tool that most successes used and no failure did is advised for, the other against, with the counts."""
    tried = [_tried(n, WEB, "success") for n in range(6)] + [_tried(n + 6, PHONE, "failure") for n in range(6)]
    found = {c.feature: c for c in contrasts(tried)}
    assert (found[WEB].polarity, found[PHONE].polarity) == (1, -1)
    assert found[WEB].counts == (6, 6, 0, 6)
    assert set(found[WEB].pro) == {f"q{n}" for n in range(6)}
    assert sentence(found[WEB], example="Book a table") == "Use web on queries like “Book a table”."


def test_chance_is_no_lesson() -> None:
    """Little evidence, or as many successes with as without, concludes nothing."""
    assert contrasts([_tried(0, WEB, "success"), _tried(1, PHONE, "failure")]) == ()
    even = [_tried(n, WEB if n % 2 else PHONE, "success" if n % 4 < 2 else "failure") for n in range(40)]
    assert contrasts(even) == ()
    assert contrasts([]) == ()


def test_one_party_s_own_way_is_no_lesson_for_all() -> None:
    """Where queries are about many, evidence from one of them concludes nothing; where all are about one, it does."""
    others = [_tried(n, PHONE, "failure", about=f"firm {n}") for n in range(6)]
    own = [_tried(n + 6, WEB, "success", about="alder") for n in range(6)]
    assert not [c for c in contrasts(others + own) if c.feature == WEB]
    alone = [_tried(n, PHONE, "failure", about="alder") for n in range(6)] + own
    assert [c for c in contrasts(alone) if c.feature == WEB]


def test_old_evidence_counts_less() -> None:
    """What used to work and fails lately is not advised: fading weights turn the conclusion round."""
    old = [_tried(n, WEB, "success", weight=0.05) for n in range(8)]
    new = [_tried(n + 8, WEB, "failure") for n in range(5)] + [_tried(n + 13, PHONE, "success") for n in range(5)]
    found = {c.feature: c.polarity for c in contrasts(old + new)}
    assert found == {WEB: -1, PHONE: 1}


def test_a_step_s_own_reward_says_more_than_the_outcome() -> None:
    """A step that was rewarded speaks for its tool though the query failed, one that was punished against it."""
    steps = [_step("a", tool="web", reward=1), _step("b", tool="phone", reward=-1), _step("c", tool="mail")]
    assert told_by(steps) == {WEB: True, PHONE: False}
    assert Tried("q", features_of(steps), "failure", told=told_by(steps)).good(WEB)
    assert Feature("sequence", "web then phone") in features_of(steps)


def test_what_succeeds_thrice_is_a_recipe() -> None:
    """The same steps on queries alike become one recipe with what varied left open; two runs are not enough."""
    steps = (Step(id="1", text="call Ada Byron at 9", tool="phone"), Step(id="2", text="send 3 forms", tool="mail"))
    runs = [Run(f"q{n}", f"Renew the visa of {name}", steps) for n, name in enumerate(("Ines Prado", "Rui Sousa"))]
    assert procedures(runs) == ()
    found = procedures([*runs, Run("q2", "Renew the visa of Lena Vogt", steps)])
    assert [p.text for p in found] == ["Renew the visa of X: call X at N; then send N forms"]
    assert found[0].queries == ("q0", "q1", "q2")
