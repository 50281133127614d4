"""What is learnt: nodes of whitelisted labels and links of whitelisted types, saved, forgotten and read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graphmem.rows import Attribute, Batch, Link, Node
from graphmem.stores.columns import from_micros, micros
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
from graphmem.stores.sqlite.database import Database, Row
from graphmem.stores.sqlite.namespaces import Place
from graphmem.stores.sqlite.rows import json_list

__all__ = ["Gone", "all_nodes", "expect", "forget", "known_nodes", "links", "nodes", "save_learnt"]


@dataclass(frozen=True, slots=True)
class Gone:
    """How many nodes and links went."""

    nodes: int = 0
    links: int = 0


def expect(db: Database, place: Place, expected: Mapping[str, int]) -> None:
    """Compare the revisions that a writer knows. Outdated: one differs."""
    if expected:
        rows = db.read("node_states", namespace=place.key, ids=json_list(sorted(expected)))
        check_expected(expected, {row[0]: row[2] for row in rows})


def save_learnt(db: Database, place: Place, batch: Batch, *, now: datetime) -> None:
    """Delete the batch's unlinked links, then save its nodes, then its links, each with its own seq only."""
    if batch.unlink:
        _unlink(db, place, batch.unlink, now=now)
    if batch.nodes or batch.links:
        ends = {end for link in batch.links for end in (link.source, link.target)}
        rows = db.read("ends_known", namespace=place.key, ids=json_list(sorted(ends)))
        batch = without_ground(batch, present={row[0] for row in rows})
        _save_nodes(db, place, batch.nodes, now=now)
        _save_links(db, place, batch.links, now=now)


def _unlink(db: Database, place: Place, told: Sequence[Link], *, now: datetime) -> None:
    states = (_link_state(db, place, kept_link(link, now=now)) for link in told)
    keys = json_list(sorted({state[0] for state in states if state is not None}))
    _delete_links(db, place, keys)


def _save_nodes(db: Database, place: Place, told: Sequence[Node], *, now: datetime) -> None:
    rows = db.read("node_states", namespace=place.key, ids=json_list(dict.fromkeys(n.id for n in told)))
    known = {row[0]: _kept(row) for row in rows}
    changed: dict[str, KeptNode] = {}
    for node in told:
        kept, before = kept_node(node, now=now), changed.get(node.id) or known.get(node.id)
        changed[node.id] = kept if before is None else join_node(before, kept)
    keys = {row[0]: (row[1], row[2]) for row in rows}
    new = [n for id_, n in changed.items() if id_ not in known]
    altered = [n for id_, n in changed.items() if id_ in known and n != known[id_]]
    shared = {"namespace": place.key, "seq": place.seq, "revision": 1}
    db.write_many("add_node", ({**shared, "id": n.id, "label": n.label, **_params(n)} for n in new))
    db.write_many(
        "update_node",
        ({"key": keys[n.id][0], "seq": place.seq, "revision": keys[n.id][1] + 1, **_params(n)} for n in altered),
    )
    for label in sorted({n.label for n in new}):
        ids = json_list(n.id for n in new if n.label == label)
        db.write("remove_tombstones", namespace=place.key, label=label, ids=ids)


def _kept(row: Row) -> KeptNode:
    id_, _, _, label, name, text, attributes, at, created, expired, vector = row
    at, created, expired = from_micros(at), from_micros(created), from_micros(expired)
    return KeptNode(id_, label, name, text, attributes, at, created, expired, vector)


def _params(node: KeptNode) -> dict[str, object]:
    return {
        "name": node.name,
        "text": node.text,
        "attributes": node.attributes,
        "at": micros(node.at),
        "created_at": micros(node.created_at),
        "expired_at": micros(node.expired_at),
        "vector": node.vector,
    }


