"""The ports: what graphmem asks of a store, an embedder and an extractor. Adapters implement them; nothing else does.

A store keeps rows and answers lookups; all scoring happens in the index (DESIGN section 6), which is filled from
`Store.changes` and kept up by it. Every write method is one transaction: all of it is there afterwards, or none.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from graphmem.model import (
    Degradation,
    Entity,
    Fact,
    Forgotten,
    Interaction,
    Kind,
    Mention,
    Modality,
    NamespaceInfo,
    Ruling,
    Stats,
    Synonym,
)
from graphmem.recall_ports import RecallReads
from graphmem.rows import (
    Admission,
    Assertion,
    Attribute,
    Batch,
    ChangeKind,
    Changes,
    Link,
    LinkType,
    Neighbourhood,
    Node,
    NodeLabel,
    Saved,
    Saying,
    Search,
    Selection,
    Tombstone,
    VectorRow,
    Vectors,
)

__all__ = [
    "OWN_SETTINGS",
    "Admission",
    "Assertion",
    "Batch",
    "ChangeKind",
    "Changes",
    "Embedder",
    "Extraction",
    "Extractor",
    "FoundEntity",
    "Link",
    "Neighbourhood",
    "Node",
    "Saved",
    "Saying",
    "Search",
    "SearchingStore",
    "Selection",
    "Store",
    "Tombstone",
    "Triple",
    "Turn",
    "VectorRow",
    "Vectors",
]

#: Settings that are one namespace's own, by the first word of their names; its origin follows. Erased with it.
OWN_SETTINGS: tuple[str, ...] = ("consolidated", "tuning")


class Store(RecallReads, Protocol):
    """Where everything is kept. All methods are thread-safe; all names and texts are data, never statement text.

    Errors of the driver come out as `StoreError`s. `top_k` bounds every list; lists have a total order, so that pages
    and runs repeat.
    """

    @property
    def location(self) -> str:
        """Where the store is, as a person would write it, without any password."""

    def close(self) -> None:
        """Release everything; the store cannot be used afterwards. Closing twice is a no-op."""

    def backup(self, path: Path) -> None:
        """Write a consistent copy to `path` (which must not exist) and check its integrity."""

    def check(self) -> list[str]:
        """Return what an integrity check finds wrong, in words; an empty list is a sound store."""

    # settings of the whole store (the embedder's name, ...)
    def setting(self, name: str) -> str | None:
        """Return a setting, None when never set."""

    def set_setting(self, name: str, value: str, *, replace: bool = True) -> str:
        """Set a setting and return its value afterwards; with `replace=False` an existing value wins."""

    # namespaces
    def namespaces(self) -> list[NamespaceInfo]:
        """Return every namespace, by name."""

    def namespace(self, namespace: str) -> NamespaceInfo | None:
        """Return one namespace, None where nothing was ever written; reading creates nothing."""

    def create_namespace(self, namespace: str, *, now: datetime) -> NamespaceInfo:
        """Return the namespace, made if new; its origin is its name, or a fresh one where a renamed one took it."""

    def rename_namespace(self, old: str, new: str) -> None:
        """Rename; ids stay (they derive from the origin). NotFound: no `old`. InvalidInput: `new` exists."""

    def erase_namespace(self, namespace: str) -> Forgotten:
        """Delete the namespace with everything in it, its `OWN_SETTINGS` too. NotFound: there is none."""

    # writes: one transaction each
    def admit(self, namespace: str, interactions: Sequence[Interaction], *, now: datetime) -> Admission:
        """Commit interactions verbatim as pending, and durable on return.

        An id that is there with the same content is `known`; with other content: IdTaken, and nothing is written.
        Content is everything the caller told, `metadata` excepted.
        """

    def save(self, namespace: str, batch: Batch, *, now: datetime) -> Saved:
        """Add a batch. Rows that refer to an interaction forgotten meanwhile are dropped silently: it is gone."""

    def forget(self, namespace: str, what: Selection, *, now: datetime) -> Forgotten:
        """Delete what is selected with all that stands on nothing else, and leave tombstones.

        Interactions take their mentions, vectors and assertions with them; facts go when nothing asserts them any
        more (facts told by hand stay); entities go when nothing mentions them and no fact names them. Deleted text is
        overwritten on disk where the engine can.
        """

    def remove_synonyms(self, namespace: str, synonyms: Sequence[Synonym], *, now: datetime) -> int:
        """Delete these links (by a, b and method) and return how many there were."""

    def drop_vectors(self, namespace: str) -> int:
        """Delete every vector (the embedder changed), in parts where they are many; return how many there were."""

    # reads
    def changes(
        self, namespace: str, *, since: int, limit: int = 2_000, only: Collection[ChangeKind] | None = None
    ) -> Changes:
        """Return the page of the change log after `since`, about `limit` interactions and facts long.

        With `only`, rows of these kinds alone are read, and the others come out empty; tombstones are always told.
        """

    def seq(self, namespace: str) -> int:
        """Return the namespace's change counter, 0 where nothing was written: one cheap lookup."""

    def unjudged(self, namespace: str) -> list[str]:
        """Return the ids of the entities whose facts wait to be judged anew, sorted: see `Batch.unjudged`."""

    def interactions(self, namespace: str, ids: Sequence[str]) -> list[Interaction]:
        """Return the interactions with these ids, in the order asked; unknown ids are left out."""

    def history(
        self,
        namespace: str,
        *,
        session: str | None = None,
        kinds: Sequence[Kind] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: Interaction | None = None,
        latest: bool = False,
        top_k: int = 1_000,
    ) -> list[Interaction]:
        """Return interactions by (`at`, arrival), undated first, or `latest` first; `after` goes on behind that one."""

    def preceding(self, namespace: str, interaction: str, *, top_k: int) -> list[Interaction]:
        """Return up to `top_k` interactions that come just before this one in its session, oldest first."""

    def pending(
        self, namespace: str, *, stage: Literal["vectors", "facts"], after: int = 0, top_k: int = 256
    ) -> list[Interaction]:
        """Return interactions that wait for vectors, or for facts, by arrival, with arrival > `after`."""

    def sessions(self, namespace: str, *, top_k: int = 1_000, after: str = "") -> list[tuple[str, int]]:
        """Return (session, number of interactions) by name, names > `after`."""

    def entities(
        self,
        namespace: str,
        *,
        ids: Sequence[str] | None = None,
        keys: Sequence[str] | None = None,
        prefix: str | None = None,
        mentioned_by: Sequence[str] | None = None,
        top_k: int = 1_000,
    ) -> list[Entity]:
        """Return entities by number of mentions (descending), then id, that fit every filter given.

        Args:
            namespace: whose.
            ids: with one of these ids.
            keys: whose `name_key`, or an alias', is one of these.
            prefix: whose key, or an alias', starts with this key.
            mentioned_by: mentioned by one of these interactions.
            top_k: at most so many.
        """

    def facts(
        self,
        namespace: str,
        *,
        ids: Sequence[str] | None = None,
        about: Sequence[str] | None = None,
        asserted_by: Sequence[str] | None = None,
        subjects: Sequence[str] | None = None,
        objects: Sequence[str] | None = None,
        predicate: str | None = None,
        predicates: Sequence[str] | None = None,
        expired: bool = False,
        top_k: int = 1_000,
    ) -> list[Fact]:
        """Return facts by (`at` descending, undated last, id) that fit every filter given.

        Args:
            namespace: whose.
            ids: with one of these ids.
            about: whose subject or object is one of these entity ids.
            asserted_by: asserted by one of these interactions.
            subjects: whose subject is one of these entity ids.
            objects: of these, those whose object is one of these entity ids; only with `subjects`.
            predicate: with this predicate.
            predicates: with one of these predicates (with `subjects`: one cheap lookup, as each write makes it).
            expired: superseded and retracted ones, too.
            top_k: at most so many.
        """

    def mentions(self, namespace: str, interactions: Sequence[str]) -> list[Mention]:
        """Return the mentions of these interactions, by interaction, then entity."""

    def synonyms(self, namespace: str, entities: Sequence[str] | None = None) -> list[Synonym]:
        """Return the synonym links that touch these entities (None: all), by (a, b, method)."""

    def sayings(self, namespace: str, facts: Sequence[str]) -> list[Saying]:
        """Return who asserts these facts, and when, by (fact, `at` with undated first, interaction)."""

    def rulings(
        self, namespace: str, *, facts: Sequence[str] | None = None, undone: bool = False, top_k: int = 10_000
    ) -> list[Ruling]:
        """Return rulings on these facts, or by them (None: all), by (`created_at`, id); `undone`: undone ones, too."""

    def nodes(
        self,
        namespace: str,
        *,
        labels: Sequence[NodeLabel] | None = None,
        ids: Sequence[str] | None = None,
        where: Mapping[str, Attribute] | None = None,
        expired: bool = False,
        after: str = "",
        top_k: int = 1_000,
    ) -> list[Node]:
        """Return learnt nodes by id, ids > `after`, that fit every filter given; `where` is equality of attributes."""

    def links(
        self,
        namespace: str,
        *,
        types: Sequence[LinkType] | None = None,
        sources: Sequence[str] | None = None,
        targets: Sequence[str] | None = None,
        top_k: int = 100_000,
    ) -> list[Link]:
        """Return links by (type, source, target, key) that fit every filter given."""

    def stats(self, namespace: str) -> Stats:
        """Return the namespace's counts (zeros where nothing was written)."""


