"""The one place where the driver's errors become ours; each message says what mends it."""

from neo4j import exceptions as driver

from graphmem.errors import InvalidInput, StoreCorrupt, StoreError, StoreUnavailable

__all__ = ["translated"]

Mapped = tuple[type[StoreError], str]

_DOWN = (StoreUnavailable, "the server does not answer: start it, and check the address, the port and the scheme")
_AGAIN = (StoreUnavailable, "the server could not do it just now; try again")
_ACCESS = (StoreUnavailable, "the server refuses this user: check user and password, and what the user may do")
_OTHER_PAST = (
    StoreUnavailable, "the database is not the one it was, or `follow` was told nonsense: open the store again",
)  # fmt: skip
_DEFECT = (StoreError, "this is a defect of graphmem, please report it")

#: By the server's status code (neo4j.com/docs/status-codes), before the class decides.
_BY_CODE: dict[str, Mapped] = {
    "Neo.ClientError.Security.Unauthorized": (StoreUnavailable, "the server refuses the user or the password"),
    "Neo.ClientError.Security.AuthenticationRateLimit": (
        StoreUnavailable, "the password was wrong too often; wait a few seconds, then use the right one",
    ),
    "Neo.ClientError.Security.CredentialsExpired": (
        StoreUnavailable, "the password must be changed first: log in with Neo4j Browser or cypher-shell and change it",
    ),
    "Neo.ClientError.Database.DatabaseNotFound": (
        StoreUnavailable, "the server has no database of that name: create it, or name another in the address",
    ),
    "Neo.ClientError.Statement.AccessMode": (
        StoreUnavailable, "the connection can only read: open the store without read_only to write",
    ),
    "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase": (
        StoreUnavailable, "the database can only be read: make it writable on the server to write to it",
    ),
    "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase": (
        StoreUnavailable, "the database can only be read: make it writable on the server to write to it",
    ),
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration": (
        StoreUnavailable, "the transaction took longer than `timeout`; give it more, or write smaller batches",
    ),
    "Neo.ClientError.Transaction.TransactionTimedOut": (
        StoreUnavailable, "the transaction took longer than the server's db.transaction.timeout; raise that",
    ),
    "Neo.ClientError.Transaction.LockClientStopped": (
        StoreUnavailable, "another writer held the namespace for too long; try again",
    ),
    "Neo.TransientError.Transaction.LockAcquisitionTimeout": (
        StoreUnavailable, "another writer held the namespace for too long; try again",
    ),
    "Neo.TransientError.General.OutOfMemoryError": (
        StoreUnavailable, "the server ran out of memory: raise server.memory.heap.max_size, or write smaller batches",
    ),
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": (
        StoreUnavailable, "the transaction needs more memory than it may have: raise db.memory.transaction.max",
    ),
    "Neo.ClientError.Transaction.InvalidBookmark": _OTHER_PAST,
    "Neo.ClientError.Transaction.InvalidBookmarkMixture": _OTHER_PAST,
    "Neo.TransientError.Transaction.BookmarkTimeout": (
        StoreUnavailable,
        "the server has not caught up with what was written elsewhere: try again; where the database was restored from "
        "a backup, open the store again",
    ),
    "Neo.DatabaseError.Schema.ConstraintCreationFailed": (
        StoreError,
        "a constraint could not be made: data breaks it already, or it needs the Enterprise edition; graphmem's "
        "own need neither, so give graphmem a database of its own",
    ),
    "Neo.ClientError.Schema.IndexNotFound": (StoreError, "an index is missing: open the store once for writing"),
    "Neo.ClientError.Procedure.ProcedureNotFound": (
        StoreError, "the server lacks a procedure that Neo4j 5.26 has: upgrade it to 5.26 or later",
    ),
    "Neo.ClientError.Statement.SyntaxError": (
        StoreError, "the server does not understand the statement: graphmem needs Neo4j 5.26 or later",
    ),
}  # fmt: skip

#: By class, the more special before the more general.
_BY_CLASS: tuple[tuple[type[Exception], Mapped], ...] = (
    (driver.IncompleteCommit, (
        StoreUnavailable, "the connection broke during the commit, which may have been made; repeat the call: telling "
        "the same again changes nothing",
    )),
    (driver.RoutingServiceUnavailable, _DOWN),
    (driver.WriteServiceUnavailable, (StoreUnavailable, "the cluster has no leader for writes just now; try again")),
    (driver.ReadServiceUnavailable, (StoreUnavailable, "the cluster has no member to read from just now; try again")),
    (driver.UnsupportedServerProduct, (
        StoreUnavailable,
        "the server speaks no protocol that this driver knows, so it is a Neo4j older than 4.4 or something else: "
        "graphmem needs Neo4j 5.26 or later: upgrade it",
    )),
    (driver.ServiceUnavailable, _DOWN),
    (driver.SessionExpired, _AGAIN),
    (driver.ConnectionAcquisitionTimeoutError, (
        StoreUnavailable, "all connections are in use: close what is not needed, or use fewer threads",
    )),
    (driver.ConnectionPoolError, _AGAIN),
    (driver.CertificateConfigurationError, (
        StoreUnavailable, "the certificate cannot be used: check it, or use the scheme neo4j+ssc to trust any",
    )),
    (driver.AuthConfigurationError, (StoreUnavailable, "user and password cannot be used as given; check them")),
    (
        driver.ConfigurationError,
        (
            StoreUnavailable,
            "an option cannot be used, or the server is older than Neo4j 5.26: check both",
        ),
    ),
    (driver.BrokenRecordError, (StoreCorrupt, "a value cannot be read: graphmem did not write it; look at the node")),
    (driver.TransactionError, _DEFECT),
    (driver.ResultError, _DEFECT),
    (driver.SessionError, (StoreUnavailable, "the store is closed; open it again")),
    (driver.DriverError, (StoreError, "the driver could not do it")),
    (driver.AuthError, _ACCESS),
    (driver.Forbidden, _ACCESS),
    (driver.ConstraintError, _DEFECT),
    (driver.CypherSyntaxError, _BY_CODE["Neo.ClientError.Statement.SyntaxError"]),
    (driver.CypherTypeError, _DEFECT),
    (driver.TransientError, _AGAIN),
    (driver.DatabaseError, (StoreError, "the server failed; its log tells more")),
    (driver.ClientError, (StoreError, "the server refuses the statement")),
    (driver.Neo4jError, (StoreError, "the server failed; its log tells more")),
    (driver.GqlError, (StoreError, "the server failed; its log tells more")),
)  # fmt: skip


def translated(err: Exception, *, where: str) -> StoreError | InvalidInput:
    """Return our error for one of the driver's; raise it `from err`.

    Args:
        err: what the driver raised; its code decides, then its class, never its wording.
        where: the location of the store, and the statement that was run, for the message.
    """
    if isinstance(err, UnicodeEncodeError | OverflowError):
        return InvalidInput(f"{where}: a value cannot be stored ({err}); a text must be valid Unicode")
    kind, mend = _BY_CODE.get(getattr(err, "code", None) or "") or _by_class(err)
    return kind(f"{where}: {mend} ({err})")


def _by_class(err: Exception) -> Mapped:
    for known, mapped in _BY_CLASS:
        if isinstance(err, known):
            return mapped
    return StoreError, "the driver could not do it"
