"""What `Memory.recall` returns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, overload

from graphmem.arguments import checked_verbs
from graphmem.model import Degradation, Hit
from graphmem.read import browser_path
from graphmem.read.pack import Warmth, pack
from graphmem.text.time import TimeSpan

__all__ = ["Recollection"]


@checked_verbs
@dataclass(frozen=True, kw_only=True)
class Recollection(Sequence[Hit]):
    """What `recall` returns: hits, best first within each type, types in the order asked.

    `undated` counts interactions that a time bound left out because nobody knows when they were. `degraded` says
    what could not be done. `via` says who searched: this process' index, or the server for a namespace that is too
    large for one (then `degraded` says what differs). `times` are the times that the question was read to ask for.
    """

    text: str
    hits: tuple[Hit, ...] = ()
    undated: int = 0
    degraded: tuple[Degradation, ...] = ()
    milliseconds: float = 0.0
    via: Literal["index", "server"] = "index"
    times: tuple[TimeSpan, ...] = ()

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

    def __str__(self) -> str:
        """Render the hits for a person's eyes, a line each: place, score, day, who, text; `context` is for prompts."""
        return "\n".join(f"{n}. {_line(hit)}" for n, hit in enumerate(self.hits, 1)) or "nothing found"

    @property
    def in_time(self) -> tuple[Hit, ...]:
        """The hits oldest first, for "which came first" and "when did"; those that nobody dated come last."""
        return tuple(sorted(self.hits, key=lambda hit: (hit.at is None, hit.at.timestamp() if hit.at else 0.0)))

    def context(self, *, tokens: int = 800, warm: Sequence[Warmth] = ()) -> str:
        """Pack the hits into a prompt of at most `tokens` tokens (estimated), dated, with provenance, best first.

        With `warm=memory.retained(*found)` what is hot has the first claim on the room, and what is cold the last.
        """
        return pack(self.hits, tokens=tokens, warm=warm)

    def explain(self, hit: Hit) -> str:
        """Return a Cypher statement that, pasted in Neo4j Browser, draws how the graph led to a hit.

        It only reads, and needs no parameters; ids are in it as quoted literals. It draws something where the hit's
        memory is on a Neo4j; `hit.why.path` tells the same in words on every store.
        """
        return browser_path.explain(hit)


def _line(hit: Hit) -> str:
    said = hit.interaction
    who = "" if said is None else said.speaker or said.role or said.title or ""
    day = f"{hit.at:%Y-%m-%d}" if hit.at else ""
    return "  ".join(part for part in (f"{hit.score:.2f}", day, f"{who}: {hit.text}" if who else hit.text) if part)
