"""The kinds of entities: elected anew where votes, tellings or merges changed."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from graphmem.identity import UNKNOWN
from graphmem.model import Entity
from graphmem.stores.columns import Row
from graphmem.stores.kinds import Standing, Votes, elections, groups_of, votes_of, votes_text
from graphmem.stores.neo4j.graph import ALL, Transaction
from graphmem.stores.neo4j.namespaces import Place
from graphmem.stores.neo4j.values import keys_of

__all__ = ["counted", "elect", "kind_row", "standing_of", "votes_by"]


def standing_of(row: Row) -> Standing:
    """Return a standing from (kind, base, told, votes, merged)."""
    kind, base, told, votes, merged = row
    return Standing(kind=kind, base=base, told=told, votes=votes_of(votes), merged=merged)


def counted(
    before: Mapping[str, Standing], told: Mapping[str, Entity], *, votes: Mapping[str, Votes]
) -> dict[str, Standing]:
    """Return how those stand that were told of or voted for, with the kind elected; the merged keep theirs for now.

    Args:
        before: how all of them stood; what is new is left out.
        told: what is saved of entities apart from mentions.
        votes: by how much the votes of each entity change.
    """
    after: dict[str, Standing] = {}
    for id_ in {*told, *votes}:
        new = told.get(id_)
        standing = before[id_] if id_ in before else Standing(kind=UNKNOWN, base=UNKNOWN)
        standing = standing if new is None else replace(standing, base=new.kind, told=new.told)
        after[id_] = standing.counting(votes.get(id_, {}))
    alone = [(id_,) for id_, standing in after.items() if not standing.merged]
    return after | {id_: replace(after[id_], kind=kind) for id_, kind in elections(after, alone).items()}


def kind_row(before: Standing, after: Standing, *, seq: int) -> dict[str, object]:
    """Return what a write sets of an entity whose kind was elected: a seq where readers see that it is another."""
    shown = after.kind != before.kind or after.votes.keys() != before.votes.keys()
    return {"elected": after.kind, "votes": votes_text(after.votes), "seq": seq if shown else None}


def elect(tx: Transaction, place: Place, changed: Iterable[str], *, votes: Mapping[str, Votes]) -> None:
    """Count votes and elect the kinds of the entities that they, or other changes, bear on.

    Args:
        tx: a write transaction.
        place: the namespace, entered.
        changed: ids of entities that were told, merged or parted; those that are gone meanwhile are left out.
        votes: by how much the votes of each entity change, by its id.
    """
    before = _standings(tx, place, {*changed, *votes})
    merged = [id_ for id_, standing in before.items() if standing.merged]
    groups = groups_of(merged, links=lambda ids: _merged_with(tx, place, ids))
    before |= _standings(tx, place, {id_ for group in groups for id_ in group} - before.keys())
    after = {id_: standing.counting(votes.get(id_, {})) for id_, standing in before.items()}
    alone = ((id_,) for id_, standing in before.items() if not standing.merged)
    rows: list[dict[str, object]] = []
    for id_, kind in sorted(elections(after, [*groups, *alone]).items()):
        now = replace(after[id_], kind=kind)
        if now != before[id_]:
            rows.append({"id": id_, **kind_row(before[id_], now, seq=place.seq)})
    tx.many("put_kinds", rows, namespace=place.name)


def _standings(tx: Transaction, place: Place, ids: Collection[str]) -> dict[str, Standing]:
    rows = tx.rows("standings", namespace=place.name, ids=keys_of(ids), top_k=ALL) if ids else []
    return {row[0]: standing_of(row[1:]) for row in rows}


def _merged_with(tx: Transaction, place: Place, ids: Collection[str]) -> list[tuple[str, str]]:
    rows = tx.rows("merged_with", namespace=place.name, ids=keys_of(ids), top_k=ALL)
    return [(a, b) for a, b in rows]


def votes_by(tx: Transaction, place: Place, interactions: Sequence[str]) -> dict[str, Counter[str]]:
    """Return the votes that the mentions by these interactions cast, by the id of the entity."""
    votes: dict[str, Counter[str]] = {}
    rows = tx.rows("votes_by", namespace=place.name, ids=list(interactions), top_k=ALL) if interactions else []
    for entity, kind, count in rows:
        votes.setdefault(entity, Counter())[kind] = count
    return votes
