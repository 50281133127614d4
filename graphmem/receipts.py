"""What a write says it did: receipts, counts, and what could not be done. Part of `graphmem.model`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = ["Change", "Degradation", "Forgotten", "NamespaceInfo", "Operation", "Remembered", "Stats"]

Operation = Literal["add", "update", "delete", "noop"]


@dataclass(frozen=True, slots=True)
class Degradation:
    """What could not be done, where and why: said in the result, never silent."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Change:
    """What remembering did to one fact.

    Args:
        operation: `add` it is new; `update` it took the place of others; `delete` it ended others without taking
            their place; `noop` it was known.
        fact: its id.
        text: its rendering.
        why: in words.
        replaced: ids of the facts that it ended.
    """

    operation: Operation
    fact: str
    text: str
    why: str
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """The receipt of one `remember`: counts, the ids in the order told, and what was degraded.

    `interactions` counts the new ones, `known` those that were there already (a replay adds nothing). `pending`
    counts interactions whose facts a worker or `resume` still has to draw. `ids` keeps at most the first 10,000.
    `changes` tells what happened to each fact, and why, of the first 1,000 facts.
    """

    ids: tuple[str, ...] = ()
    interactions: int = 0
    known: int = 0
    entities: int = 0
    facts: int = 0
    pending: int = 0
    degraded: tuple[Degradation, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """The receipt of one `forget`: how much of each kind is gone from the store, its index and its snapshot.

    `still_mentioned_in` lists interactions that were kept though their text names the forgotten entity or person.
    `subjects` are ids of the entities left that facts were about which went, lost one of those who asserted them or a
    person's ruling: what supersedes what among their facts is to be worked out again.
    """

    interactions: int = 0
    facts: int = 0
    entities: int = 0
    mentions: int = 0
    synonyms: int = 0
    vectors: int = 0
    sessions: int = 0
    rulings: int = 0
    nodes: int = 0
    links: int = 0
    ids: tuple[str, ...] = ()
    still_mentioned_in: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceInfo:
    """A namespace: its name, the name it was created with (ids derive from it), its change counter and birth.

    `arrivals` counts the interactions that were ever admitted, those forgotten since included.
    """

    name: str
    origin: str
    seq: int
    created_at: datetime
    arrivals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Counts of one namespace, and the models that wrote it."""

    namespace: str
    sessions: int
    interactions: int
    pending: int
    entities: int
    facts: int
    mentions: int
    synonyms: int
    vectors: int
    seq: int
    embedder: str | None
    store: str
    bytes: int | None = None
    rulings: int = 0
    nodes: int = 0
    links: int = 0
