"""What was learnt, read back from a store: summaries, profiles, whether something is there."""

from collections.abc import Sequence
from datetime import datetime

from graphmem.errors import NotFound
from graphmem.identity import derive_id, name_key
from graphmem.learn.overview import Overview, in_time, overview_id, overview_of
from graphmem.learn.profiles import Profile, profile_of
from graphmem.ports import Store
from graphmem.read.believed import own_words, told_beside

__all__ = ["instants_of", "profile_in", "refuse_unknown", "summary_in"]


def summary_in(store: Store, namespace: str, *, origin: str, session: str | None) -> Overview:
    """Return the summary of a namespace or session; one without text where nothing was summed up yet.

    Args:
        store: where.
        namespace: whose.
        origin: the namespace's, which ids derive from.
        session: which; None is the whole namespace.
    """
    id_ = overview_id(origin) if session is None else derive_id(origin, "Segment", "session", session)
    nodes = store.nodes(namespace, ids=[id_])
    if not nodes:
        return Overview()
    links = store.links(namespace, types=["DERIVED_FROM"], sources=[id_])
    return overview_of(nodes[0], sources=in_time(store, namespace, [k.target for k in links]))


def profile_in(store: Store, namespace: str, name: str) -> Profile:
    """Return the profile of somebody by name, alias or merge; an empty one where none was drawn yet.

    Raises: NotFound: nobody is called so.
    """
    called = store.entities(namespace, keys=[name_key(name)])
    if not called:
        raise NotFound(f"no entity is called {name!r} in {namespace!r}; memory.entities() lists them")
    for id_ in dict.fromkeys(i for e in called for i in (e.merged_into, e.id) if i is not None):
        for node in store.nodes(namespace, labels=["Profile"], where={"entity": id_}, top_k=1):
            links = store.links(namespace, types=["DERIVED_FROM"], sources=[node.id])
            facts = store.facts(namespace, ids=[k.target for k in links], top_k=max(1, len(links)))
            over = [f for f in told_beside(store, namespace, facts) if f.expired_at or f.closed_at]
            return profile_of(node, links, own_words(facts, hidden=over))
    return Profile(name=called[0].name)


def refuse_unknown(store: Store, namespace: str, ids: Sequence[str]) -> None:
    """Raise NotFound where an id is no query's and no fact's, current or not."""
    found = {n.id for n in store.nodes(namespace, ids=ids, expired=True, top_k=len(ids))} if ids else set()
    found |= {f.id for f in store.facts(namespace, ids=ids, expired=True, top_k=len(ids))} if ids else set()
    if missing := [i for i in ids if i not in found]:
        raise NotFound(f"no query or fact has the id {', '.join(missing)}: an insight rests on what is there")


def instants_of(store: Store, namespace: str, ids: Sequence[str]) -> dict[str, datetime | None]:
    """Return when things were said or drawn, by id, in order; None unknown.

    Raises: NotFound: an id is no interaction's, fact's or insight's.
    """
    if not ids:
        return {}
    found = {i.id: i.at for i in store.interactions(namespace, ids)}
    found |= {f.id: f.at for f in store.facts(namespace, ids=ids, expired=True, top_k=len(ids))}
    found |= {n.id: n.created_at for n in store.nodes(namespace, ids=ids, expired=True, top_k=len(ids))}
    if missing := [i for i in ids if i not in found]:
        raise NotFound(f"nothing in {namespace!r} has the id {', '.join(missing)}")
    return {i: found[i] for i in ids}
