"""What a signal is; rankings name them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from graphmem.read.columns import Floats

__all__ = ["Signal"]

_P = TypeVar("_P")


@dataclass(frozen=True, slots=True)
class Signal(Generic[_P]):
    """One thing said about every candidate.

    Args:
        name: what rankings, `hit.why` and reports call it; no two are called the same.
        range: least and greatest value before normalisation.
        function: m candidates in, m float32 out; `ABSENT` (-inf) where nothing is known. Pure.
    """

    name: str
    range: tuple[float, float]
    function: Callable[[_P], Floats]

    @property
    def doc(self) -> str:
        """The function's first line."""
        return (self.function.__doc__ or "").partition("\n")[0]
