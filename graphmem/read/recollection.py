"""What `Memory.recall` returns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, overload

from graphmem.model import Degradation, Hit
from graphmem.read import browser_path
from graphmem.read.pack import pack

__all__ = ["Recollection"]


@dataclass(frozen=True, kw_only=True)
class Recollection(Sequence[Hit]):
    """What `recall` returns: hits, best first within each type, types in the order asked.

    `undated` counts interactions that a time bound left out because nobody knows when they were. `degraded` says
    what could not be done. `via` says who searched: this process' index, or the server for a namespace that is too
    large for one (then `degraded` says what differs).
    """

    text: str
    hits: tuple[Hit, ...] = ()
    undated: int = 0
    degraded: tuple[Degradation, ...] = ()
    milliseconds: float = 0.0
    via: Literal["index", "server"] = "index"

    def __len__(self) -> int:
        return len(self.hits)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Hit]: ...
    def __getitem__(self, index: int | slice) -> Hit | Sequence[Hit]:
        return self.hits[index]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def context(self, *, tokens: int = 800) -> str:
        """Pack the hits into a prompt of at most `tokens` tokens (estimated), dated, with provenance, best first."""
        return pack(self.hits, tokens=tokens)

    def explain(self, hit: Hit) -> str:
        """Return a Cypher statement that, pasted in Neo4j Browser, draws how the graph led to a hit.

        It only reads, and needs no parameters; ids are in it as quoted literals. It draws something where the hit's
        memory is on a Neo4j; `hit.why.path` tells the same in words on every store.
        """
        return browser_path.explain(hit)
