"""Statements that a person or a model wrote, run for reading only.

The one place where statement text comes from outside. What Neo4j's access mode lets through (files, addresses,
procedures, the server's settings and other people's transactions) is found in the plan before anything runs. What is
not confined: any namespace of the database can be read, and a statement can keep the server busy beyond its time.
"""

import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from queue import Empty, Queue
from types import TracebackType
from typing import Any, Self

import neo4j
from neo4j.exceptions import ClientError, DriverError, GqlError, Neo4jError
from neo4j.graph import Node, Path, Relationship

from graphmem.errors import InvalidInput, StoreUnavailable
from graphmem.stores.neo4j.address import parse_address
from graphmem.stores.neo4j.failures import translated

__all__ = ["FreeReader", "FreeRows"]

#: Operators that read more than the database's nodes and relationships, or do more than read.
_DENIED = frozenset({"LoadCSV", "TerminateTransactions", "TransactionApply", "TransactionForeach", "ProcedureCall"})
_DENIED_BEGINNINGS = ("Show", "Terminate", "Alter", "Create", "Drop", "Grant", "Deny", "Revoke", "Start", "Stop")
#: Functions in namespaces of their own that Neo4j itself brings; those of plugins may run statements and read files.
_BUILT_IN = frozenset(
    {"date", "datetime", "localdatetime", "localtime", "time", "duration", "point", "vector", "graph"}
)
_CALLED = re.compile(r"([A-Za-z_][\w`]*)\s*\.[\w.`\s]*\(")
#: A name in backticks that is no part of a function's: what a column is called is anybody's choice.
_QUOTED = re.compile(r"`[^`]*`(?!\s*[.(])")
_PREFIX = re.compile(r"^\s*(EXPLAIN|PROFILE)\b", re.IGNORECASE)
#: What a value is cut to: characters of a text, items of a list, levels of nesting.
_TEXT, _ITEMS, _DEPTH = 2_000, 200, 6
#: Seconds beyond a statement's time that its answer is waited for.
_GRACE = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeRows:
    """What a statement found: column names, rows of JSON's values, and whether there were more."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    more: bool = False


class FreeReader:
    """Runs outside statements on a connection of its own, one at a time."""

    def __init__(self, driver: neo4j.Driver, *, database: str | None, location: str) -> None:
        """`location` is what messages name."""
        self._driver = driver
        self._database = database
        self._location = location
        self._lock = threading.Lock()

    @classmethod
    def open(cls, location: str, *, auth: tuple[str, str] | None = None, database: str | None = None) -> Self:
        """Connect to a server, as `Neo4jStore.open` does.

        Raises:
            InvalidInput: the address is none of a Neo4j server.
            StoreUnavailable: it does not answer.
        """
        address = parse_address(location, auth=auth, database=database)
        try:
            driver = neo4j.GraphDatabase.driver(
                address.uri,
                auth=address.auth,
                user_agent="graphmem",
                telemetry_disabled=True,
                # The driver would write them, with the statement, into the log.
                notifications_min_severity=neo4j.NotificationMinimumSeverity.OFF,
            )
        except (DriverError, Neo4jError, ValueError) as err:
            raise translated(err, where=address.location) from err
        try:
            driver.verify_connectivity()
        except (DriverError, Neo4jError, GqlError) as err:
            driver.close()
            raise translated(err, where=address.location) from err
        return cls(driver, database=address.database, location=address.location)

    def read(
        self, text: str, *, params: Mapping[str, Any] | None = None, top_k: int = 100, seconds: float = 10.0
    ) -> FreeRows:
        """Run one reading statement and return its first rows.

        Args:
            text: the statement.
            params: values of its parameters.
            top_k: rows at most; what is behind them is not fetched.
            seconds: what it may take.

        Raises:
            InvalidInput: it is not understood, or does more than read nodes and relationships.
            StoreUnavailable: it took too long, or the server is gone.
        """
        if _PREFIX.match(text):
            raise InvalidInput("leave EXPLAIN and PROFILE out: statements are run as they are")
        answer: Queue[FreeRows | Exception] = Queue(maxsize=1)
        work = threading.Thread(target=self._run, args=(answer, text, params or {}, top_k, seconds), daemon=True)
        if not self._lock.acquire(timeout=seconds):
            raise StoreUnavailable("an earlier statement still runs on the server: wait a little, and ask for less")
        work.start()
        try:
            result = answer.get(timeout=2 * seconds + _GRACE)
        except Empty as err:
            raise StoreUnavailable(f"the server has not answered within {seconds:g} seconds: ask for less") from err
        if isinstance(result, Exception):
            raise result
        return result

    def close(self) -> None:
        """Close the connection."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(
        self, answer: "Queue[FreeRows | Exception]", text: str, params: Mapping[str, Any], top_k: int, seconds: float
    ) -> None:
        """Put the answer, or our error, into the queue: a server that outlasts its time is not waited for."""
        try:
            answer.put(self._answer(text, params, top_k, seconds))
        except (InvalidInput, StoreUnavailable) as err:
            answer.put(err)
        except (DriverError, Neo4jError, GqlError, UnicodeEncodeError, OverflowError, ValueError) as err:
            answer.put(self._refusal(err, seconds))
        finally:
            self._lock.release()

    def _answer(self, text: str, params: Mapping[str, Any], top_k: int, seconds: float) -> FreeRows:
        with self._session() as session:
            asked = session.run(neo4j.Query("EXPLAIN " + text, timeout=seconds), dict(params))
            refuse_more_than_reading(asked.consume())
        with self._session(fetch_size=top_k + 1) as session:
            result = session.run(neo4j.Query(text, timeout=seconds), dict(params))
            columns = tuple(result.keys())
            found = result.fetch(top_k + 1)
            result.consume()
        rows = tuple(tuple(plain_value(v) for v in record.values()) for record in found[:top_k])
        return FreeRows(columns=columns, rows=rows, more=len(found) > top_k)

    def _session(self, **options: Any) -> neo4j.Session:
        return self._driver.session(database=self._database, default_access_mode=neo4j.READ_ACCESS, **options)

    def _refusal(self, err: Exception, seconds: float) -> Exception:
        """Return our error: a statement that is wrong is the caller's, all else as for our own statements."""
        code = getattr(err, "code", None) or ""
        ours: Exception = translated(err, where=self._location)
        if ".TransactionTimedOut" in code:
            ours = StoreUnavailable(f"the statement took longer than {seconds:g} seconds: ask for less")
        elif isinstance(err, ClientError) and ".Security." not in code and ".Database." not in code:
            ours = InvalidInput(f"the server refuses the statement: {err.message}")
        elif isinstance(err, ValueError | OverflowError):
            ours = InvalidInput(f"a parameter cannot be sent: {err}")
        ours.__cause__ = err
        return ours


