"""One driver on one database: managed transactions, and named statements run in them."""

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

import neo4j
from neo4j.exceptions import DriverError, GqlError, Neo4jError

from graphmem.errors import StoreUnavailable
from graphmem.stores.columns import Row
from graphmem.stores.neo4j.failures import translated
from graphmem.stores.neo4j.shipped import dialect_of, statements_in
from graphmem.stores.statements import Statement

__all__ = ["Abandon", "Graph", "Seat", "Transaction", "for_each", "labelled"]

T = TypeVar("T")

#: Rows of one UNWIND: a thousand or two is fastest (measured).
ROWS = 1_500
#: Rows packed into one record where a page of the log is read.
PACK = 500
#: Records fetched at a time.
_FETCH = 10_000
#: Seconds after which one looks again whether a namespace is being erased.
LOOK_AGAIN = 1.0
#: What the server's query log says of a transaction.
_ABOUT = {"app": "graphmem"}
#: How a statement begins that does something for each item of a list, and what an answer about nothing says, too.
_EACH = re.compile(r"(?:\s*//[^\n]*\n)*\s*UNWIND \$(\w+) AS \w+\s")
_TOTAL = re.compile(r"\b(?:count|sum|collect|min|max|avg)\(")
#: Namespaces whose last look is remembered.
_LOOKS = 10_000
#: A limit that cuts nothing off: where the ids are given, or all are wanted.
ALL = 2**62


class Abandon(Exception, Generic[T]):
    """Raised inside a write to undo it without an error: there was nothing to write; `result` is its answer."""

    def __init__(self, result: T) -> None:
        super().__init__()
        self.result = result


class Transaction:
    """A transaction that runs; statements are run by name, which also labels them in the server's query log."""

    def __init__(
        self,
        driven: "neo4j.ManagedTransaction | _Alone",
        *,
        types: set[str],
        statements: Mapping[str, Statement],
        looks: dict[str, float],
    ) -> None:
        self._driven = driven
        self.types = types
        self._statements = statements
        self._looks = looks
        self.statement: Statement | None = None

    def rows(self, name: str, /, **params: object) -> list[Row]:
        """Return all rows of a statement, in its order.

        Raises: StoreUnavailable: it reads memories of a namespace that is being erased or renamed.
        """
        statement = self._statements[name]
        if statement.mode == "read":
            self.refuse_held(str(params["namespace"]))
        self.statement = statement
        if (each := for_each(statement)) is not None and params[each] == []:
            return []
        return [tuple(record.values()) for record in self._driven.run(labelled(statement), params)]

    def refuse_held(self, namespace: str, *, anew: bool = False) -> None:
        """Look, once a second or `anew`, whether a namespace is being erased or renamed.

        Raises: StoreUnavailable: it is.
        """
        if not anew and time.monotonic() - self._looks.get(namespace, -LOOK_AGAIN) < LOOK_AGAIN:
            return
        self._looked(namespace, time.monotonic(), self.condition(namespace))

    def seq(self, namespace: str) -> int:
        """Return a namespace's counter, 0 where there is none, and look whether it is being erased or renamed, too.

        Raises: StoreUnavailable: it is.
        """
        now = time.monotonic()
        rows = self.rows("namespace_seq", namespace=namespace)
        self._looked(namespace, now, [row[1:] for row in rows])
        return int(rows[0][0] or 0) if rows else 0

    def _looked(self, namespace: str, now: float, conditions: Iterable[Row]) -> None:
        for held in conditions:
            if what := _held(namespace, *held):
                raise StoreUnavailable(f"namespace {what}; where that was interrupted, do it again: it goes on")
        if len(self._looks) >= _LOOKS:
            self._looks.clear()
        self._looks[namespace] = now

    def condition(self, namespace: str) -> list[Row]:
        """Return one row for a namespace that is there: what it held when its erasure began, and its new or old name.

        The new name is that of one which is being renamed; the old one stands where a name is kept for it. All None
        for a namespace in order.
        """
        return self.rows("condition", namespace=namespace)

    def packed(self, name: str, /, **params: object) -> list[Row]:
        """Return the rows of a statement that packs many into one record."""
        return [row for (rows,) in self.rows(name, pack=PACK, **params) for row in rows]

    def value(self, name: str, /, **params: object) -> Any:
        """Return the first column of the first row, None where there is no row."""
        rows = self.rows(name, **params)
        return rows[0][0] if rows else None

    def many(self, name: str, rows: Iterable[Mapping[str, object]], /, **params: object) -> None:
        """Run a statement that writes on rows, a thousand or two at a time."""
        told = list(rows)
        for start in range(0, len(told), ROWS):
            self.rows(name, rows=told[start : start + ROWS], **params)


def _held(namespace: str, erasing: list[int] | None, new: str | None, old: str | None) -> str | None:
    """Say what a namespace is held for, None where it is not."""
    if erasing is not None:
        return f"{namespace!r} is being erased"
    if new is not None or old is not None:
        return f"{(old or namespace)!r} is being renamed to {(new or namespace)!r}"
    return None


def labelled(statement: Statement) -> str:
    """Return a statement's text with its name as a comment, by which it is found in the server's query log."""
    return f"/* graphmem:{statement.name} */ {statement.text}"


@cache
def for_each(statement: Statement) -> str | None:
    """Return the list that a statement does all of its work for, None where an empty one has an answer, too.

    Without anything on that list it changes and returns nothing, and need not be sent.
    """
    begins, (_, returns, answer) = _EACH.match(statement.text), statement.text.rpartition("RETURN ")
    if begins is None or "UNION" in statement.text or (returns and _TOTAL.search(answer)):
        return None
    return begins[1]


