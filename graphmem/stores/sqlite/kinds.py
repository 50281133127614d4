"""The kinds of entities: elected anew where votes, tellings or merges changed."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from graphmem.stores.kinds import Standing, Votes, elections, groups_of, votes_of, votes_text
from graphmem.stores.sqlite.database import Database
from graphmem.stores.sqlite.namespaces import Place
from graphmem.stores.sqlite.rows import json_list

__all__ = ["elect", "votes_by"]


def elect(db: Database, place: Place, changed: Iterable[int], *, votes: Mapping[int, Votes]) -> None:
    """Count votes and elect the kinds of the entities that they, or other changes, bear on.

    Entities whose kind, or whose range of kinds, becomes another are stamped with the transaction's seq.

    Args:
        db: the database, in a write transaction.
        place: the namespace, entered.
        changed: keys of entities that were told, merged or parted; those that are gone meanwhile are left out.
        votes: by how much the votes of each entity change, by its key.
    """
    before = _standings(db, {*changed, *votes})
    merged = [key for key, standing in before.items() if standing.merged]
    groups = groups_of(merged, links=lambda keys: _merged_with(db, keys))
    before |= _standings(db, {key for group in groups for key in group} - before.keys())
    after = {key: standing.counting(votes.get(key, {})) for key, standing in before.items()}
    alone = ((key,) for key, standing in before.items() if not standing.merged)
    kinds = elections(after, [*groups, *alone])
    shown = {k for k in kinds if kinds[k] != before[k].kind or after[k].votes.keys() != before[k].votes.keys()}
    texts = {key: votes_text(after[key].votes) for key in sorted(kinds)}
    rows = ({"key": k, "kind": kinds[k], "votes": texts[k], "seq": place.seq} for k in sorted(shown))
    db.write_many("put_kind", rows)
    counted = (k for k in sorted(kinds.keys() - shown) if after[k].votes != before[k].votes)
    db.write_many("put_votes", ({"key": k, "votes": texts[k]} for k in counted))


def _standings(db: Database, keys: Collection[int]) -> dict[int, Standing]:
    rows = db.read("standings", keys=json_list(sorted(keys))) if keys else []
    return {
        key: Standing(kind=kind, base=base, told=bool(told), votes=votes_of(votes), merged=bool(merged))
        for key, kind, base, told, votes, merged in rows
    }


def _merged_with(db: Database, keys: Collection[int]) -> list[tuple[int, int]]:
    return [(row[0], row[1]) for row in db.read("merged_with", keys=json_list(sorted(keys)))]


def votes_by(db: Database, interactions: str) -> dict[int, Counter[str]]:
    """Return the votes that the mentions by these interactions (keys, as JSON) cast, by the key of the entity."""
    votes: dict[int, Counter[str]] = {}
    for entity, kind, count in db.read("votes_by", interactions=interactions):
        votes.setdefault(entity, Counter())[kind] = count
    return votes
