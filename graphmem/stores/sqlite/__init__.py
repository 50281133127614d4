"""The embedded store: one SQLite file."""

from graphmem.stores.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
