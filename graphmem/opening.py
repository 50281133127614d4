"""The composition root: the only place that knows which adapters there are."""

import hashlib
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from uuid import uuid4

from graphmem.chat import ChatModel
from graphmem.errors import InvalidInput
from graphmem.ports import Embedder, Extractor, Store
from graphmem.write.models import refuse_mismatch

if TYPE_CHECKING:
    from graphmem.stores.neo4j.free_reading import FreeReader
    from graphmem.token_ports import TokenCache

__all__ = ["Parts", "chat_model", "free_reader", "migrated", "outstanding", "parts"]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a memory is composed of.

    `snapshots` is the folder of index snapshots, None where there can be none; `tokens` keeps token vectors.
    """

    store: Store
    embedder: Embedder
    extractor: Extractor | None
    snapshots: Path | None
    tokens: "TokenCache"

    def named(self) -> dict[str, Any]:
        """Return the parts by name, as a memory takes them beside its store."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "store"}


def parts(
    location: str | Path,
    *,
    embedder: object | None,
    extractor: object | None,
    read_only: bool,
    reembed: bool,
    snapshots: str | Path | None = None,
    auth: tuple[str, str] | None = None,
    database: str | None = None,
    migrate: bool = True,
) -> Parts:
    """Open the store and load the models that `Memory.open` describes.

    `auth` and `database` are a server's, where the location does not hold them; `migrate` brings an older schema up to
    date.

    Raises:
        InvalidInput: a location or extractor that is not known.
        StoreError: the store cannot be opened.
        ModelMismatch: the store's vectors are another embedder's, and `reembed` was not said.
    """
    from graphmem.models.registry import load_embedder

    model = load_embedder(embedder)
    drawing = _extractor(extractor)
    store = _store(location, read_only=read_only, migrate=migrate, auth=auth, database=database)
    try:
        if not reembed:
            refuse_mismatch(store, model)
        if not read_only and store.setting("store_id") is None:
            store.set_setting("store_id", str(uuid4()), replace=False)
    except BaseException:
        store.close()
        raise
    folder = Path(snapshots) if snapshots else _snapshots(location)
    return Parts(store, model, drawing, folder, _token_cache(None if read_only else folder))


def chat_model(chat: object | None) -> ChatModel | None:
    """Return what learning asks: a `ChatModel` as it is, one over a LangChain chat model or its name, None for None.

    Raises:
        InvalidInput: it is none of these, or no chat model has the name.
        MissingExtra, ModelUnavailable: as `graphmem.models.named_chat.load_chat` says.
    """
    if chat is None:
        return None
    if isinstance(chat, str):
        from graphmem.models.named_chat import load_chat

        return chat_model(load_chat(chat))
    if hasattr(chat, "lessons") and hasattr(chat, "gists"):
        return cast(ChatModel, chat)
    if hasattr(chat, "invoke"):
        from graphmem.models.chat_learning import ChatLearner

        return ChatLearner(chat)
    raise InvalidInput(f"a {type(chat).__name__} is no chat model: give a LangChain chat model or a ChatModel")


def outstanding(location: str | Path, *, auth: tuple[str, str] | None = None, database: str | None = None) -> list[str]:
    """Return the names of the migrations that a store lacks, in order; nothing is changed.

    Raises: StoreError: it cannot be opened, a newer graphmem wrote it, or somebody else.
    """
    if "://" in str(location):
        from graphmem.stores.neo4j import Neo4jStore

        return Neo4jStore.outstanding(str(location), auth=auth, database=database)
    from graphmem.stores.sqlite import SqliteStore

    return SqliteStore.outstanding(location)


def migrated(location: str | Path, *, auth: tuple[str, str] | None = None, database: str | None = None) -> list[str]:
    """Run the migrations that a store lacks, and return their names. Raises: StoreError, as `outstanding`."""
    lacking = outstanding(location, auth=auth, database=database)
    _store(location, read_only=False, migrate=True, auth=auth, database=database).close()
    return lacking


def free_reader(
    location: str | Path, *, auth: tuple[str, str] | None = None, database: str | None = None
) -> "FreeReader":
    """Return what runs statements from outside on a Neo4j, for reading only, on a connection of its own.

    Raises:
        InvalidInput: the store is no Neo4j server.
        StoreUnavailable: it does not answer.
    """
    if "://" not in str(location):
        raise InvalidInput(f"{location} is no Neo4j: only a server reads Cypher (neo4j://host:7687)")
    from graphmem.stores.neo4j.free_reading import FreeReader

    return FreeReader.open(str(location), auth=auth, database=database)


def _store(
    location: str | Path, *, read_only: bool, migrate: bool, auth: tuple[str, str] | None, database: str | None
) -> Store:
    if "://" in str(location):
        from graphmem.stores.neo4j import Neo4jStore

        return Neo4jStore.open(str(location), auth=auth, database=database, read_only=read_only, migrate_schema=migrate)
    from graphmem.stores.sqlite import SqliteStore

    return SqliteStore.open(location, create=not read_only, read_only=read_only, migrate_schema=migrate)


def _token_cache(folder: Path | None) -> "TokenCache":
    """Return what keeps token vectors: a file beside the snapshots, made when it is needed; None keeps none on disk."""
    from graphmem.models.token_cache import SqliteTokenCache

    return SqliteTokenCache(folder / "tokens.sqlite" if folder else None)


def _snapshots(location: str | Path) -> Path | None:
    if str(location) == ":memory:":
        return None
    if "://" in str(location):
        return _cache_folder(str(location), home=Path.home(), platform=sys.platform)
    path = Path(location)
    return path.with_name(path.name + ".index")


def _cache_folder(uri: str, *, home: Path, platform: str) -> Path:
    """Return where a server's snapshots are kept on this machine: by host and database, whoever logs in and how."""
    parts = urlsplit(uri)
    place = f"{parts.netloc.rpartition('@')[2]}{parts.path}".lower().rstrip("/")
    caches = {"darwin": home / "Library" / "Caches", "win32": home / "AppData" / "Local"}
    folder = caches.get(platform, home / ".cache")
    return folder / "graphmem" / "indexes" / hashlib.sha256(place.encode()).hexdigest()[:24]


def _extractor(extractor: object | None) -> Extractor | None:
    if extractor is None:
        return None
    if isinstance(extractor, str):
        if extractor != "spacy":
            raise InvalidInput(f"extractor {extractor!r} is not known: use 'spacy', None, a chat model or an Extractor")
        from graphmem.write.extract import SpacyExtractor

        return SpacyExtractor()
    if hasattr(extractor, "extract") and hasattr(extractor, "name"):
        return extractor
    if hasattr(extractor, "invoke"):
        from graphmem.models.chat import ChatExtractor
        from graphmem.write.extract import SpacyExtractor

        return ChatExtractor(extractor, fallback=SpacyExtractor())
    raise InvalidInput(f"a {type(extractor).__name__} is no extractor: use 'spacy', None, a chat model or an Extractor")
