"""Which facts a view shows, read from a store: their rulings, and when they were first said as far as was known."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from graphmem.model import Fact, Ruling
from graphmem.ports import Store
from graphmem.read.related import said_by
from graphmem.read.validity_view import View, rulings_by_fact

__all__ = ["in_conflict", "needs_rulings", "own_words", "seen_in", "told_beside"]

_ALL = 1 << 31
#: Sources of one fact whose other facts are looked at.
_SOURCES = 20


def needs_rulings(view: View) -> bool:
    """Tell whether what a view shows depends on rulings."""
    return not view.include_superseded or view.known_at is not None


def seen_in(
    store: Store, namespace: str, facts: Sequence[Fact], view: View, *, rulings: Sequence[Ruling] | None = None
) -> list[Fact]:
    """Return the facts that a view shows, in their order, their ends as they were known, in `own_words`.

    `rulings` are all on these facts and by them, undone ones too under `known_at`; None reads them.
    """
    if not facts or not needs_rulings(view):
        return list(facts)
    past = view.known_at is not None
    if rulings is None:
        rulings = store.rulings(namespace, facts=[f.id for f in facts], undone=past, top_k=_ALL)
    by_fact = rulings_by_fact(rulings)
    said = _first_said(store, namespace, facts, view.known_at) if view.known_at is not None else {}
    shown = [f for f in facts if view.shows(f, by_fact.get(f.id, ()), said=said.get(f.id))]
    kept = {f.id for f in shown}
    hidden = [f for f in facts if f.id not in kept]
    return own_words([view.known(f, by_fact.get(f.id, ())) for f in shown], hidden=hidden)


def own_words(facts: Sequence[Fact], *, hidden: Iterable[Fact]) -> list[Fact]:
    """Return facts in their order, each without what the same words also tell and is not shown.

    A fact's text may be a sentence that tells two; where the other is superseded, the text is the fact's own triple.

    >>> jo = Fact("Ada", "lives_with", "Jo", text="Ada lives in Hamburg with Jo.")
    >>> [f.text for f in own_words([jo], hidden=[replace(jo, predicate="lives_in", object="Hamburg")])]
    ['Ada lives with Jo.']
    """
    over: dict[str, set[tuple[str, str, str]]] = {}
    for fact in hidden:
        over.setdefault(fact.text, set()).add(_triple(fact))
    return [replace(f, text=f"{said_by(f)}.") if over.get(f.text, set()) - {_triple(f)} else f for f in facts]


def told_beside(store: Store, namespace: str, facts: Sequence[Fact]) -> list[Fact]:
    """Return what was said in one breath with facts whose text says more than they do, superseded or not."""
    longer = [f for f in facts if f.text.rstrip(".") != said_by(f)]
    sources = sorted({s for f in longer for s in f.sources[:_SOURCES]})
    if not sources:
        return []
    texts = {f.text for f in longer}
    told = store.facts(namespace, asserted_by=sources, expired=True, top_k=_ALL)
    return [f for f in told if f.text in texts]


def in_conflict(store: Store, namespace: str, facts: Sequence[Fact], view: View) -> dict[str, tuple[Fact, ...]]:
    """Return, by id, the facts that conflict with some of these as far as a view knows, by id; most have none."""
    if not facts:
        return {}
    rulings = store.rulings(namespace, facts=[f.id for f in facts], undone=view.known_at is not None, top_k=_ALL)
    pairs = [(r.older, r.newer) for r in rulings if r.kind == "conflict" and r.newer is not None and view.stood(r)]
    ids = sorted({id_ for pair in pairs for id_ in pair})
    known = {f.id: f for f in store.facts(namespace, ids=ids, expired=True, top_k=len(ids))} if ids else {}
    shown = {f.id: f for f in seen_in(store, namespace, list(known.values()), view)}
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {id_: tuple(shown[o] for o in sorted(others) if o in shown) for id_, others in found.items()}


def _triple(fact: Fact) -> tuple[str, str, str]:
    return fact.subject, fact.predicate, fact.object


def _first_said(store: Store, namespace: str, facts: Sequence[Fact], known_at: datetime) -> dict[str, datetime]:
    """When each undated fact was first said, by what had been told by then."""
    undated = [f for f in facts if f.valid_at is None and f.sources]
    told = {i.id: i for i in store.interactions(namespace, sorted({s for f in undated for s in f.sources}))}
    found: dict[str, datetime] = {}
    for fact in undated:
        sources = [told[s] for s in fact.sources if s in told]
        known = [i.at for i in sources if i.at and i.created_at and i.created_at <= known_at]
        if known:
            found[fact.id] = min(known)
    return found