def _save_links(db: Database, place: Place, told: Sequence[Link], *, now: datetime) -> None:
    changed: dict[tuple[str, ...], KeptLink] = {}
    for link in told:
        kept = kept_link(link, now=now)
        before = changed.get(kept.place)
        changed[kept.place] = kept if before is None else join_link(before, kept)
    new: list[KeptLink] = []
    for kept in changed.values():
        state = _link_state(db, place, kept)
        if state is None:
            new.append(kept)
            continue
        before = KeptLink(*kept.place, state[1], from_micros(state[2]))
        if (joined := join_link(before, kept)) != before:
            created = micros(joined.created_at)
            db.write("update_link", key=state[0], seq=place.seq, attributes=joined.attributes, created_at=created)
    shared = {"namespace": place.key, "seq": place.seq}
    rows = ({**shared, **_place(n), "attributes": n.attributes, "created_at": micros(n.created_at)} for n in new)
    db.write_many("add_link", rows)
    if new:
        db.write("remove_tombstones", namespace=place.key, label="Link", ids=json_list(n.id for n in new))


def _place(link: KeptLink) -> dict[str, object]:
    return {"type": link.type, "source": link.source, "target": link.target, "parallel": link.key}


def _link_state(db: Database, place: Place, link: KeptLink) -> Row | None:
    rows = db.read("link_state", namespace=place.key, **_place(link))
    return rows[0] if rows else None


# --- forgetting -----------------------------------------------------------------------------------------------------


def all_nodes(db: Database, namespace: int) -> frozenset[str]:
    """Return the ids of all nodes."""
    return frozenset(row[0] for row in db.read("all_nodes", namespace=namespace))


def known_nodes(db: Database, namespace: int, ids: Sequence[str]) -> frozenset[str]:
    """Return those among the ids that are nodes."""
    rows = db.read("node_states", namespace=namespace, ids=json_list(dict.fromkeys(ids)))
    return frozenset(row[0] for row in rows)


def forget(db: Database, place: Place, nodes: Iterable[str], *, gone: Iterable[str]) -> Gone:
    """Delete nodes with all that stands on them or on what is gone, and the links of both.

    Args:
        db: the database.
        place: whose.
        nodes: ids of nodes.
        gone: ids of interactions, facts and entities that go with this transaction.
    """
    doomed, lost = set(nodes), {*nodes, *gone}
    types = json_list(STANDS_ON)
    fresh = lost
    while fresh:
        rows = db.read("nodes_standing_on", namespace=place.key, ids=json_list(sorted(fresh)), types=types)
        fresh = {row[0] for row in rows} - doomed
        doomed |= fresh
    ids = json_list(sorted(lost | doomed))
    keys = {row[0] for end in ("from", "to") for row in db.read(f"link_keys_{end}", namespace=place.key, ids=ids)}
    count = _delete_links(db, place, json_list(sorted(keys)))
    told = json_list(sorted(doomed))
    db.write("bury_nodes", namespace=place.key, ids=told, seq=place.seq)
    db.write("delete_nodes", namespace=place.key, ids=told)
    return Gone(nodes=len(doomed), links=count)


def _delete_links(db: Database, place: Place, keys: str) -> int:
    db.write("bury_links", keys=keys, seq=place.seq)
    before = db.changed()
    db.write("delete_links", keys=keys)
    return db.changed() - before


# --- reading --------------------------------------------------------------------------------------------------------


def nodes(
    db: Database,
    namespace: int,
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
    given = {
        "namespace": namespace,
        "labels": None if told is None else json_list(told),
        "given": attributes_text(where or {}),
        "expired": expired,
        "after": after,
        "top_k": top_k,
    }
    if ids is None:
        return [node_of(row) for row in db.read("nodes_of_namespace", **given)]
    return [node_of(row) for row in db.read("nodes_named", ids=json_list(dict.fromkeys(ids)), **given)]


def links(
    db: Database,
    namespace: int,
    *,
    types: Sequence[str] | None,
    sources: Sequence[str] | None,
    targets: Sequence[str] | None,
    top_k: int,
) -> list[Link]:
    """Return links by (type, source, target, key) that fit every filter given."""
    told = within(TYPES, types, what="type of a link")
    listed = None if told is None else json_list(told)
    ends = [("link_keys_from", sources), ("link_keys_to", targets)]
    found = [
        {row[0] for row in db.read(statement, namespace=namespace, ids=json_list(dict.fromkeys(ids)))}
        for statement, ids in ends
        if ids is not None
    ]
    if found:
        keys = json_list(sorted(set.intersection(*found)))
        rows = db.read("links_by_key", keys=keys, types=listed, top_k=top_k)
    else:
        rows = db.read("links_of_namespace", namespace=namespace, types=listed, top_k=top_k)
    return [link_of(row) for row in rows]
