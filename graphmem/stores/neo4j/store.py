"""The store on a Neo4j server: every method a line or two; the work is in the modules named after the verbs."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from graphmem.errors import StoreError
from graphmem.model import Entity, Fact, Forgotten, Interaction, Kind, Mention, NamespaceInfo, Ruling, Stats, Synonym
from graphmem.ports import (
    Admission,
    Batch,
    ChangeKind,
    Changes,
    Link,
    Neighbourhood,
    Node,
    Saved,
    Saying,
    Search,
    Selection,
)
from graphmem.rows import Attribute, LinkType, NodeLabel, Surroundings
from graphmem.stores.columns import namespace_of
from graphmem.stores.neo4j import (
    admitting,
    arrows,
    changing,
    checking,
    clearing,
    erasing,
    forgetting,
    learnt,
    namespaces,
    reading,
    recalling,
    renaming,
    rulings,
    saving,
    searching,
    settings,
)
from graphmem.stores.neo4j.connected import Connected

__all__ = ["Neo4jStore"]


class Neo4jStore(Connected):
    """`graphmem.ports.Store` on a Neo4j server, 5.26 or later; Community is enough. Safe among threads and processes.

    Every write is one managed transaction that begins by taking the namespace's counter, so that the writers of one
    namespace follow each other, and those of different ones do not wait.
    """

    def backup(self, path: Path) -> None:
        """Refuse: a server is backed up by its own tools.

        Raises: StoreError: always; it says how.
        """
        raise StoreError(
            f"{self.location}: a server's database is backed up on the server (`neo4j-admin database dump`); "
            f"`graphmem export` writes the memory to a file that any store can import, in place of {path}"
        )

    def check(self) -> list[str]:
        """Return which rules of the graph are broken, in words, over all namespaces of the database."""
        return checking.check(self._graph)

    def setting(self, name: str) -> str | None:
        """Return a setting, None when never set."""
        return self._graph.read(lambda tx: settings.setting(tx, name))

    def set_setting(self, name: str, value: str, *, replace: bool = True) -> str:
        """Set a setting and return its value afterwards."""
        return self._graph.write(lambda tx: settings.set_setting(tx, name, value, replace=replace))

    def rebuild_arrows(self, namespace: str) -> int:
        """Draw the typed arrows between entities anew from the current facts, and return how many there are."""
        return arrows.rebuild(self._graph, namespace)

    def make_searchable(
        self, namespace: str, *, dimension: int, anew: bool = False, tick: Callable[[int], None] = lambda _: None
    ) -> int:
        """Index the namespace's vectors on the server, keep that up from here on, and return how many were added."""
        return searching.make_searchable(self._graph, namespace, dimension=dimension, anew=anew, tick=tick)

    def refuse_unsearchable(self, namespace: str, *, dimension: int) -> None:
        """Raise StoreError, with the mend, where the server does not search vectors of this length."""
        searching.refuse_unsearchable(self._graph, namespace, dimension=dimension)

    def neighbourhood(self, namespace: str, asked: Search) -> Neighbourhood:
        """Return what may bear on a question, by the server's own indexes."""
        return searching.neighbourhood(self._graph, namespace, asked)

    def namespaces(self) -> list[NamespaceInfo]:
        """Return every namespace, by name."""
        rows = self._graph.read(lambda tx: tx.rows("namespaces"))
        return sorted(map(namespace_of, rows), key=lambda info: info.name)

    def namespace(self, namespace: str) -> NamespaceInfo | None:
        """Return one namespace, None where nothing was ever written."""
        return self._graph.read(lambda tx: namespaces.namespace_info(tx, namespace))

    def create_namespace(self, namespace: str, *, now: datetime) -> NamespaceInfo:
        """Return the namespace, made if new."""
        return namespaces.create_namespace(self._graph, namespace, now=now)

    def rename_namespace(self, old: str, new: str) -> None:
        """Rename a namespace; ids stay. A large one in parts, both names held meanwhile; interrupted, do it again."""
        renaming.rename_namespace(self._graph, old, new)

    def erase_namespace(self, namespace: str) -> Forgotten:
        """Delete a namespace with everything in it; a large one in parts, marked first so that nobody reads it."""
        return erasing.erase_namespace(self._graph, namespace)

    def admit(self, namespace: str, interactions: Sequence[Interaction], *, now: datetime) -> Admission:
        """Commit interactions verbatim as pending, durable on return."""
        return admitting.admit(self._graph, namespace, interactions, now=now)

    def save(self, namespace: str, batch: Batch, *, now: datetime) -> Saved:
        """Add a batch as one transaction."""
        return saving.save(self._graph, namespace, batch, now=now)

    def forget(self, namespace: str, what: Selection, *, now: datetime) -> Forgotten:
        """Delete what is selected with all that stands on nothing else.

        `entity` and `person` take an id or a name. What is not there is forgotten already: zeros. Everything of a large
        namespace is forgotten in parts; interrupted, forgetting again goes on.
        """
        return clearing.forget(self._graph, namespace, what, now=now)

    def remove_synonyms(self, namespace: str, synonyms: Sequence[Synonym], *, now: datetime) -> int:
        """Delete these links and return how many there were."""
        return forgetting.remove_synonyms(self._graph, namespace, synonyms, now=now)

    def drop_vectors(self, namespace: str) -> int:
        """Delete every vector of the namespace and return how many there were."""
        return forgetting.drop_vectors(self._graph, namespace)

    def changes(
        self, namespace: str, *, since: int, limit: int = 2_000, only: Collection[ChangeKind] | None = None
    ) -> Changes:
        """Return the page of the change log after `since`."""
        return changing.changes(self._graph, namespace, since=since, limit=limit, only=only)

    def seq(self, namespace: str) -> int:
        """Return the namespace's change counter, 0 where nothing was written."""
        return self._graph.read(lambda tx: tx.seq(namespace))

    def unjudged(self, namespace: str) -> list[str]:
        """Return the ids of the entities whose facts wait to be judged anew, sorted."""
        return self._graph.read(lambda tx: rulings.waiting(tx, namespace))

    def interactions(self, namespace: str, ids: Sequence[str]) -> list[Interaction]:
        """Return the interactions with these ids, in the order asked."""
        return self._graph.read(lambda tx: reading.interactions_by_id(tx, namespace, ids))

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
        """Return interactions by (`at`, arrival), undated first, or `latest` first; a time bound leaves those out."""
        span = (since, until)
        return self._graph.read(
            lambda tx: reading.history(
                tx, namespace, session=session, kinds=kinds, span=span, after=after, latest=latest, top_k=top_k
            )
        )

    def preceding(self, namespace: str, interaction: str, *, top_k: int) -> list[Interaction]:
        """Return up to `top_k` interactions just before this one in its session, oldest first."""
        return self._graph.read(lambda tx: reading.preceding(tx, namespace, interaction, top_k=top_k))

    def pending(
        self, namespace: str, *, stage: Literal["vectors", "facts"], after: int = 0, top_k: int = 256
    ) -> list[Interaction]:
        """Return interactions that wait for vectors, or for facts, by arrival."""
        return self._graph.read(lambda tx: reading.pending(tx, namespace, stage=stage, after=after, top_k=top_k))

    def sessions(self, namespace: str, *, top_k: int = 1_000, after: str = "") -> list[tuple[str, int]]:
        """Return (session, number of interactions) by name, names > `after`."""
        return self._graph.read(lambda tx: reading.sessions(tx, namespace, after=after, top_k=top_k))

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
        """Return entities by number of mentions (descending), then id, that fit every filter given."""
        return self._graph.read(
            lambda tx: reading.entities(
                tx, namespace, ids=ids, keys=keys, prefix=prefix, mentioned_by=mentioned_by, top_k=top_k
            )
        )

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
        """Return facts by (`at` descending, undated last, id) that fit every filter given."""
        return self._graph.read(
            lambda tx: reading.facts(
                tx,
                namespace,
                ids=ids,
                about=about,
                asserted_by=asserted_by,
                subjects=subjects,
                objects=objects,
                predicate=predicate,
                predicates=predicates,
                expired=expired,
                top_k=top_k,
            )
        )

    def mentions(self, namespace: str, interactions: Sequence[str]) -> list[Mention]:
        """Return the mentions of these interactions, by interaction, then entity."""
        return self._graph.read(lambda tx: reading.mentions_of(tx, namespace, interactions))

    def synonyms(self, namespace: str, entities: Sequence[str] | None = None) -> list[Synonym]:
        """Return the synonym links that touch these entities (None: all), by (a, b, method)."""
        return self._graph.read(lambda tx: reading.synonyms(tx, namespace, entities))

    def sayings(self, namespace: str, facts: Sequence[str]) -> list[Saying]:
        """Return who asserts these facts, and when, by (fact, `at` with undated first, interaction)."""
        return self._graph.read(lambda tx: reading.sayings(tx, namespace, facts))

    def rulings(
        self, namespace: str, *, facts: Sequence[str] | None = None, undone: bool = False, top_k: int = 10_000
    ) -> list[Ruling]:
        """Return rulings on these facts, or by them (None: all), by (`created_at`, id)."""
        return self._graph.read(lambda tx: rulings.rulings(tx, namespace, facts=facts, undone=undone, top_k=top_k))

    def settings(self, names: Sequence[str]) -> tuple[str | None, ...]:
        """Return settings of the whole store in the order asked, None for what was never set."""
        return self._graph.read(lambda tx: recalling.settings(tx, names))

    def called(self, namespace: str, keys: Sequence[str], *, top_k: int) -> list[str]:
        """Return the names and aliases of those whom these keys name and of whom they are merged with, sorted."""
        return self._graph.read(lambda tx: recalling.called(tx, namespace, keys, top_k=top_k))

    def shown(
        self,
        namespace: str,
        interactions: Sequence[str],
        *,
        beside: Sequence[str] = (),
        keys: Sequence[str] = (),
        rulings: bool = True,
        undone: bool = False,
        top_k: int = 1_000,
    ) -> Surroundings:
        """Return everything that is shown with hits."""
        return self._graph.read(
            lambda tx: recalling.shown(
                tx, namespace, interactions, beside=beside, keys=keys, rulings=rulings, undone=undone, top_k=top_k
            )
        )

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
        """Return learnt nodes by id, ids > `after`, that fit every filter given."""
        return self._graph.read(
            lambda tx: learnt.nodes(
                tx, namespace, labels=labels, ids=ids, where=where, expired=expired, after=after, top_k=top_k
            )
        )

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
        return self._graph.read(
            lambda tx: learnt.links(tx, namespace, types=types, sources=sources, targets=targets, top_k=top_k)
        )

    def stats(self, namespace: str) -> Stats:
        """Return the namespace's counts (zeros where nothing was written)."""
        return self._graph.read(lambda tx: reading.stats(tx, namespace, location=self.location))
