"""The store on one SQLite file: every method a line or two; the work is in the modules named after the verbs."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Literal, Self
from uuid import uuid4

from graphmem.errors import InvalidInput, StoreCorrupt, StoreUnavailable
from graphmem.model import Entity, Fact, Forgotten, Interaction, Kind, Mention, NamespaceInfo, Ruling, Stats, Synonym
from graphmem.ports import Admission, Batch, ChangeKind, Changes, Link, Node, Saved, Saying, Selection
from graphmem.rows import Attribute, LinkType, NodeLabel, Surroundings
from graphmem.stores.sqlite import (
    admitting,
    changing,
    checking,
    forgetting,
    learnt,
    namespaces,
    reading,
    recalling,
    rulings,
    saving,
)
from graphmem.stores.sqlite.database import Database, open_database, use_wal
from graphmem.stores.sqlite.migrations import migrate, outstanding, shipped_migrations
from graphmem.stores.sqlite.rows import interaction_of, namespace_of

__all__ = ["SqliteStore"]


class SqliteStore:
    """`graphmem.ports.Store` on one SQLite file: the embedded default. Safe among threads and among processes.

    One connection and one lock: transactions are short, and no model is ever called inside one.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    @classmethod
    def open(
        cls, path: str | Path, *, create: bool = True, read_only: bool = False, migrate_schema: bool = True
    ) -> Self:
        """Open a store, making it when it is new and migrating it when it is older.

        Args:
            path: a file, or `:memory:` for a store that ends with the process.
            create: make the file when it is not there.
            read_only: open without writing anything; the file must exist and be up to date.
            migrate_schema: bring an older schema up to date; False refuses it.

        Raises:
            InvalidInput: the path cannot be one.
            StoreUnavailable: it cannot be opened, or is not there and not to be created.
            NotAGraphMemStore: the file holds something else; it is left untouched.
            SchemaTooNew: a newer graphmem wrote it.
            SchemaOutdated: it is older, and open for reading only or not to be migrated.
        """
        database = open_database(path, create=create, read_only=read_only)
        try:
            migrate(database, shipped_migrations(), allowed=migrate_schema)
            if not read_only:
                use_wal(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    @staticmethod
    def outstanding(path: str | Path) -> list[str]:
        """Return the names of the migrations that a store lacks, and change nothing; the file must exist."""
        database = open_database(path, create=False, read_only=True)
        try:
            return [m.id for m in outstanding(database, shipped_migrations())]
        finally:
            database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def location(self) -> str:
        """The path, as it was given."""
        return self._db.location

    def close(self) -> None:
        """Close the file; the last one to do so folds the log into it. Twice is a no-op."""
        self._db.close()

    def backup(self, path: Path) -> None:
        """Write a consistent, checked copy to a path where nothing is yet.

        Raises: InvalidInput: something is there. StoreUnavailable: it cannot be written. StoreCorrupt: the copy is
            not sound, and was removed.
        """
        partial = path.with_name(f"{path.name}.{uuid4().hex}.partial")
        try:
            if path.exists():
                raise InvalidInput(f"{path} exists already; name a new file for the backup")
            self._db.copy_to(partial)
            with SqliteStore.open(partial, create=False) as copy:
                if wrong := copy.check():
                    raise StoreCorrupt(f"the backup of {self.location} is not sound: {'; '.join(wrong)}")
            _named(partial, path)
        except FileExistsError as err:
            raise InvalidInput(f"{path} exists by now; name a new file for the backup") from err
        except OSError as err:
            raise StoreUnavailable(
                f"the backup could not be written ({err.strerror}); check the path {str(path)[:200]}"
            ) from err
        finally:
            for left in (partial, *(partial.with_name(partial.name + end) for end in ("-wal", "-shm", "-journal"))):
                with suppress(OSError):  # what cannot be a file is none
                    left.unlink(missing_ok=True)

    def check(self) -> list[str]:
        """Return what an integrity check finds wrong, in words."""
        return checking.check(self._db)

    def setting(self, name: str) -> str | None:
        """Return a setting, None when never set."""
        value: str | None = self._db.value("setting", name=name)
        return value

    def set_setting(self, name: str, value: str, *, replace: bool = True) -> str:
        """Set a setting and return its value afterwards."""
        with self._db.writing():
            self._db.write("replace_setting" if replace else "add_setting", name=name, value=value)
            return str(self._db.value("setting", name=name))

    def namespaces(self) -> list[NamespaceInfo]:
        """Return every namespace, by name."""
        return [namespace_of(row) for row in self._db.read("namespaces")]

    def namespace(self, namespace: str) -> NamespaceInfo | None:
        """Return one namespace, None where nothing was ever written."""
        rows = self._db.read("namespace", name=namespace)
        return namespace_of(rows[0]) if rows else None

    def create_namespace(self, namespace: str, *, now: datetime) -> NamespaceInfo:
        """Return the namespace, made if new."""
        return namespaces.create_namespace(self._db, namespace, now=now)

    def rename_namespace(self, old: str, new: str) -> None:
        """Rename a namespace; ids stay."""
        namespaces.rename_namespace(self._db, old, new)

    def erase_namespace(self, namespace: str) -> Forgotten:
        """Delete a namespace with everything in it."""
        return forgetting.erase_namespace(self._db, namespace)

    def admit(self, namespace: str, interactions: Sequence[Interaction], *, now: datetime) -> Admission:
        """Commit interactions verbatim as pending, durable on return."""
        return admitting.admit(self._db, namespace, interactions, now=now)

    def save(self, namespace: str, batch: Batch, *, now: datetime) -> Saved:
        """Add a batch as one transaction."""
        return saving.save(self._db, namespace, batch, now=now)

    def forget(self, namespace: str, what: Selection, *, now: datetime) -> Forgotten:
        """Delete what is selected with all that stands on nothing else.

        `entity` and `person` take an id or a name. What is not there is forgotten already: zeros.
        """
        return forgetting.forget(self._db, namespace, what, now=now)

    def remove_synonyms(self, namespace: str, synonyms: Sequence[Synonym], *, now: datetime) -> int:
        """Delete these links and return how many there were."""
        return forgetting.remove_synonyms(self._db, namespace, synonyms, now=now)

    def drop_vectors(self, namespace: str) -> int:
        """Delete every vector of the namespace and return how many there were."""
        return forgetting.drop_vectors(self._db, namespace)

    def changes(
        self, namespace: str, *, since: int, limit: int = 2_000, only: Collection[ChangeKind] | None = None
    ) -> Changes:
        """Return the page of the change log after `since`."""
        return changing.changes(self._db, namespace, since=since, limit=limit, only=only)

    def seq(self, namespace: str) -> int:
        """Return the namespace's change counter, 0 where nothing was written."""
        place = namespaces.place_of(self._db, namespace)
        return place.seq if place else 0

    def unjudged(self, namespace: str) -> list[str]:
        """Return the ids of the entities whose facts wait to be judged anew, sorted."""
        with self._within(namespace) as key:
            return rulings.waiting(self._db, key)

    def interactions(self, namespace: str, ids: Sequence[str]) -> list[Interaction]:
        """Return the interactions with these ids, in the order asked."""
        with self._within(namespace) as key:
            return reading.interactions_by_id(self._db, key, ids)

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
        with self._within(namespace) as key:
            return reading.history(
                self._db, key, session=session, kinds=kinds, span=span, after=after, latest=latest, top_k=top_k
            )

    def preceding(self, namespace: str, interaction: str, *, top_k: int) -> list[Interaction]:
        """Return up to `top_k` interactions just before this one in its session, oldest first."""
        with self._within(namespace) as key:
            return reading.preceding(self._db, key, interaction, top_k=top_k)

    def pending(
        self, namespace: str, *, stage: Literal["vectors", "facts"], after: int = 0, top_k: int = 256
    ) -> list[Interaction]:
        """Return interactions that wait for vectors, or for facts, by arrival."""
        with self._within(namespace) as key:
            rows = self._db.read(f"pending_{stage}", namespace=key, after=after, top_k=top_k)
        return [interaction_of(row) for row in rows]

    def sessions(self, namespace: str, *, top_k: int = 1_000, after: str = "") -> list[tuple[str, int]]:
        """Return (session, number of interactions) by name, names > `after`."""
        with self._within(namespace) as key:
            rows = self._db.read("sessions", namespace=key, after=after, top_k=top_k)
        return [(name, count) for name, count in rows]

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
        with self._within(namespace) as key:
            return reading.entities(
                self._db, key, ids=ids, keys=keys, prefix=prefix, mentioned_by=mentioned_by, top_k=top_k
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
        with self._within(namespace) as key:
            return reading.facts(
                self._db,
                key,
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

    def mentions(self, namespace: str, interactions: Sequence[str]) -> list[Mention]:
        """Return the mentions of these interactions, by interaction, then entity."""
        with self._within(namespace) as key:
            return reading.mentions_by_id(self._db, key, interactions)

    def synonyms(self, namespace: str, entities: Sequence[str] | None = None) -> list[Synonym]:
        """Return the synonym links that touch these entities (None: all), by (a, b, method)."""
        with self._within(namespace) as key:
            return reading.synonyms(self._db, key, entities)

    def sayings(self, namespace: str, facts: Sequence[str]) -> list[Saying]:
        """Return who asserts these facts, and when, by (fact, `at` with undated first, interaction)."""
        with self._within(namespace) as key:
            return reading.sayings(self._db, key, facts)

    def rulings(
        self, namespace: str, *, facts: Sequence[str] | None = None, undone: bool = False, top_k: int = 10_000
    ) -> list[Ruling]:
        """Return rulings on these facts, or by them (None: all), by (`created_at`, id)."""
        with self._within(namespace) as key:
            return rulings.rulings(self._db, key, facts=facts, undone=undone, top_k=top_k)

    def settings(self, names: Sequence[str]) -> tuple[str | None, ...]:
        """Return settings of the whole store in the order asked, None for what was never set."""
        return recalling.settings(self._db, names)

    def called(self, namespace: str, keys: Sequence[str], *, top_k: int) -> list[str]:
        """Return the names and aliases of those whom these keys name and of whom they are merged with, sorted."""
        with self._within(namespace) as key:
            return recalling.called(self._db, key, keys, top_k=top_k)

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
        with self._within(namespace) as key:
            return recalling.shown(
                self._db, key, interactions, beside=beside, keys=keys, rulings=rulings, undone=undone, top_k=top_k
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
        with self._within(namespace) as key:
            return learnt.nodes(
                self._db, key, labels=labels, ids=ids, where=where, expired=expired, after=after, top_k=top_k
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
        with self._within(namespace) as key:
            return learnt.links(self._db, key, types=types, sources=sources, targets=targets, top_k=top_k)

    def stats(self, namespace: str) -> Stats:
        """Return the namespace's counts (zeros where nothing was written)."""
        with self._db.reading():
            place = namespaces.place_of(self._db, namespace)
            return reading.stats(self._db, namespace, key=place.key if place else None, seq=place.seq if place else 0)

    @contextmanager
    def _within(self, namespace: str) -> Iterator[int]:
        """Lend the namespace's key for reads of one state; 0, which is nobody's, where nothing was written.

        A key, a session's too, goes to whoever comes next once its owner was erased: it must not outlive its look-up.
        """
        with self._db.reading():
            place = namespaces.place_of(self._db, namespace)
            yield place.key if place else 0


def _named(partial: Path, path: Path) -> None:
    """Give a finished file its name. FileExistsError: somebody else was faster; renaming would overwrite theirs."""
    try:
        os.link(partial, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if path.exists():
            raise FileExistsError(path) from None
        partial.rename(path)
