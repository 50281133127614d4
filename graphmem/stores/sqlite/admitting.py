"""Admission: interactions verbatim, durable on return."""

from collections.abc import Sequence
from datetime import datetime

from graphmem.model import Interaction
from graphmem.ports import Admission
from graphmem.stores.admission import sorted_out
from graphmem.stores.sqlite.database import Database
from graphmem.stores.sqlite.namespaces import Place, enter
from graphmem.stores.sqlite.reading import interactions_by_id
from graphmem.stores.sqlite.rows import interaction_params, json_list

__all__ = ["admit"]


def admit(db: Database, namespace: str, interactions: Sequence[Interaction], *, now: datetime) -> Admission:
    """Commit interactions as pending; what is there with the same content is known, with other content refused."""
    with db.writing() as transaction:
        place = enter(db, namespace, now=now)
        new, known = sorted_out(interactions_by_id(db, place.key, [i.id for i in interactions]), interactions)
        if not new:
            transaction.abandon()
            return Admission(new=(), known=known, seq=place.seq - 1)
        _add(db, place, new, now=now)
        return Admission(new=tuple(i.id for i in new), known=known, seq=place.seq)


def _add(db: Database, place: Place, new: Sequence[Interaction], *, now: datetime) -> None:
    sessions = {name: _session(db, place.key, name) for name in dict.fromkeys(i.session for i in new)}
    rows = (
        interaction_params(i, namespace=place.key, session=sessions[i.session], seq=place.seq, arrival=n, now=now)
        for n, i in enumerate(new, place.arrivals + 1)
    )
    db.write_many("add_interaction", rows)
    db.write("take_arrivals", key=place.key, count=len(new))
    db.write("remove_tombstones", namespace=place.key, label="Interaction", ids=json_list(i.id for i in new))


def _session(db: Database, namespace: int, name: str) -> int:
    db.write("add_session", namespace=namespace, name=name)
    return int(db.value("session_key", namespace=namespace, name=name))
