"""What is learnt: nodes of whitelisted labels and links of whitelisted types, saved, forgotten and read."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphmem.rows import Attribute, Batch, Link, Node
from graphmem.stores.columns import Row, from_micros
from graphmem.stores.learnt import (
    LABELS,
    STANDS_ON,
    TYPES,
    KeptLink,
    KeptNode,
    attributes_text,
    check_expected,
    join_link,
    join_node,
    kept_link,
    kept_node,
    link_of,
    node_of,
    within,
    without_ground,
)
from graphmem.stores.neo4j.graph import ALL, Transaction
from graphmem.stores.neo4j.namespaces import Place
from graphmem.stores.neo4j.tombstones import bury, revive
from graphmem.stores.neo4j.values import instant, key_text, keys_of

__all__ = [
    "Gone",
    "drop_vectors",
    "expect",
    "forget",
    "known_nodes",
    "link_seqs",
    "links",
    "links_touched",
    "nodes",
    "save_learnt",
]

Place4 = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Gone:
    """How many nodes and links went."""

    nodes: int = 0
    links: int = 0

    def __add__(self, other: "Gone") -> "Gone":
        return Gone(self.nodes + other.nodes, self.links + other.links)


def _states(tx: Transaction, namespace: str, ids: Iterable[str]) -> list[Row]:
    told = keys_of(ids)
    return tx.rows("learnt_states", namespace=namespace, ids=told, top_k=ALL) if told else []


def expect(tx: Transaction, place: Place, expected: Mapping[str, int]) -> None:
    """Compare the revisions that a writer knows. Outdated: one differs."""
    check_expected(expected, {row[0]: row[1] for row in _states(tx, place.name, expected)})


def save_learnt(tx: Transaction, place: Place, batch: Batch, *, now: datetime) -> bool:
    """Delete the batch's unlinked links, then save its nodes, then its links; return whether anything changed."""
    gone = _unlink(tx, place, batch.unlink, now=now)
    ends = keys_of({end for link in batch.links for end in (link.source, link.target)})
    rows = tx.rows("ends_known", namespace=place.name, ids=ends, top_k=ALL) if ends else []
    batch = without_ground(batch, present={row[0] for row in rows})
    saved = _save_nodes(tx, place, batch.nodes, now=now)
    linked = _save_links(tx, place, batch.links, now=now)
    return gone or saved or linked


def _unlink(tx: Transaction, place: Place, told: Sequence[Link], *, now: datetime) -> bool:
    rows = [_ends(p) for p in sorted({kept_link(link, now=now).place for link in told})]
    gone = tx.rows("delete_links", namespace=place.name, rows=rows) if rows else []
    bury(tx, place, "Link", (" ".join(row) for row in gone))
    return bool(gone)


def _ends(place: Place4) -> dict[str, object]:
    type_, source, target, key = place
    return {"type": type_, "source": key_text(source), "target": key_text(target), "key": key}


def _save_nodes(tx: Transaction, place: Place, told: Sequence[Node], *, now: datetime) -> bool:
    rows = _states(tx, place.name, (n.id for n in told))
    known, revisions = {row[0]: _kept(row) for row in rows}, {row[0]: int(row[1]) for row in rows}
    joined: dict[str, KeptNode] = {}
    for node in told:
        kept, before = kept_node(node, now=now), joined.get(node.id) or known.get(node.id)
        joined[node.id] = kept if before is None else join_node(before, kept)
    changed = [joined[id_] for id_ in sorted(joined) if joined[id_] != known.get(id_)]
    put = [
        {"id": n.id, "label": n.label, "properties": _properties(n, place, revision=revisions.get(n.id, 0) + 1)}
        for n in changed
    ]
    tx.many("put_learnt", put, namespace=place.name)
    for label in sorted({n.label for n in changed if n.id not in known}):
        revive(tx, place, label, (n.id for n in changed if n.label == label))
    return bool(changed)


def _kept(row: Row) -> KeptNode:
    id_, _, label, name, text, attributes, at, created, expired, vector = row
    whole = None if vector is None else bytes(vector)
    return KeptNode(
        id_, label, name, text, attributes, from_micros(at), from_micros(created), from_micros(expired), whole
    )


def _natives(attributes: str) -> dict[str, Any]:
    """Return attributes as properties, for people and for lookups; the text beside them is what comes back."""
    return {name: value for name, value in json.loads(attributes).items() if value is not None}


def _properties(node: KeptNode, place: Place, *, revision: int) -> dict[str, Any]:
    return {
        **_natives(node.attributes),
        "namespace": place.name,
        "id": node.id,
        "nskey": place.nskey,
        "seq": place.seq,
        "label": node.label,
        "name": node.name,
        "text": node.text,
        "attributes": node.attributes,
        "at": instant(node.at),
        "created_at": instant(node.created_at),
        "expired_at": instant(node.expired_at),
        "revision": revision,
        "vector_f32": node.vector,
    }


