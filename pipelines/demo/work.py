"""Work on the sample history's project: tasks with their steps and outcomes, of which lessons come.

Ten times somebody of the project serviced a buoy, from a rowing boat or from a motor boat; one way works. Told after
the history, it fills the upper layers of the graph: queries, insights, and what consolidation makes of the sessions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from graphmem import Memory
from graphmem.learn.nouns import Insight

__all__ = ["work"]

_BEGAN = datetime(2025, 9, 1, 9, tzinfo=UTC)
_WATERS = ("in the Ria de Aveiro", "on Lake Orta")
_STATED = "Service buoys at slack water, never on the ebb."
_WAYS = (("rowing boat", "the probe head came up clean", True), ("motor boat", "the wash tore the cable off", False))


@dataclass(frozen=True, slots=True)
class _Task:
    """A buoy that was serviced: when, where, how, and what came of it."""

    number: int
    water: str
    way: str
    result: str
    worked: bool

    @property
    def at(self) -> datetime:
        """When the task was given: one a week."""
        return _BEGAN + timedelta(weeks=self.number)

    @property
    def text(self) -> str:
        """What was asked."""
        return f"Service Heron buoy {self.number + 1} {self.water}"


def work(memory: Memory) -> int:
    """Work through the tasks that the memory does not know yet, consolidate, and return how many there were."""
    known = {query.text for query in memory.queries(top_k=1_000)}
    new = [task for task in _tasks() if task.text not in known]
    stated = memory.insight(_STATED)
    for task in new:
        _do(memory, task, stated=stated)
    memory.consolidate()
    return len(new)


def _tasks() -> Iterator[_Task]:
    for number in range(10):
        way, result, worked = _WAYS[number % 2]
        yield _Task(number, _WATERS[number // 2 % 2], way, result, worked)


def _do(memory: Memory, task: _Task, *, stated: Insight) -> None:
    """Open the task, take what memory offers, beside the lesson that somebody stated, do the steps, and close it."""
    hour = timedelta(hours=1)
    query = memory.query(task.text, agent="Jonas", task="service", at=task.at)
    query.used(stated, *query.guidance(top_k=3).insights)
    query.step(f"read the log of buoy {task.number + 1}", role="engineer", tool="Marsh gateway", at=task.at + hour)
    query.step(
        f"went out to the buoy by {task.way}", role="skipper", tool=task.way, result=task.result,
        reward=1.0 if task.worked else -1.0, at=task.at + 2 * hour,
    )  # fmt: skip
    query.close(outcome="success" if task.worked else "failure", answer=task.result)