class _Alone:
    """Runs each statement by itself, in one round trip: beginning and ending a transaction takes two more."""

    def __init__(self, session: neo4j.Session, *, timeout: float | None) -> None:
        self._session = session
        self._timeout = timeout

    def run(self, text: str, params: dict[str, object]) -> neo4j.Result:
        """Run a statement and begin to read what it returns."""
        return self._session.run(neo4j.Query(text, _ABOUT, self._timeout), params)


@dataclass(frozen=True, slots=True)
class Seat:
    """Where sessions are: what the place is called, its database, and who works there where that is another user."""

    location: str
    database: str | None = None
    user: str | None = None


class Graph:
    """A database on a server. Its methods run one piece of work each; retries are the driver's."""

    def __init__(
        self, driver: neo4j.Driver, seat: Seat, *, agent: str, read_only: bool, timeout: float | None, owned: bool
    ) -> None:
        """`agent` is what the server calls itself; a driver that is not `owned` stays open."""
        self._driver = driver
        self.dialect = dialect_of(agent)
        self._statements = statements_in(self.dialect)
        self._seat = seat
        self._timeout = timeout
        self._owned = owned
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()
        self._closed = False
        self._types: set[str] = set()  # of relationships, as of the first write, and those of its own
        self._types_asked = False
        self._looks: dict[str, float] = {}
        self.read_only = read_only

    @property
    def location(self) -> str:
        """The address without the password."""
        return self._seat.location

    @property
    def bookmarks(self) -> tuple[str, ...]:
        """What the server gave for all that was written and read here so far, sorted."""
        return tuple(sorted(self._bookmarks.get_bookmarks()))

    def follow(self, bookmarks: Iterable[str]) -> None:
        """Have all that is read and written from here on wait until what these stand for is there."""
        self._bookmarks.update_bookmarks((), list(bookmarks))

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run reads: what is committed meanwhile may show in the later ones, as in a transaction of this server, too.

        Each runs by itself; where one fails for a reason that may pass, all are run again in managed transactions.
        """
        self._refuse_closed()
        running: list[Transaction] = []
        try:
            with self._session(default_access_mode=neo4j.READ_ACCESS) as session:
                running.append(self._transaction(_Alone(session, timeout=self._timeout)))
                return work(running[0])
        except (DriverError, Neo4jError) as err:
            if not err.is_retryable():
                raise translated(err, where=_where(self.location, running)) from err
        except (GqlError, UnicodeEncodeError, OverflowError) as err:
            raise translated(err, where=_where(self.location, running)) from err
        return self._run(work, writing=False)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run a write transaction; it is run again from its start where the server asks for that.

        Raises: StoreUnavailable: the store was opened for reading only.
        """
        if self.read_only:
            raise StoreUnavailable(
                f"{self.location}: it was opened for reading only; open it without read_only to write"
            )
        if not self._types_asked:
            # Beforehand: within a transaction that has written much, the server takes minutes over this question.
            self._types.update(self.read(lambda tx: [str(row[0]) for row in tx.rows("relationship_types")]))
            self._types_asked = True
        try:
            return self._run(work, writing=True)
        except Abandon as abandoned:
            result: T = abandoned.result
            return result

    def make(self, name: str, /, **params: object) -> None:
        """Run a statement that makes or drops an index, by name; the dialect's own where it has one."""
        statement = self._statements[name]
        self.define(statement.text, where=str(statement), **params)

    def define(self, text: str, *, where: str, **params: object) -> None:
        """Run one statement of a migration, in a transaction of its own, as a server wants it."""
        try:
            with self._session() as session:
                session.execute_write(lambda driven: driven.run(text, params).consume())
        except (DriverError, Neo4jError, GqlError) as err:
            raise translated(err, where=f"{self.location}: {where}") from err

    def close(self) -> None:
        """Close the driver, if it is our own; twice is a no-op."""
        self._closed = True
        if self._owned:
            self._driver.close()

    def _session(self, *, default_access_mode: str = neo4j.WRITE_ACCESS) -> neo4j.Session:
        return self._driver.session(
            database=self._seat.database, impersonated_user=self._seat.user, fetch_size=_FETCH,
            bookmark_manager=self._bookmarks, default_access_mode=default_access_mode,
        )  # fmt: skip

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreUnavailable(f"{self.location}: the store is closed; open it again")

    def _transaction(self, driven: neo4j.ManagedTransaction | _Alone) -> Transaction:
        return Transaction(driven, types=self._types, statements=self._statements, looks=self._looks)

    def _run(self, work: Callable[[Transaction], T], *, writing: bool) -> T:
        self._refuse_closed()
        running: list[Transaction] = []

        @neo4j.unit_of_work(metadata=_ABOUT, timeout=self._timeout)
        def attempt(driven: neo4j.ManagedTransaction) -> T:
            running[:] = [self._transaction(driven)]
            return work(running[0])

        try:
            with self._session() as session:
                return session.execute_write(attempt) if writing else session.execute_read(attempt)
        except (DriverError, Neo4jError, GqlError, UnicodeEncodeError, OverflowError) as err:
            raise translated(err, where=_where(self.location, running)) from err


def _where(location: str, running: Sequence[Transaction]) -> str:
    statement = running[0].statement if running else None
    return f"{location}: {statement}" if statement else location
