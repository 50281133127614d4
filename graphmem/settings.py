"""The only reader of the environment, for the command line; the library itself takes arguments."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Settings", "read_settings"]


@dataclass(frozen=True)
class Settings:
    """What holds where a command does not say otherwise.

    Args:
        store: path of the memory (`GRAPHMEM_STORE`).
        namespace: whose memory (`GRAPHMEM_NAMESPACE`), None where nobody said.
        embedder: the embedder, None is the built-in one (`GRAPHMEM_EMBEDDER`).
    """

    store: str = "graphmem.db"
    namespace: str | None = None
    embedder: str | None = None


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of an environment, None is this process's; empty variables count as absent."""
    given = os.environ if environment is None else environment
    return Settings(
        store=given.get("GRAPHMEM_STORE") or Settings.store,
        namespace=given.get("GRAPHMEM_NAMESPACE") or None,
        embedder=given.get("GRAPHMEM_EMBEDDER") or None,
    )
