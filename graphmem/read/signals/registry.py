"""What a signal is, and the two lists of those that rankings may name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from graphmem.read.columns import Floats
from graphmem.read.scene import PassagePool, TurnPool

__all__ = ["PassageSignal", "Signal", "TurnSignal"]

_P = TypeVar("_P", bound="TurnPool | PassagePool")


@dataclass(frozen=True, slots=True)
class Signal(Generic[_P]):
    """One thing said about every candidate.

    Args:
        name: what rankings, `hit.why` and reports call it; no two are called the same.
        range: least and greatest value before normalisation.
        function: m candidates in, m float32 out; `ABSENT` (-inf) where nothing is known. Pure.
        doc: what it says, in one line.
    """

    name: str
    range: tuple[float, float]
    function: Callable[[_P], Floats]

    @property
    def doc(self) -> str:
        """The function's first line."""
        return (self.function.__doc__ or "").partition("\n")[0]


TurnSignal = Signal[TurnPool]
PassageSignal = Signal[PassagePool]
