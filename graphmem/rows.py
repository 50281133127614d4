"""What crosses the port of a store: rows to write, receipts of writing, pages of the change log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from graphmem.model import Entity, Fact, Interaction, Mention, Synonym

__all__ = [
    "Admission",
    "Assertion",
    "Batch",
    "Changes",
    "Saved",
    "Selection",
    "Tombstone",
    "VectorRow",
    "Vectors",
]

#: n x d float32, rows of unit length.
Vectors = npt.NDArray[np.float32]


# --- what the write path hands to a store ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VectorRow:
    """The vectors of one interaction.

    Args:
        interaction: its id.
        vector: d float32, unit length; length 0 where the interaction is not to be embedded (it then has no vector, and
            does not wait for one).
        sentences: k x d float32 (k <= 6, may be 0): its declarative first-person sentences.
    """

    interaction: str
    vector: npt.NDArray[np.float32]
    sentences: Vectors


@dataclass(frozen=True, slots=True)
class Assertion:
    """That an interaction asserts a fact."""

    interaction: str
    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything one write transaction adds. All ids are those of `graphmem.identity`; repeats are no-ops.

    `entities` are upserted: names and kinds join by `better_name` / `better_kind`, aliases by union. `facts` must name
    entities by `subject_id` / `object_id` that are in the store or in this batch. `done` maps ids of interactions whose
    facts are now drawn to the extractor's name (they stop being pending). `embedded` follows from `vectors`.
    """

    entities: Sequence[Entity] = ()
    mentions: Sequence[Mention] = ()
    facts: Sequence[Fact] = ()
    assertions: Sequence[Assertion] = ()
    synonyms: Sequence[Synonym] = ()
    vectors: Sequence[VectorRow] = ()
    done: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What `Store.admit` did: ids that are new and ids that were there with the same content, and the `seq` taken."""

    new: tuple[str, ...]
    known: tuple[str, ...]
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What `Store.save` added: how many entities, facts and mentions are new, and the `seq` taken."""

    entities: int
    facts: int
    mentions: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What to forget; exactly one field is set. `person` is an entity with all that this speaker said."""

    sessions: tuple[str, ...] = ()
    interactions: tuple[str, ...] = ()
    entity: str | None = None
    person: str | None = None
    everything: bool = False


# --- what a store hands to the index --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A node that is gone: its label (`Interaction`, `Entity`, `Fact`) and id."""

    label: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """One page of a namespace's change log: the present state of every node touched after `since`, up to `seq`.

    Rows come in (seq, arrival or id) order; whole transactions only. `mentions`, `vectors` and `assertions` belong to
    the interactions and facts of this page (all of theirs, not only new ones). `more` tells that another page follows
    (ask again with `since=seq`). Apply tombstones after the rows: what is forgotten is never among the rows.
    Rows may refer to entities and interactions of later pages; `synonyms` are all the links of this page's entities (a
    link that is not there any more is gone). `reset` tells that `since` is none of this namespace's (it was erased,
    renamed or restored meanwhile): drop everything known first, this page starts from the beginning.
    """

    seq: int
    interactions: Sequence[Interaction] = ()
    vectors: Sequence[VectorRow] = ()
    entities: Sequence[Entity] = ()
    mentions: Sequence[Mention] = ()
    facts: Sequence[Fact] = ()
    assertions: Sequence[Assertion] = ()
    synonyms: Sequence[Synonym] = ()
    tombstones: Sequence[Tombstone] = ()
    more: bool = False
    reset: bool = False