def refuse_more_than_reading(summary: neo4j.ResultSummary) -> None:
    """Refuse a statement by its plan. Raises InvalidInput: it does more than read nodes and relationships."""
    if summary.query_type != "r" or summary.plan is None:
        raise InvalidInput("this tool only reads: the statement would write, or change the server")
    for operator, details in _operators(summary.plan):
        if operator in _DENIED or operator.startswith(_DENIED_BEGINNINGS):
            raise InvalidInput(f"this tool only reads nodes and relationships: {operator} is not allowed")
        for namespace in _CALLED.findall(_QUOTED.sub("", details)):
            if namespace.strip("`").lower() not in _BUILT_IN:
                raise InvalidInput(f"functions of plugins are not allowed: {namespace}")


def _operators(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name, without the runtime or database behind it, and the details of every operator of a plan."""
    name = str(plan.get("operatorType", "")).partition("@")[0]
    arguments = plan.get("args") or plan.get("arguments") or {}
    yield name, str(arguments.get("Details", ""))
    for child in plan.get("children", ()):
        yield from _operators(child)


def plain_value(value: Any, *, depth: int = _DEPTH) -> Any:
    """Return a value as JSON's: nodes as their labels and properties, bytes as their number, long ones cut."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value if len(value) <= _TEXT else value[:_TEXT] + "…"
    if isinstance(value, bytes | bytearray):
        return f"<{len(value)} bytes>"
    if depth == 0:
        return "…"
    if isinstance(value, Node):
        return {"labels": sorted(value.labels), "properties": _mapping(dict(value), depth=depth)}
    if isinstance(value, Relationship):
        return {"type": value.type, "properties": _mapping(dict(value), depth=depth)}
    if isinstance(value, Path):
        return {"nodes": _list(value.nodes, depth=depth), "relationships": _list(value.relationships, depth=depth)}
    if isinstance(value, Mapping):
        return _mapping(value, depth=depth)
    if isinstance(value, list | tuple | set | frozenset):
        return _list(value, depth=depth)
    return value.iso_format() if hasattr(value, "iso_format") else str(value)


def _mapping(value: Mapping[str, Any], *, depth: int) -> dict[str, Any]:
    return {str(key): plain_value(inner, depth=depth - 1) for key, inner in value.items()}


def _list(values: Any, *, depth: int) -> list[Any]:
    kept = [plain_value(inner, depth=depth - 1) for inner in list(values)[:_ITEMS]]
    return [*kept, f"… {len(values) - _ITEMS} more"] if len(values) > _ITEMS else kept
