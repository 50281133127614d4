"""What a write did to each fact: added, updated, deleted or nothing new. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from graphmem.model import Change, Fact, Operation, Ruling

__all__ = ["changes_of"]


def changes_of(facts: Iterable[Fact], *, known: Collection[str], rulings: Sequence[Ruling]) -> tuple[Change, ...]:
    """Return what happened to each fact told, once per fact, in the order told.

    Args:
        facts: what was told.
        known: ids of facts that were stored before.
        rulings: those that are new.
    """
    by: dict[str, list[Ruling]] = defaultdict(list)
    on: dict[str, list[Ruling]] = defaultdict(list)
    for ruling in rulings:
        by[ruling.newer or ""].append(ruling)
        on[ruling.older].append(ruling)
    told = {fact.id: fact for fact in facts}
    return tuple(_change(f, by[f.id], on[f.id], new=f.id not in known) for f in told.values())


def _change(fact: Fact, by: Sequence[Ruling], on: Sequence[Ruling], *, new: bool) -> Change:
    ended = [r for r in by if r.kind in ("update", "correction", "negation")]
    operation: Operation = "add" if new else "noop"
    why = "new" if new else "known already"
    if ended:
        operation = "delete" if all(r.kind == "negation" for r in ended) else "update"
        why = ended[0].reason
    elif on and new:
        why = f"new, but not held now: {on[0].reason}" if on[0].kind != "conflict" else on[0].reason
    elif by:
        why = by[0].reason
    others = tuple(dict.fromkeys(r.older for r in ended))
    return Change(operation, fact.id, fact.text, why, others)
