"""Which steps of a query mattered: no model, from rewards, citations and the way to the step that succeeded. Pure."""

from collections import deque
from collections.abc import Sequence

from graphmem.learn.nouns import Outcome, Step

__all__ = ["MOST_KEY_STEPS", "key_steps"]

#: A trajectory is shown to an agent: more steps than this are no summary.
MOST_KEY_STEPS = 20


def key_steps(steps: Sequence[Step], *, outcome: Outcome | None) -> tuple[Step, ...]:
    """Return the steps that mattered, in their order, at most `MOST_KEY_STEPS` (the last ones where there are more).

    Steps with a positive reward, steps that two or more later ones were inspired by, and the shortest way along
    INSPIRED from the first step to the last one of a success (to the last rewarded one where the outcome is unknown);
    of these none that cost something (reward < 0): nobody should repeat them. Of a failed query, all steps that cost
    something and the last one: what to avoid. G-Memory keeps what a language model picks (arXiv 2506.07398, section
    3); this is its keyless twin.
    """
    if outcome == "failure":
        kept = [s for s in steps if _punished(s) or s is steps[-1]]
    else:
        sound = [s for s in steps if not _punished(s)]
        chosen = _of_success(steps, outcome, last=sound[-1].id) if sound else set()
        kept = [s for s in sound if s.id in chosen] or sound
    return tuple(kept[-MOST_KEY_STEPS:])


def _punished(step: Step) -> bool:
    return step.reward is not None and step.reward < 0


def _of_success(steps: Sequence[Step], outcome: Outcome | None, *, last: str) -> set[str]:
    """Return the ids of what mattered; `last` is the last step that was not punished."""
    rewarded = [s.id for s in steps if s.reward is not None and s.reward > 0]
    cited: dict[str, int] = {}
    for step in steps:
        for source in step.inspired_by:
            cited[source] = cited.get(source, 0) + 1
    chosen = set(rewarded) | {id_ for id_, count in cited.items() if count >= 2}
    goals = {last} if outcome == "success" else set(rewarded[-1:])
    return chosen | {id_ for goal in goals for id_ in _way(steps, goal)}


def _way(steps: Sequence[Step], goal: str) -> list[str]:
    """Return the ids on the shortest way back from the goal to the first step, or as far back as any way leads."""
    sources = {s.id: s.inspired_by for s in steps}
    first = steps[0].id
    before: dict[str, str | None] = {goal: None}
    queue, last = deque([goal]), goal
    while queue:
        last = queue.popleft()
        if last == first:
            break
        for source in sources.get(last, ()):
            if source in sources and source not in before:
                before[source] = last
                queue.append(source)
    way: list[str] = []
    here: str | None = last
    while here is not None:
        way.append(here)
        here = before[here]
    return way
