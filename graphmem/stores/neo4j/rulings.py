"""Rulings on facts: added, undone and forgotten, with the facts' own instants and all arrows kept in step."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from graphmem.model import Fact, Ruling
from graphmem.rows import Batch
from graphmem.stores.columns import fact_of, from_micros, micros, ruling_of
from graphmem.stores.neo4j import arrows, settings
from graphmem.stores.neo4j.graph import ALL, Transaction
from graphmem.stores.neo4j.namespaces import Place, namespace_info
from graphmem.stores.neo4j.reading import fact_ids_known, facts_by_id
from graphmem.stores.neo4j.tombstones import bury, revive
from graphmem.stores.neo4j.values import caption, instant, key_text, keys_of
from graphmem.stores.rulings import Closure, closure_of, earlier
from graphmem.stores.waiting import ids_in, setting_name, with_changes

__all__ = [
    "about",
    "forget",
    "keep_waiting",
    "move_evidence",
    "resting_on",
    "rulings",
    "save_rulings",
    "waiting",
    "with_facts",
    "without_told_ends",
]


def save_rulings(tx: Transaction, place: Place, batch: Batch, *, interactions: Iterable[str], now: datetime) -> bool:
    """Add rulings and undo others; then set right the facts they are on. Return whether anything changed.

    A ruling that names a fact or an interaction that is not there is dropped: it was forgotten meanwhile.
    """
    noted = bool(batch.unjudged or batch.judged) and keep_waiting(tx, place, add=batch.unjudged, remove=batch.judged)
    if not batch.rulings and not batch.undone:
        return noted
    told = {id_ for r in batch.rulings for id_ in (r.older, r.newer) if id_ is not None}
    there = {*fact_ids_known(tx, place.name, told), *interactions}
    rests = [r for r in batch.rulings if {r.older, r.newer, r.evidence} - {None} <= there]
    states = keys_of({*(r.id for r in rests), *batch.undone})
    rows = tx.rows("ruling_states", namespace=place.name, ids=states, top_k=ALL)
    known = {id_: (older, from_micros(expired)) for id_, older, expired in rows}
    new = {r.id: r for r in reversed(rests) if r.id not in known}
    ends = {r.id: r.expired_at for r in rests if r.id in known and r.expired_at is not None}
    ends |= {id_: now for id_ in batch.undone if id_ in known and known[id_][1] is None and id_ not in ends}
    due = {id_: from_micros(micros(earlier(known[id_][1], at))) for id_, at in ends.items()}
    due = {id_: at for id_, at in due.items() if at != known[id_][1]}
    _add(tx, place, [new[id_] for id_ in sorted(new)], now=now)
    expired = [{"id": id_, "expired_at": instant(due[id_])} for id_ in sorted(due)]
    tx.many("expire_rulings", expired, namespace=place.name, seq=place.seq)
    _redraw(tx, place, {*new, *due})
    _close(tx, place, {*(r.older for r in new.values()), *(known[id_][0] for id_ in due)})
    return bool(new or due or noted)


def keep_waiting(tx: Transaction, place: Place, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> bool:
    """Note entities whose facts wait to be judged anew, and those that wait no more; return whether that changed."""
    info = namespace_info(tx, place.name)
    if info is None:
        return False
    name = setting_name(info.origin)
    value = with_changes(settings.setting(tx, name), add=add, remove=remove)
    if value is not None:
        settings.set_setting(tx, name, value, replace=True)
    return value is not None


def waiting(tx: Transaction, namespace: str) -> list[str]:
    """Return the ids of the entities whose facts wait to be judged anew, sorted."""
    info = namespace_info(tx, namespace)
    return ids_in(settings.setting(tx, setting_name(info.origin))) if info is not None else []


def _add(tx: Transaction, place: Place, new: Sequence[Ruling], *, now: datetime) -> None:
    rows = [
        {
            "id": key_text(r.id),
            "name": caption(r.kind, r.reason),
            "kind": r.kind,
            "older": r.older,
            "newer": r.newer,
            "at": instant(r.at),
            "until": instant(r.until),
            "reason": r.reason,
            "decided_by": r.decided_by,
            "evidence": r.evidence,
            "created_at": instant(r.created_at or now),
            "expired_at": instant(r.expired_at),
        }
        for r in new
    ]
    tx.many("add_rulings", rows, namespace=place.name, seq=place.seq)
    if new:
        revive(tx, place, "Ruling", (r.id for r in new))


def _redraw(tx: Transaction, place: Place, ids: Iterable[str]) -> None:
    """Let the arrows between facts be those of the rulings that stand."""
    if told := sorted(ids):
        tx.rows("erase_rulings", namespace=place.name, ids=told)
        tx.rows("draw_rulings", namespace=place.name, ids=told)


def _close(tx: Transaction, place: Place, ids: Iterable[str]) -> None:
    """Bring `closed_at` and `expired_at` of facts in step with the rulings on them, touching those that change."""
    if not (told := sorted(ids)):
        return
    known = {
        row[1]: fact_of(row) for row in facts_by_id(tx, place.name, told, predicates=None, expired=True, top_k=ALL)
    }
    standing: dict[str, list[Ruling]] = {}
    for row in tx.rows("standing_rulings", namespace=place.name, ids=told, top_k=ALL):
        standing.setdefault((ruling := ruling_of(row)).older, []).append(ruling)
    due = {id_: closure_of(standing.get(id_, ())) for id_ in known}
    changed = [
        replace(fact, closed_at=due[id_].closed_at, expired_at=due[id_].expired_at)
        for id_, fact in known.items()
        if Closure(fact.closed_at, fact.expired_at) != due[id_]
    ]
    rows = [{"id": f.id, "closed_at": instant(f.closed_at), "expired_at": instant(f.expired_at)} for f in changed]
    tx.many("close_facts", sorted(rows, key=lambda row: str(row["id"])), namespace=place.name, seq=place.seq)
    arrows.redraw(tx, place.name, changed, known=known)


def without_told_ends(tx: Transaction, place: Place, facts: Sequence[Fact]) -> list[Fact]:
    """Return facts without the `expired_at` that a caller told of those on which there are rulings: these decide."""
    told = keys_of(f.id for f in facts if f.expired_at is not None)
    rows = tx.rows("ruled_facts", namespace=place.name, ids=told, top_k=ALL) if told else []
    ruled = {row[0] for row in rows}
    return [replace(f, expired_at=None) if f.id in ruled else f for f in facts]


# --- forgetting -----------------------------------------------------------------------------------------------------


def resting_on(tx: Transaction, place: Place, interactions: Sequence[str]) -> list[str]:
    """Return the rulings whose evidence is one of these interactions, while these are still there."""
    rows = tx.rows("rulings_resting_on", namespace=place.name, ids=list(interactions), top_k=ALL)
    return [row[0] for row in rows]


def move_evidence(tx: Transaction, place: Place, ids: Sequence[str]) -> None:
    """Rest rulings whose evidence is gone on what still asserts the newer fact."""
    if ids:
        tx.rows("move_evidence", namespace=place.name, ids=list(ids), seq=place.seq)
        _redraw(tx, place, ids)


def with_facts(tx: Transaction, place: Place, facts: Sequence[str]) -> list[str]:
    """Return the rulings on these facts, or by them."""
    return [row[0] for row in tx.rows("rulings_with_facts", namespace=place.name, ids=list(facts), top_k=ALL)]


def about(tx: Transaction, namespace: str, ids: Sequence[str]) -> frozenset[str]:
    """Return those among these rulings that are a person's word."""
    rows = tx.rows("own_rulings_named", namespace=namespace, ids=keys_of(ids), top_k=ALL)
    return frozenset(row[0] for row in rows)


def forget(tx: Transaction, place: Place, ids: Iterable[str], *, doomed: Iterable[str] = ()) -> set[str]:
    """Delete rulings; the facts they were on are current again where nothing else closes them. Return these facts.

    Args:
        tx: the transaction.
        place: whose.
        ids: which.
        doomed: facts that go themselves, and need not be set right.
    """
    if not (told := sorted(ids)):
        return set()
    bury(tx, place, "Ruling", told)
    facts = {row[0] for row in tx.rows("delete_rulings", namespace=place.name, ids=told)}
    _close(tx, place, facts - set(doomed))
    return facts


# --- reading --------------------------------------------------------------------------------------------------------


def rulings(tx: Transaction, namespace: str, *, facts: Sequence[str] | None, undone: bool, top_k: int) -> list[Ruling]:
    """Return rulings on these facts, or by them, or all, by (created_at, id)."""
    if facts is None:
        rows = tx.rows("rulings_of_namespace", namespace=namespace, undone=undone, top_k=top_k)
    else:
        rows = tx.rows("rulings_about", namespace=namespace, facts=keys_of(facts), undone=undone, top_k=top_k)
    return [ruling_of(row) for row in rows]