def _save_links(tx: Transaction, place: Place, told: Sequence[Link], *, now: datetime) -> bool:
    wanted: dict[Place4, KeptLink] = {}
    for link in told:
        kept = kept_link(link, now=now)
        wanted[kept.place] = join_link(wanted[kept.place], kept) if kept.place in wanted else kept
    rows = [_ends(p) for p in sorted(wanted)]
    states = tx.rows("link_states", namespace=place.name, rows=rows, top_k=ALL) if rows else []
    there = (KeptLink(row[0], row[1], row[2], row[3], row[4], from_micros(row[5])) for row in states)
    known = {link.place: link for link in there}
    joined = {p: join_link(known[p], kept) if p in known else kept for p, kept in wanted.items()}
    changed = [joined[p] for p in sorted(joined) if joined[p] != known.get(p)]
    new, altered = [k for k in changed if k.place not in known], [k for k in changed if k.place in known]
    tx.many("add_links", (_link_row(k, place) for k in new), namespace=place.name)
    tx.many("update_links", (_link_row(k, place) for k in altered), namespace=place.name)
    if new:
        revive(tx, place, "Link", (k.id for k in new))
    return bool(changed)


def _link_row(link: KeptLink, place: Place) -> dict[str, object]:
    properties = {
        **_natives(link.attributes),
        "namespace": place.name,
        "seq": place.seq,
        "key": link.key,
        "attributes": link.attributes,
        "created_at": instant(link.created_at),
    }
    return {**_ends(link.place), "properties": properties}


# --- forgetting -----------------------------------------------------------------------------------------------------


def known_nodes(tx: Transaction, namespace: str, ids: Sequence[str]) -> frozenset[str]:
    """Return those among the ids that are nodes."""
    return frozenset(row[0] for row in _states(tx, namespace, ids))


def forget(tx: Transaction, place: Place, nodes: Iterable[str] = (), *, gone: Iterable[str] = ()) -> Gone:
    """Delete nodes with all that stands on them or on what is about to go, and the links of both.

    Args:
        tx: the transaction.
        place: whose.
        nodes: ids of nodes.
        gone: ids of interactions, facts and entities that are still there, and go next.
    """
    doomed, lost = set(nodes), {*nodes, *gone}
    if not lost or not (doomed or link_seqs(tx, place.name, since=-1, top_k=1)):
        return Gone()  # nothing learnt hangs on anything
    fresh = lost
    while fresh:
        asked = {"ids": sorted(fresh), "types": list(STANDS_ON), "top_k": ALL}
        fresh = {row[0] for row in tx.rows("learnt_from", namespace=place.name, **asked)} - doomed
        doomed |= fresh
    links_ = tx.rows("delete_links_of", namespace=place.name, ids=sorted(lost | doomed))
    bury(tx, place, "Link", (" ".join(row) for row in links_))
    labels = {row[0]: row[2] for row in _states(tx, place.name, doomed)}
    for label in sorted(set(labels.values())):
        bury(tx, place, label, (id_ for id_, named in labels.items() if named == label))
    if doomed:
        tx.rows("delete_learnt", namespace=place.name, ids=sorted(doomed))
    return Gone(nodes=len(labels), links=len(links_))


def drop_vectors(tx: Transaction, place: Place, *, count: int) -> int:
    """Delete the vectors of so many nodes at most, and return of how many."""
    return int(tx.value("drop_learnt_vectors", namespace=place.name, seq=place.seq, count=count))


# --- reading --------------------------------------------------------------------------------------------------------


def nodes(
    tx: Transaction,
    namespace: str,
    *,
    labels: Sequence[str] | None,
    ids: Sequence[str] | None,
    where: Mapping[str, Attribute] | None,
    expired: bool,
    after: str,
    top_k: int,
) -> list[Node]:
    """Return nodes by id, ids > `after`, that fit every filter given."""
    told = within(LABELS, labels, what="label of a node")
    asked = {
        "namespace": namespace,
        "labels": sorted(LABELS) if told is None else told,
        "given": json.loads(attributes_text(where or {})),
        "expired": expired,
        "after": after,
        "top_k": top_k,
    }
    rows = tx.rows("learnt_nodes", **asked) if ids is None else tx.rows("learnt_nodes_by_id", ids=keys_of(ids), **asked)
    return [node_of(row) for row in rows]


def link_seqs(tx: Transaction, namespace: str, *, since: int, top_k: int) -> list[int]:
    """Return the seqs of the first links touched after `since`."""
    return [row[0] for row in tx.rows("link_seqs", namespace=namespace, since=since, top_k=top_k)]


def links_touched(
    tx: Transaction, namespace: str, *, since: int = -1, upto: int = 2**62, types: Sequence[str] | None = None
) -> list[Link]:
    """Return the links of some types, or all, touched after `since`, up to `upto`, by (seq, type, source, ...)."""
    span = {"since": since, "upto": upto, "types": types, "top_k": ALL}
    return [link_of(row) for row in tx.packed("links_within", namespace=namespace, **span)]


def links(
    tx: Transaction,
    namespace: str,
    *,
    types: Sequence[str] | None,
    sources: Sequence[str] | None,
    targets: Sequence[str] | None,
    top_k: int,
) -> list[Link]:
    """Return links by (type, source, target, key) that fit every filter given."""
    told = within(TYPES, types, what="type of a link")
    if sources is None and targets is None:
        found = links_touched(tx, namespace, types=told)
        return sorted(found, key=lambda k: (k.type, k.source, k.target, k.key))[:top_k]
    if sources is None:
        asked = {"ids": keys_of(targets or ()), "types": told, "top_k": top_k}
        return [link_of(row) for row in tx.rows("links_to", namespace=namespace, **asked)]
    within_ = {"ids": keys_of(sources), "types": told, "top_k": top_k if targets is None else ALL}
    rows = tx.rows("links_from", namespace=namespace, **within_)
    kept = rows if targets is None else [row for row in rows if row[2] in set(targets)]
    return [link_of(row) for row in kept[:top_k]]
