"""What crosses the port of a store: rows to write, receipts of writing, pages of the change log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import numpy as np
import numpy.typing as npt

from graphmem.model import Entity, Fact, Interaction, Mention, RecallOptions, Ruling, Synonym

__all__ = [
    "Admission",
    "Assertion",
    "Attribute",
    "Batch",
    "ChangeKind",
    "Changes",
    "Link",
    "LinkType",
    "Neighbourhood",
    "Node",
    "NodeLabel",
    "Saved",
    "Saying",
    "Search",
    "Selection",
    "Surroundings",
    "Tombstone",
    "VectorRow",
    "Vectors",
]

#: n x d float32, rows of unit length.
Vectors = npt.NDArray[np.float32]

#: What is learnt from interactions, beside entities and facts: a whitelist, labels are never a caller's text.
NodeLabel = Literal["Query", "Insight", "Community", "Segment", "Annotation", "Profile", "Block", "Procedure"]
#: How learnt nodes hang together, and with interactions, entities and facts: a whitelist, too. SUPERSEDES is between
#: learnt nodes here; what supersedes a fact is a `Ruling`.
LinkType = Literal[
    "HAS_STEP",
    "INSPIRED",
    "SIMILAR_TO",
    "SUB_QUERY_OF",
    "SUPPORTED_BY",
    "CONTEXTUALISES",
    "USED",
    "IN_COMMUNITY",
    "PART_OF",
    "DERIVED_FROM",
    "DESCRIBES",
    "RELATED_TO",
    "SUPERSEDES",
    "REVISES",
]
#: Kinds of rows in a page of the change log, beside tombstones, as the fields of `Changes` are called.
ChangeKind = Literal[
    "interactions",
    "vectors",
    "entities",
    "mentions",
    "facts",
    "assertions",
    "synonyms",
    "rulings",
    "nodes",
    "links",
]
#: A value of an attribute; lists are of one kind.
Attribute = str | int | float | bool | None | Sequence[str] | Sequence[float] | Sequence[int]


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


@dataclass(frozen=True, slots=True)
class Saying:
    """That an interaction asserts a fact, and when it did: `at` is the interaction's instant."""

    interaction: str
    fact: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Something learnt: a query with its outcome, an insight, a community, a segment of a session, ...

    Args:
        id: of `graphmem.identity`.
        label: which of the whitelisted kinds.
        name: the short caption that people see.
        text: what is searched and read; "" where there is none.
        attributes: the rest, by name (lower snake case); replaced as a whole by a later save.
        at: when it happened in the world, None unknown.
        created_at: when the store first held it; the earliest wins.
        expired_at: when it was retired (system time), None while it stands.
        revision: counts its saves from 1; what a store returns. Ignored when saved.
        vector: d float32, unit length, of its text; None where it is not to be found by meaning.
    """

    id: str
    label: NodeLabel
    name: str
    text: str = ""
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    at: datetime | None = None
    created_at: datetime | None = None
    expired_at: datetime | None = None
    revision: int = 0
    vector: npt.NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A relationship between two nodes of any label; one per (type, source, target, key); later attributes win.

    `key` tells parallel links of one type apart (the query through which one insight contextualises another).
    """

    type: LinkType
    source: str
    target: str
    key: str = ""
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything one write transaction adds. All ids are those of `graphmem.identity`; repeats are no-ops.

    `entities` are upserted: names join by `better_name`, aliases by union. An entity's kind is elected anew from its
    mentions and what its tellers said (see `Entity`), together with those it is merged with. `facts` must name
    entities by `subject_id` / `object_id` that are in the store or in this batch. `done` maps ids of interactions whose
    facts are now drawn to the extractor's name (they stop being pending). `embedded` follows from `vectors`.

    `rulings` are added by id (a repeat is a no-op); `undone` are ids of rulings that stop standing: their `expired_at`
    becomes the moment of writing. The store keeps each fact's `closed_at` and `expired_at` in step with its standing
    rulings of the kinds update, correction, negation and retraction that have no `until`: the earliest `at` and the
    earliest `created_at`; without any, a fact is current again. Typed arrows follow.

    `unjudged` are entities whose facts are to be judged anew by whoever writes next, because something they rest on
    changes with this batch; `judged` are those for which that was done. `Store.forget` notes its `subjects` so itself,
    in its transaction: what a crash leaves unjudged is known to the next open.

    `unlink` deletes links by (type, source, target, key); then `nodes` and `links` are upserted. A link whose ends are
    not there is dropped silently, and so is a node with a link DERIVED_FROM or DESCRIBES to what is not there: it was
    made from something forgotten meanwhile (forgetting takes such nodes along). `expect` maps ids of nodes to the
    revision the writer knows (0: not there yet); where one differs, nothing is written and `Outdated` is raised.
    """

    entities: Sequence[Entity] = ()
    mentions: Sequence[Mention] = ()
    facts: Sequence[Fact] = ()
    assertions: Sequence[Assertion] = ()
    synonyms: Sequence[Synonym] = ()
    vectors: Sequence[VectorRow] = ()
    done: Mapping[str, str] = field(default_factory=dict)
    rulings: Sequence[Ruling] = ()
    undone: Sequence[str] = ()
    nodes: Sequence[Node] = ()
    links: Sequence[Link] = ()
    unlink: Sequence[Link] = ()
    expect: Mapping[str, int] = field(default_factory=dict)
    unjudged: Sequence[str] = ()
    judged: Sequence[str] = ()


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
    """What to forget; exactly one field is set. `person` is an entity with all that this speaker said.

    `nodes` are learnt nodes by id, with their links; `rulings` are a person's rulings by id.
    """

    sessions: tuple[str, ...] = ()
    interactions: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    rulings: tuple[str, ...] = ()
    entity: str | None = None
    person: str | None = None
    everything: bool = False


# --- what a store hands to the index --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is gone: its label (`Interaction`, `Entity`, `Fact`, a `NodeLabel`, `Link`, `Ruling`) and id.

    A link's id is its type, source, target and key, joined by spaces. Links and rulings of a node that is gone have
    tombstones, too: the node may be told again, and they not.
    """

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
    `rulings`, `nodes` and `links` are those touched after `since` themselves, whatever became of their ends.
    """

    seq: int
    interactions: Sequence[Interaction] = ()
    vectors: Sequence[VectorRow] = ()
    entities: Sequence[Entity] = ()
    mentions: Sequence[Mention] = ()
    facts: Sequence[Fact] = ()
    assertions: Sequence[Assertion] = ()
    synonyms: Sequence[Synonym] = ()
    rulings: Sequence[Ruling] = ()
    nodes: Sequence[Node] = ()
    links: Sequence[Link] = ()
    tombstones: Sequence[Tombstone] = ()
    more: bool = False
    reset: bool = False


# --- what a store that searches by itself is asked, and finds -------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A question to a store's own search.

    Args:
        words: what to look for, in lower case, the words that say nothing left out; may be empty.
        vector: d float32, unit length, None where the question could not be embedded.
        entities: ids of the entities that the question names.
        within: the filters: `kinds`, `roles`, `session`, `sessions`, `since`, `until`; all act before the cut.
        top_k: candidates of each channel (words, vectors, names).
        most: interactions of the whole neighbourhood, at most.
    """

    words: Sequence[str]
    vector: npt.NDArray[np.float32] | None
    entities: Sequence[str] = ()
    within: RecallOptions
    top_k: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """The part of a namespace around a question: candidates, what stands around them, what shares entities with them.

    Interactions come by arrival, with their vectors as far as they have any. `cut` tells that a filter, or other
    namespaces in the index, let through fewer candidates than there may be.
    """

    interactions: Sequence[Interaction]
    vectors: Sequence[VectorRow]
    cut: bool = False


# --- what is shown with hits ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Hits and what is shown with them, as `RecallReads.shown` tells it.

    Args:
        interactions: the hits and those beside them, in the order asked, each once.
        facts: what the hits assert, expired or not, as `Store.facts` orders them.
        rulings: on these facts, or by them, as `Store.rulings` orders them.
        entities: what the hits mention, by id; mentions and facts are not counted.
        mentioned: ids of these entities, sorted, by the id of the hit that mentions them.
        called: entities of the keys asked for, by number of mentions, then id; their facts are not counted.
    """

    interactions: Sequence[Interaction] = ()
    facts: Sequence[Fact] = ()
    rulings: Sequence[Ruling] = ()
    entities: Sequence[Entity] = ()
    mentioned: Mapping[str, Sequence[str]] = field(default_factory=dict)
    called: Sequence[Entity] = ()
