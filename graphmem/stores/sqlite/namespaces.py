"""Namespaces: whose rows they are, and the counter that every write transaction takes first."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count

from graphmem.errors import InvalidInput, NotFound
from graphmem.model import NamespaceInfo
from graphmem.stores.sqlite.database import Database
from graphmem.stores.sqlite.rows import micros, namespace_of

__all__ = ["Place", "create_namespace", "enter", "place_of", "rename_namespace"]


@dataclass(frozen=True, slots=True)
class Place:
    """A namespace inside the store: its key, its counter, the counter at its birth, and its arrivals so far."""

    key: int
    seq: int
    born: int
    arrivals: int


def place_of(db: Database, namespace: str) -> Place | None:
    """Return where a namespace is, None where nothing was ever written."""
    rows = db.read("namespace_place", name=namespace)
    return Place(*rows[0]) if rows else None


def enter(db: Database, namespace: str, *, now: datetime) -> Place:
    """Take the namespace's next `seq`, as the first act of a write transaction; a new namespace is made."""
    place = place_of(db, namespace) or _add(db, namespace, now=now)
    db.write("take_seq", key=place.key)
    return Place(place.key, place.seq + 1, place.born, place.arrivals)


def create_namespace(db: Database, namespace: str, *, now: datetime) -> NamespaceInfo:
    """Return the namespace, made if new."""
    if rows := db.read("namespace", name=namespace):
        return namespace_of(rows[0])
    with db.writing():
        if place_of(db, namespace) is None:
            _add(db, namespace, now=now)
        return namespace_of(db.read("namespace", name=namespace)[0])


def _add(db: Database, namespace: str, *, now: datetime) -> Place:
    db.write("add_namespace", name=namespace, origin=_free_origin(db, namespace), created_at=micros(now))
    return Place(*db.read("namespace_place", name=namespace)[0])


def _free_origin(db: Database, namespace: str) -> str:
    """Return the name, or the name with the first free number where a renamed namespace still derives ids from it."""
    named = (namespace if n == 1 else f"{namespace}#{n}" for n in count(1))
    return next(origin for origin in named if not db.read("origin_taken", origin=origin))


def rename_namespace(db: Database, old: str, new: str) -> None:
    """Rename a namespace; its counter goes on above every former one, so that readers of either name notice."""
    with db.writing() as transaction:
        place = place_of(db, old)
        if place is None:
            raise NotFound(f"there is no namespace {old!r}")
        if old == new:
            transaction.abandon()
            return
        if place_of(db, new) is not None:
            raise InvalidInput(f"there is a namespace {new!r} already; choose another name, or erase it first")
        db.write("raise_floor", seq=place.seq)
        db.write("rename_namespace", key=place.key, name=new)
