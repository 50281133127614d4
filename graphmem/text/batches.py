"""Things in groups that a model can read in one call. Pure."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

__all__ = ["batches"]

_T = TypeVar("_T")


def batches(things: Iterable[_T], *, most: int, characters: int, length: Callable[[_T], int]) -> Iterator[list[_T]]:
    """Yield things in groups, in order: at most so many, of at most so many characters unless one alone is longer.

    >>> list(batches(["a", "bb", "cccc", "d"], most=2, characters=4, length=len))
    [['a', 'bb'], ['cccc'], ['d']]
    """
    batch: list[_T] = []
    total = 0
    for thing in things:
        size = length(thing)
        if batch and (len(batch) == most or total + size > characters):
            yield batch
            batch, total = [], 0
        batch.append(thing)
        total += size
    if batch:
        yield batch