@runtime_checkable
class SearchingStore(Protocol):
    """What a store can do that has search indexes of its own, for namespaces too large for an index in process."""

    def make_searchable(
        self, namespace: str, *, dimension: int, anew: bool = False, tick: Callable[[int], None] = lambda _: None
    ) -> int:
        """Index the namespace's vectors in the store, keep that up from here on, and return how many were added.

        Interrupted, it goes on where it was. `anew` drops an index of another dimension first; `tick` is told how many
        interactions each step looked at. NotFound: no such namespace. StoreError: the index is of another dimension.
        """

    def refuse_unsearchable(self, namespace: str, *, dimension: int) -> None:
        """Raise StoreError, with the mend, where `neighbourhood` would not find vectors of this length."""

    def neighbourhood(self, namespace: str, asked: Search) -> Neighbourhood:
        """Return what may bear on a question. StoreError: an index is missing, or of another dimension."""


# --- models ---------------------------------------------------------------------------------------------------------


@runtime_checkable
class Embedder(Protocol):
    """Texts in, unit vectors out. The same text has the same vector whatever it is batched with."""

    @property
    def name(self) -> str:
        """The model's name (`all-MiniLM-L6-v2`)."""

    @property
    def revision(self) -> str:
        """What tells two states of one model apart: a hash of its weights, or a version."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return n x d float32, unit rows, in the order of the texts; n may be 0."""

    def embed_question(self, text: str) -> npt.NDArray[np.float32]:
        """Return d float32, unit length: a question, with the model's query prefix where it has one."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An interaction in its context, as an extractor reads it.

    Args:
        interaction: what is read.
        before: up to ten interactions just before it in its session, oldest first.
        listener: the other party's name where there is one ("you"), else None.
        known: names of entities already known in this session or namespace (seeds, for pronouns and short forms).
        dated: facts that a time may hang on ("two days after the interview"), for extractors that have `reads_dated`.
    """

    interaction: Interaction
    before: tuple[Interaction, ...] = ()
    listener: str | None = None
    known: tuple[str, ...] = ()
    dated: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEntity:
    """An entity an extractor saw in a turn; `about` marks a document's title or subject."""

    name: str
    kind: str = "unknown"
    count: int = 1
    about: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Triple:
    """A relation an extractor saw in a turn; names, not ids. `when` is the time expression, verbatim, if any."""

    subject: str
    predicate: str
    object: str
    text: str = ""
    negated: bool = False
    modality: Modality | None = None
    when: str | None = None
    valid_at: datetime | None = None
    invalid_at: datetime | None = None
    subject_kind: str = "unknown"
    object_kind: str = "unknown"
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What an extractor drew from one turn; `extractor` names what really ran (a fallback says so here)."""

    entities: tuple[FoundEntity, ...] = ()
    triples: tuple[Triple, ...] = ()
    extractor: str = ""
    degraded: tuple[Degradation, ...] = ()


class Extractor(Protocol):
    """Turns in, entities and triples out. Pure: no store, no clock."""

    @property
    def name(self) -> str:
        """What is recorded on all it wrote (`spacy/en_core_web_sm-3.8.0`)."""

    def extract(self, turns: Iterable[Turn]) -> Iterable[Extraction]:
        """Yield one extraction per turn, in order, in bounded memory. ModelError: it cannot; nothing is half-done."""
