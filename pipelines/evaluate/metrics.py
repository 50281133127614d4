"""The figures, as fractions of 1: recall of what is gold among the first k, and whether all or any of it is there."""

from collections.abc import Collection, Iterable, Sequence

__all__ = ["all_at", "any_at", "mean", "once", "recall_at"]


def recall_at(ranked: Sequence[str], gold: Collection[str], *, k: int) -> float:
    """Return |first k of `ranked` that are gold| / |gold|, 0 to 1; `gold` is not empty.

    >>> recall_at(["a", "b", "c"], {"a", "c"}, k=2)
    0.5
    """
    return len(set(ranked[:k]) & set(gold)) / len(set(gold))


def all_at(ranked: Sequence[str], gold: Collection[str], *, k: int) -> float:
    """Return 1 if the first k hold all that is gold, else 0.

    >>> all_at(["a", "b", "c"], {"a", "c"}, k=3)
    1.0
    """
    return float(set(gold) <= set(ranked[:k]))


def any_at(ranked: Sequence[str], gold: Collection[str], *, k: int) -> float:
    """Return 1 if the first k hold anything that is gold, else 0.

    >>> any_at(["a", "b", "c"], {"c"}, k=2)
    0.0
    """
    return float(not set(gold).isdisjoint(ranked[:k]))


def once(names: Iterable[str]) -> list[str]:
    """Return every name at its first place: the order of sessions by their best turn.

    >>> once(["s2", "s1", "s2"])
    ['s2', 's1']
    """
    return list(dict.fromkeys(names))


def mean(values: Sequence[float]) -> float:
    """Return the mean, 0.0 of nothing.

    >>> mean([1.0, 0.0])
    0.5
    """
    return sum(values) / len(values) if values else 0.0
