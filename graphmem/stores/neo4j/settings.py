"""Settings of the whole store (the embedder's name, ...)."""

from graphmem.stores.neo4j.graph import Transaction
from graphmem.stores.neo4j.values import key_text

__all__ = ["set_setting", "setting"]


def setting(tx: Transaction, name: str) -> str | None:
    """Return a setting, None when never set."""
    value: str | None = tx.value("setting", name=name)
    return value


def set_setting(tx: Transaction, name: str, value: str, *, replace: bool) -> str:
    """Set a setting and return its value afterwards."""
    statement = "replace_setting" if replace else "add_setting"
    return str(tx.value(statement, name=key_text(name), value=value))
