"""Moving in: bring what another memory system exported into a store, where the face that replaces it finds it.

mem0's memories go where `graphmem.integrations.mem0.Memory` looks for them, under their own ids; the reference MCP
server's graph where `graphmem mcp --profile graph` does; LangGraph's items where `GraphMemStore` does; Graphiti's
episodes, entities and facts become interactions, entities and facts. Doing it again adds nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from graphmem.errors import InvalidInput, NotFound
from graphmem.formats.items import Item, Problem, ReadOptions
from graphmem.formats.peers.graphiti import read_graphiti
from graphmem.formats.peers.langgraph import is_sqlite, read_langgraph_store, read_langgraph_table
from graphmem.formats.peers.mcp_memory import read_mcp_memory
from graphmem.formats.peers.mem0 import read_mem0
from graphmem.formats.peers.values import PEERS, Found, Lost, Peer
from graphmem.formats.read import read
from graphmem.formats.source import TextSource, open_source
from graphmem.integrations.movers import Movers, default_namespace
from graphmem.memory import Memory

__all__ = ["MovedIn", "default_namespace", "move_in"]

_PROBLEMS_KEPT = 1_000
_READERS: Mapping[Peer, Callable[[TextSource], Iterator[Found]]] = {
    "mem0": read_mem0,
    "graphiti": read_graphiti,
    "mcp-memory": read_mcp_memory,
    "langgraph-store": read_langgraph_store,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedIn:
    """The receipt of moving in.

    Args:
        namespaces: where things went.
        taken: how many of each kind were taken, those that were there already included.
        new: interactions that are new.
        lost: what has no place here, by kind, with its count.
        problems: records that could not be taken (the first 1,000) and why.
        bad: how many could not be taken.
    """

    namespaces: tuple[str, ...] = ()
    taken: Mapping[str, int] = field(default_factory=dict)
    new: int = 0
    lost: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    bad: int = 0


def move_in(
    memory: Memory,
    *,
    peer: Peer,
    path: str | Path,
    now: datetime | None = None,
    tick: Callable[[int], None] = lambda _: None,
) -> MovedIn:
    """Bring in a file that another system exported, and return the receipt.

    A record that cannot be taken is reported, and the others land. Interrupted, it is simply started again.

    Args:
        memory: where to: the namespace, or for mem0 what the users' namespaces begin with (`default_namespace`).
        peer: which system.
        path: the file, also gzipped, or `-` for standard input.
        now: moment of writing, an aware instant; None reads the clock.
        tick: told how many records each batch held.

    Raises:
        InvalidInput: another system.
        NotFound: there is no such file.
        FormatError: the file is none of that system's.
        StoreError: the store could not write; what came before is kept.
    """
    if peer not in PEERS:
        raise InvalidInput(f"{peer!r} is none of {', '.join(PEERS)}")
    movers = Movers(memory, name=str(path), now=now or datetime.now(UTC))
    lost: Counter[str] = Counter()
    for batch in _batches(_found(peer, path)):
        lost.update(one.what for one in batch if isinstance(one, Lost))
        movers.problems += [one for one in batch if isinstance(one, Problem)]
        movers.move([one for one in batch if not isinstance(one, Lost | Problem)])
        tick(len(batch))
    movers.finish()
    return MovedIn(
        namespaces=tuple(sorted(movers.namespaces)),
        taken=dict(movers.taken),
        new=movers.new,
        lost=dict(lost),
        problems=tuple(movers.problems[:_PROBLEMS_KEPT]),
        bad=len(movers.problems),
    )


def _found(peer: Peer, path: str | Path) -> Iterator[Found]:
    if peer == "chatgpt":
        for told in read(path, options=ReadOptions(format="chatgpt")):
            if isinstance(told, Item | Problem):
                yield told
        return
    file = Path(path)
    if str(path) != "-" and not file.is_file():
        raise NotFound(f"no file {path}")
    if peer == "langgraph-store" and str(path) != "-" and is_sqlite(file):
        yield from read_langgraph_table(file)
        return
    with open_source(path, name=str(path)) as source:
        yield from _READERS[peer](source)


def _batches(found: Iterable[Found], *, size: int = 128) -> Iterator[list[Found]]:
    batch: list[Found] = []
    for one in found:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
