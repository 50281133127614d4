"""Typed arrows between entities, for people: one for each fact that is current and plain, derived from it."""

import re
from collections.abc import Iterable, Mapping
from functools import partial

from graphmem.model import Fact
from graphmem.stores.columns import from_micros
from graphmem.stores.neo4j.graph import Abandon, Graph, Transaction
from graphmem.stores.neo4j.namespaces import take
from graphmem.stores.neo4j.values import instant

__all__ = ["FALLBACK", "arrow_type", "draw", "erase", "rebuild", "redraw", "shown"]

#: The type of arrows whose predicate cannot be a type; the predicate is on the arrow.
FALLBACK = "RELATED_TO"
_GRAMMAR = re.compile(r"[A-Z][A-Z0-9_]*")
#: A longer predicate is a sentence: a server keeps every type for ever, and can hold 65,000 of them.
_LONGEST = 40
#: From so many types in the database on, new predicates share the fallback.
_MOST_TYPES = 10_000
#: Types of our own relationships, which mean something else.
_OURS = frozenset(
    ("MENTIONS", "ASSERTS", "SUBJECT", "OBJECT", "NEXT", "HAS_INTERACTION", "SYNONYM_OF", "ALIAS_OF", FALLBACK)
)
_PAGE = 10_000


def arrow_type(predicate: str) -> str:
    """Return the type of a predicate's arrows: the predicate in capitals where that fits the grammar.

    >>> arrow_type("works_at"), arrow_type("says `x`"), arrow_type("mentions")
    ('WORKS_AT', 'RELATED_TO', 'RELATED_TO')
    """
    name = predicate.upper()
    fits = len(name) <= _LONGEST and _GRAMMAR.fullmatch(name) and name.lower() == predicate and name not in _OURS
    return name if fits else FALLBACK


def shown(fact: Fact) -> bool:
    """Return whether a fact has an arrow: nothing supersedes it, it is not negated, and it is a plain statement."""
    return fact.expired_at is None and not fact.negated and fact.modality is None


def draw(tx: Transaction, namespace: str, facts: Iterable[Fact]) -> None:
    """Draw the arrows of facts that are shown."""
    rows: list[dict[str, object]] = [
        {
            "subject": f.subject_id,
            "object": f.object_id,
            "type": arrow_type(f.predicate),
            "fact": f.id,
            "predicate": f.predicate,
            "since": instant(f.valid_at),
        }
        for f in facts
        if shown(f)
    ]
    if rows:
        tx.many("add_arrows", _within_bounds(tx, rows), namespace=namespace)


def _within_bounds(tx: Transaction, rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return rows whose new types the database has room for; the others take the fallback."""
    if len(tx.types | {str(row["type"]) for row in rows}) > _MOST_TYPES:
        return [{**row, "type": row["type"] if row["type"] in tx.types else FALLBACK} for row in rows]
    tx.types.update(str(row["type"]) for row in rows)
    return rows


def erase(tx: Transaction, namespace: str, facts: Iterable[str]) -> None:
    """Take the arrows of facts away, while these are still there."""
    if ids := sorted(facts):
        tx.rows("delete_arrows", namespace=namespace, ids=ids)


def redraw(tx: Transaction, namespace: str, changed: Iterable[Fact], *, known: Mapping[str, Fact]) -> None:
    """Draw and erase arrows so that they fit facts that are new or changed."""
    told = list(changed)
    erase(tx, namespace, (f.id for f in told if f.id in known and shown(known[f.id]) and not shown(f)))
    draw(tx, namespace, (f for f in told if f.id not in known or not shown(known[f.id])))


def rebuild(graph: Graph, namespace: str, *, batch: int = _PAGE) -> int:
    """Draw all arrows of a namespace anew from its facts, and return how many there are.

    In transactions of `batch` arrows each; interrupted, some are missing until it is done again.
    """
    while graph.write(lambda tx: _some_erased(tx, namespace, count=batch)):
        pass
    drawn, after = 0, ""
    while page := graph.write(partial(_some_drawn, namespace=namespace, after=after, top_k=batch)):
        drawn, after = drawn + len(page), page[-1]
    return drawn


def _some_erased(tx: Transaction, namespace: str, *, count: int) -> int:
    if take(tx, namespace) is None:
        raise Abandon(0)
    return int(tx.value("delete_some_arrows", namespace=namespace, count=count))


def _some_drawn(tx: Transaction, *, namespace: str, after: str, top_k: int) -> list[str]:
    """Draw the arrows of the facts that come next, and return their ids; a writer may have drawn some meanwhile."""
    if take(tx, namespace) is None:
        raise Abandon([])
    page = tx.rows("current_facts", namespace=namespace, after=after, top_k=top_k)
    erase(tx, namespace, (row[0] for row in page))
    draw(tx, namespace, (_bare(*row) for row in page))
    return [row[0] for row in page]


def _bare(id_: str, subject: str, predicate: str, object_: str, valid_at: int | None) -> Fact:
    return Fact("", predicate, "", id=id_, subject_id=subject, object_id=object_, valid_at=from_micros(valid_at))
