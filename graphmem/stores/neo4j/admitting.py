"""Admission: interactions verbatim, durable on return."""

from collections.abc import Sequence
from datetime import datetime

from graphmem.model import Interaction
from graphmem.ports import Admission
from graphmem.stores.admission import sorted_out
from graphmem.stores.neo4j.chain import Link, link_new
from graphmem.stores.neo4j.graph import Abandon, Graph, Transaction
from graphmem.stores.neo4j.namespaces import Place, enter
from graphmem.stores.neo4j.reading import interactions_by_id
from graphmem.stores.neo4j.tombstones import revive
from graphmem.stores.neo4j.values import instant, interaction_row

__all__ = ["admit"]


def admit(graph: Graph, namespace: str, interactions: Sequence[Interaction], *, now: datetime) -> Admission:
    """Commit interactions as pending; what is there with the same content is known, with other content refused."""

    def work(tx: Transaction) -> Admission:
        place = enter(tx, namespace, now=now)
        new, known = sorted_out(interactions_by_id(tx, namespace, [i.id for i in interactions]), interactions)
        if not new:
            raise Abandon(Admission(new=(), known=known, seq=place.seq - 1))
        _add(tx, place, new, now=now)
        return Admission(new=tuple(i.id for i in new), known=known, seq=place.seq)

    return graph.write(work)


def _add(tx: Transaction, place: Place, new: Sequence[Interaction], *, now: datetime) -> None:
    rows = [interaction_row(i, arrival=n, now=now) for n, i in enumerate(new, place.arrivals + 1)]
    rows.sort(key=lambda row: (row["session"], row["place"]))
    last = _sessions(tx, place, sorted({str(row["session"]) for row in rows}), count=len(new), now=now)
    tx.many("add_interactions", rows, namespace=place.name, nskey=place.nskey, seq=place.seq)
    links = [Link(str(row["session"]), str(row["place"]), str(row["id"])) for row in rows]
    link_new(tx, place.name, links, last=last)
    if place.buried:
        revive(tx, place, "Interaction", (link.id for link in links))


def _sessions(
    tx: Transaction, place: Place, names: Sequence[str], *, count: int, now: datetime
) -> dict[str, Link | None]:
    """Make the sessions that are new, count what arrives, and return the last interaction of each."""
    rows = [{"name": name} for name in names]
    found = tx.rows("add_sessions", namespace=place.name, rows=rows, count=count, now=instant(now))
    return {name: Link(name, at, id_) if id_ is not None else None for name, id_, at in found}
