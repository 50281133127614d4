"""A digest of a namespace: how many rows of each type there are, and a hash of them that needs no order.

Each row is hashed with SHA-256 over its canonical JSON, and the hashes of a type are added modulo 2**256: two
namespaces that hold the same rows have the same sums, in whatever order their stores give them out, and nothing but
the sums is held in memory. What a store derives from other rows is left out, and so are change numbers.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np

from graphmem.formats.codec import Done, Row, encode
from graphmem.model import Entity, Interaction
from graphmem.ports import Changes, Store, VectorRow

__all__ = ["Digest", "differences", "digest_of"]

_MODULUS = 1 << 256
_PAGE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a namespace holds.

    Args:
        seq: the change counter that it was read at.
        steady: nobody wrote while it was read.
        counts: rows by type; `order` counts interactions again.
        hashes: by the same types, in hexadecimal; `order` is of the ids of the interactions by arrival.
    """

    seq: int
    steady: bool
    counts: Mapping[str, int]
    hashes: Mapping[str, str]


def digest_of(store: Store, namespace: str, *, tick: Callable[[int], None] = lambda _: None) -> Digest:
    """Read a namespace to its end and return its digest; `tick` is told the interactions of each page."""
    before, sums = store.seq(namespace), _Sums()
    arrivals: list[tuple[int, str]] = []
    for page in _pages(store, namespace):
        for row in _rows(page):
            sums.add(row)
        arrivals += ((i.arrival, i.id) for i in page.interactions)
        tick(len(page.interactions))
    for link in store.synonyms(namespace):
        sums.add(link)
    order = hashlib.sha256("\n".join(id_ for _, id_ in sorted(arrivals)).encode())
    return Digest(
        seq=before,
        steady=store.seq(namespace) == before,
        counts={**sums.counts, "order": len(arrivals)},
        hashes={**{name: f"{value:064x}" for name, value in sums.values.items()}, "order": order.hexdigest()},
    )


def differences(source: Digest, copy: Digest) -> tuple[str, ...]:
    """Return in words how a copy differs from its source, nothing where it does not.

    >>> one = Digest(seq=1, steady=True, counts={"fact": 2}, hashes={"fact": "aa"})
    >>> differences(one, Digest(seq=9, steady=True, counts={"fact": 1}, hashes={"fact": "bb"}))
    ('fact: 2 in the source, 1 in the copy',)
    """
    found = []
    for name in sorted(source.counts.keys() | copy.counts.keys()):
        there, here = source.counts.get(name, 0), copy.counts.get(name, 0)
        if there != here:
            found.append(f"{name}: {there} in the source, {here} in the copy")
        elif source.hashes.get(name) != copy.hashes.get(name):
            found.append(f"{name}: {there} on both sides, with other contents")
    return tuple(found)


def _pages(store: Store, namespace: str) -> Iterator[Changes]:
    since, more = 0, True
    while more:
        page = store.changes(namespace, since=since, limit=_PAGE)
        yield page
        since, more = page.seq, page.more


def _rows(page: Changes) -> Iterator[Row]:
    """Yield a page's rows but for its synonyms, which come with either end."""
    yield from chain(page.interactions, page.entities, page.mentions, page.facts, page.assertions, page.vectors)
    yield from chain(page.rulings, page.nodes, page.links)
    yield from (Done(i.id, i.extractor) for i in page.interactions if i.extractor is not None)


@dataclass
class _Sums:
    counts: Counter[str] = field(default_factory=Counter)
    values: dict[str, int] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        name, content = _content(row)
        hashed = int.from_bytes(hashlib.sha256(content).digest(), "big")
        self.counts[name] += 1
        self.values[name] = (self.values.get(name, 0) + hashed) % _MODULUS


def _content(row: Row) -> tuple[str, bytes]:
    """Return the type of a row and its bytes: the same for the same content, whoever kept it."""
    if isinstance(row, VectorRow):
        vectors = (np.ascontiguousarray(part, dtype="<f4").tobytes() for part in (row.vector, row.sentences))
        return "vector", b"\x00".join([row.interaction.encode(), *vectors])
    if isinstance(row, Entity):
        row = replace(row, aliases=tuple(sorted(row.aliases)))
    if isinstance(row, Interaction):
        row = replace(row, metadata=dict(row.metadata))
    values = encode(row)
    told = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return str(values["type"]), told.encode("utf-8", "surrogatepass")
