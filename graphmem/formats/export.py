"""Export a namespace as JSON Lines: complete, versioned, in an order that an import can follow line by line.

header, namespace, interactions (by time, then arrival), entities, then for each page of the change log mentions, facts,
assertions, synonyms and vectors, then rulings and learnt nodes, then links, then which interactions are done, then a
footer with the counts.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any, TextIO

from graphmem.errors import NotFound
from graphmem.formats.codec import VERSION, Done, Row, encode, line_of
from graphmem.identity import instant_text
from graphmem.model import Entity, Interaction
from graphmem.ports import ChangeKind, Changes, Store

__all__ = ["exported_rows", "write_export"]

_PAGE = 1_000
_RULED: tuple[ChangeKind, ...] = ("rulings", "nodes")
_LINKED: tuple[ChangeKind, ...] = ("links",)


def write_export(
    store: Store,
    namespace: str,
    *,
    to: TextIO,
    now: datetime,
    vectors: bool = False,
    tick: Callable[[int], None] = lambda _: None,
) -> dict[str, int]:
    """Write a namespace to a text stream and return how many lines of each type.

    Args:
        store: where it is.
        namespace: which.
        to: an open UTF-8 text stream.
        now: the moment, noted in the header.
        vectors: also write the vectors; without them an import embeds anew.
        tick: called with the number of interactions each page held.

    Raises:
        NotFound: there is no such namespace.
    """
    info = store.namespace(namespace)
    if info is None:
        raise NotFound(f"there is no namespace {namespace!r} to export")
    embedder = store.setting("embedder")
    header = {"graphmem": VERSION, "type": "header", "written_at": instant_text(now), "embedder": embedder,
              "vectors": vectors}  # fmt: skip
    to.write(line_of(header))
    whose = {"name": info.name, "origin": info.origin, "seq": info.seq, "created_at": instant_text(info.created_at)}
    to.write(line_of({"type": "namespace", **whose}))
    counts: Counter[str] = Counter()
    for row in exported_rows(store, namespace, vectors=vectors, tick=tick):
        values = encode(row)
        counts[values["type"]] += 1
        to.write(line_of(values))
    to.write(line_of({"type": "footer", "counts": dict(sorted(counts.items())), "lines": counts.total() + 3}))
    return dict(sorted(counts.items()))


def exported_rows(
    store: Store, namespace: str, *, vectors: bool, tick: Callable[[int], None] = lambda _: None
) -> Iterator[Row]:
    """Yield every row, each after all it refers to. What others write meanwhile comes along, or comes next time."""
    for page in _history(store, namespace):
        yield from page
        tick(len(page))
    end = 0
    for changes in _pages(store, namespace):
        yield from changes.entities
        end = changes.seq
    for changes in _pages(store, namespace):
        if changes.seq > end:
            yield from _late(store, namespace, changes)
        yield from chain(changes.mentions, changes.facts, changes.assertions, changes.synonyms)
        yield from changes.vectors if vectors else ()
    for changes in _pages(store, namespace, only=_RULED):
        yield from changes.rulings
        yield from changes.nodes if vectors else (replace(node, vector=None) for node in changes.nodes)
    for changes in _pages(store, namespace, only=_LINKED):
        yield from changes.links
    for page in _history(store, namespace):
        yield from (Done(i.id, i.extractor) for i in page if i.extractor is not None)


def _history(store: Store, namespace: str) -> Iterator[list[Interaction]]:
    last: Interaction | None = None
    while page := store.history(namespace, after=last, top_k=_PAGE):
        yield page
        last = page[-1]


def _pages(store: Store, namespace: str, *, only: Collection[ChangeKind] | None = None) -> Iterator[Changes]:
    since, more = 0, True
    while more:
        changes = store.changes(namespace, since=since, only=only)
        yield changes
        since, more = changes.seq, changes.more


def _late(store: Store, namespace: str, changes: Changes) -> Iterator[Interaction | Entity]:
    """Yield what a page written during the export refers to."""
    yield from changes.interactions
    ids: set[Any] = {m.entity for m in changes.mentions} | {e for s in changes.synonyms for e in (s.a, s.b)}
    ids |= {e for f in changes.facts for e in (f.subject_id, f.object_id)}
    yield from store.entities(namespace, ids=sorted(ids), top_k=max(1, len(ids)))
