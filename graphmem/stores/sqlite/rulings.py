"""Rulings on facts: added, undone and forgotten, with the facts' own instants kept in step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from graphmem.model import Fact, Ruling
from graphmem.ports import Batch
from graphmem.stores.columns import from_micros, micros, ruling_of
from graphmem.stores.rulings import Closure, closure_of, earlier
from graphmem.stores.sqlite.database import Database, Row
from graphmem.stores.sqlite.namespaces import Place
from graphmem.stores.sqlite.rows import json_list
from graphmem.stores.waiting import ids_in, setting_name, with_changes

__all__ = [
    "about",
    "forget_keys",
    "forget_with_facts",
    "keep_waiting",
    "move_evidence",
    "rulings",
    "save_rulings",
    "waiting",
    "without_told_ends",
]


def save_rulings(db: Database, place: Place, batch: Batch, *, interactions: Mapping[str, int], now: datetime) -> None:
    """Add rulings and undo others; then set right the facts they are on.

    A ruling that names a fact or an interaction that is not there is dropped: it was forgotten meanwhile.
    """
    if batch.unjudged or batch.judged:
        keep_waiting(db, place, add=batch.unjudged, remove=batch.judged)
    if not batch.rulings and not batch.undone:
        return
    told = json_list(sorted({id_ for r in batch.rulings for id_ in (r.older, r.newer) if id_ is not None}))
    facts = {row[0]: row[1] for row in db.read("fact_keys", namespace=place.key, ids=told)}
    shaken = _add(db, place, batch.rulings, facts=facts, interactions=interactions, now=now)
    shaken |= _undo(db, place, batch.undone, now=now)
    _close(db, place, shaken)


def keep_waiting(db: Database, place: Place, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
    """Note entities whose facts wait to be judged anew, and those that wait no more."""
    name = setting_name(place.key)
    value = with_changes(db.value("setting", name=name), add=add, remove=remove)
    if value is not None:
        db.write("replace_setting", name=name, value=value)


def waiting(db: Database, namespace: int) -> list[str]:
    """Return the ids of the entities whose facts wait to be judged anew, sorted."""
    return ids_in(db.value("setting", name=setting_name(namespace)))


def without_told_ends(db: Database, place: Place, facts: Sequence[Fact]) -> list[Fact]:
    """Return facts without the `expired_at` that a caller told of those on which there are rulings: these decide."""
    told = json_list(f.id for f in facts if f.expired_at is not None)
    ruled = {row[0] for row in db.read("ruled_facts", namespace=place.key, ids=told)} if told != "[]" else set()
    return [replace(f, expired_at=None) if f.id in ruled else f for f in facts]


def _add(
    db: Database,
    place: Place,
    told: Sequence[Ruling],
    *,
    facts: Mapping[str, int],
    interactions: Mapping[str, int],
    now: datetime,
) -> set[int]:
    """Add those that are new; return the keys of the facts they are on."""
    rows = db.read("ruling_states", namespace=place.key, ids=json_list(dict.fromkeys(r.id for r in told)))
    known: dict[str, Row] = {row[0]: row for row in rows}
    new = {r.id: r for r in reversed(told) if r.id not in known and _rests(r, facts=facts, interactions=interactions)}
    db.write_many("add_ruling", (_params(r, place, facts, interactions, now=now) for r in new.values()))
    if new:
        db.write("remove_tombstones", namespace=place.key, label="Ruling", ids=json_list(new))
    ended = {known[r.id][1]: (known[r.id], r.expired_at) for r in told if r.id in known and r.expired_at is not None}
    return {facts[r.older] for r in new.values()} | _expire(db, place, ended.values())


def _rests(ruling: Ruling, *, facts: Mapping[str, int], interactions: Mapping[str, int]) -> bool:
    ends = ruling.older in facts and (ruling.newer is None or ruling.newer in facts)
    return ends and (ruling.evidence is None or ruling.evidence in interactions)


def _params(
    ruling: Ruling, place: Place, facts: Mapping[str, int], interactions: Mapping[str, int], *, now: datetime
) -> dict[str, object]:
    return {
        "namespace": place.key,
        "seq": place.seq,
        "id": ruling.id,
        "kind": ruling.kind,
        "older": facts[ruling.older],
        "newer": None if ruling.newer is None else facts[ruling.newer],
        "at": micros(ruling.at),
        "until": micros(ruling.until),
        "reason": ruling.reason,
        "decided_by": ruling.decided_by,
        "evidence": None if ruling.evidence is None else interactions[ruling.evidence],
        "created_at": micros(ruling.created_at or now),
        "expired_at": micros(ruling.expired_at),
    }


def _undo(db: Database, place: Place, ids: Sequence[str], *, now: datetime) -> set[int]:
    rows = db.read("ruling_states", namespace=place.key, ids=json_list(dict.fromkeys(ids))) if ids else []
    return _expire(db, place, ((row, now) for row in rows if row[3] is None))


def _expire(db: Database, place: Place, ended: Iterable[tuple[Row, datetime | None]]) -> set[int]:
    """Set the end of rulings, the earlier one where they had one; return the keys of the facts they are on."""
    rows = [(row, earlier(from_micros(row[3]), at)) for row, at in ended]
    changed = [(row, at) for row, at in rows if micros(at) != row[3]]
    db.write_many("expire_ruling", ({"key": r[1], "seq": place.seq, "expired_at": micros(at)} for r, at in changed))
    return {row[2] for row, _ in changed}


def _close(db: Database, place: Place, facts: Iterable[int]) -> None:
    """Bring `closed_at` and `expired_at` of facts in step with the rulings on them, touching those that change."""
    keys = json_list(sorted(facts))
    standing: dict[int, list[Ruling]] = {}
    for fact, kind, at, until, created in db.read("closings", facts=keys):
        ruling = Ruling(
            older="", kind=kind, at=from_micros(at), until=from_micros(until), created_at=from_micros(created)
        )
        standing.setdefault(fact, []).append(ruling)
    rows = db.read("closures", facts=keys)
    due = {row[0]: closure_of(standing.get(row[0], ())) for row in rows}
    changed = [row[0] for row in rows if Closure(from_micros(row[1]), from_micros(row[2])) != due[row[0]]]
    db.write_many(
        "close_fact",
        (
            {
                "key": key,
                "seq": place.seq,
                "closed_at": micros(due[key].closed_at),
                "expired_at": micros(due[key].expired_at),
            }
            for key in changed
        ),
    )


def move_evidence(db: Database, place: Place, interactions: str) -> None:
    """Rest rulings on what still asserts the newer fact, as interactions (keys, a JSON array) go."""
    db.write("move_evidence", interactions=interactions, seq=place.seq)


def forget_with_facts(db: Database, place: Place, facts: Iterable[int]) -> int:
    """Delete the rulings on facts that go, or by them; what these closed is current again. Return how many."""
    doomed = set(facts)
    keys = {row[0] for row in db.read("rulings_with_facts", facts=json_list(doomed))}
    return len(keys) if _forget(db, place, keys, spared=doomed) else 0


def forget_keys(db: Database, place: Place, keys: Iterable[int]) -> set[int]:
    """Delete rulings and return the keys of the facts they were on."""
    return _forget(db, place, set(keys), spared=set())


def _forget(db: Database, place: Place, keys: set[int], *, spared: set[int]) -> set[int]:
    if not keys:
        return set()
    told = json_list(sorted(keys))
    facts = {row[0] for row in db.read("facts_ruled_by", rulings=told)}
    db.write("bury_rulings", rulings=told, seq=place.seq)
    db.write("delete_rulings", rulings=told)
    _close(db, place, facts - spared)
    return facts


def about(db: Database, namespace: int, ids: Sequence[str]) -> frozenset[int]:
    """Return the keys of those among these rulings that are a person's word."""
    rows = db.read("own_rulings_named", namespace=namespace, ids=json_list(dict.fromkeys(ids)))
    return frozenset(row[0] for row in rows)


def rulings(db: Database, namespace: int, *, facts: Sequence[str] | None, undone: bool, top_k: int) -> list[Ruling]:
    """Return rulings on these facts, or by them, or all, by (created_at, id)."""
    if facts is None:
        rows = db.read("rulings_of_namespace", namespace=namespace, undone=undone, top_k=top_k)
    else:
        told = json_list(dict.fromkeys(facts))
        rows = db.read("rulings_about", namespace=namespace, facts=told, undone=undone, top_k=top_k)
    return [ruling_of(row) for row in rows]
