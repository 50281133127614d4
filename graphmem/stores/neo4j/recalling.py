"""What one recall reads, in few round trips."""

from collections import defaultdict
from collections.abc import Sequence

from graphmem.rows import Surroundings
from graphmem.stores.columns import Row, fact_of, interaction_of, ruling_of
from graphmem.stores.neo4j.graph import Transaction
from graphmem.stores.neo4j.reading import with_aliases
from graphmem.stores.neo4j.values import keys_of

__all__ = ["called", "settings", "shown"]


def settings(tx: Transaction, names: Sequence[str]) -> tuple[str | None, ...]:
    """Return settings of the whole store in the order asked, None for what was never set."""
    found = {row[0]: row[1] for row in tx.rows("settings_named", names=list(names))}
    return tuple(found.get(name) for name in names)


def called(tx: Transaction, namespace: str, keys: Sequence[str], *, top_k: int) -> list[str]:
    """Return the names and aliases of those whom these keys name and of whom they are merged with, sorted."""
    rows = tx.rows("names_called", namespace=namespace, keys=keys_of(keys), top_k=top_k)
    return sorted({name for own, aliases in rows for name in (own, *aliases)})


def shown(
    tx: Transaction,
    namespace: str,
    interactions: Sequence[str],
    *,
    beside: Sequence[str],
    keys: Sequence[str],
    rulings: bool,
    undone: bool,
    top_k: int,
) -> Surroundings:
    """Return everything that is shown with hits, read by one statement."""
    order = dict.fromkeys((*interactions, *beside))
    told = {"ids": keys_of(interactions), "told": keys_of(order), "keys": keys_of(keys)}
    rows = tx.rows("shown_with", namespace=namespace, ruled=rulings, undone=undone, top_k=top_k, **told)
    found: dict[str, list[Row]] = defaultdict(list)
    found.update((row[0], row[1]) for row in rows)  # of a kind without rows there is no record
    known = {row[0]: row for row in found["interactions"]}
    return Surroundings(
        interactions=[interaction_of(known[id_]) for id_ in order if id_ in known],
        facts=[fact_of(row, sources=tuple(sources)) for row, sources in found["facts"]],
        rulings=[ruling_of(row) for row in found["rulings"]],
        entities=with_aliases(found["entities"]),
        mentioned={row[0]: row[1] for row in found["mentioned"]},
        called=with_aliases(found["called"]),
    )
