"""Memories that hold several things at once: chats beside passages, all chats together, all passages together.

What the sets cost each other is the difference to their figures alone; the category of a question says which set it is
of, and beside what it was asked.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipelines.evaluate.cases import Case, Question, Unit
from pipelines.evaluate.locomo import load_locomo
from pipelines.evaluate.multihop import load_multihop

__all__ = ["load_mixed"]

_PASSAGES = ("2wiki", "musique", "hotpotqa")
_BESIDE = "musique"


def load_mixed(path: Path) -> Iterator[Case]:
    """Yield each conversation with the MuSiQue passages, all conversations in one, and three sets of passages in one.

    Args:
        path: the folder of the benchmark data, with `locomo` and `multihop/{2wiki,musique,hotpotqa}`.

    Raises:
        NotFound: a set is not there.
        FormatError: a set's files are not in its form.
    """
    chats = list(load_locomo(path / "locomo"))
    sets = {name: next(load_multihop(path / "multihop" / name)) for name in _PASSAGES}
    for chat in chats:
        parts = [("chat beside passages", chat), ("passages beside chat", sets[_BESIDE])]
        yield _together(f"{chat.name} and {_BESIDE}", parts)
    yield _together("all conversations", [("chats together", chat) for chat in chats])
    yield _together("all passages", [(f"{name} among passages", case) for name, case in sets.items()])


def _together(name: str, parts: Sequence[tuple[str, Case]]) -> Case:
    """Return one namespace of several; every name and label says which part it is of."""
    units: list[Unit] = []
    questions: list[Question] = []
    dropped: Counter[str] = Counter()
    for category, case in parts:
        units += [replace(u, key=f"{case.name} {u.key}", session=f"{case.name} {u.session}") for u in case.units]
        for question in case.questions:
            gold = frozenset(f"{case.name} {key}" for key in question.gold)
            questions.append(
                replace(question, id=f"{name}: {question.id}", category=category, gold=gold, gold_all=gold)
            )
        dropped.update(case.dropped)
    return Case(name=name, units=tuple(units), questions=tuple(questions), dropped=dropped)
