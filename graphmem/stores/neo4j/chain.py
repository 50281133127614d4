"""NEXT: the interactions of a session as one chain by instant, then arrival, kept when something comes in between.

A session knows its last interaction, so that what follows it, as nearly everything does, is linked without a search.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graphmem.stores.neo4j.graph import ALL, Transaction

__all__ = ["Link", "close_gaps", "leading_to", "link_new"]


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """An interaction in its session's chain."""

    session: str
    place: str
    id: str


def link_new(tx: Transaction, namespace: str, new: Iterable[Link], *, last: Mapping[str, Link | None]) -> None:
    """Put new interactions, which are there already, into the chains of their sessions.

    Args:
        tx: the transaction that added them.
        namespace: whose.
        new: the new ones.
        last: the last interaction of each of their sessions before they came, None where there was none.
    """
    sessions: dict[str, list[Link]] = {}
    for link in sorted(new):
        sessions.setdefault(link.session, []).append(link)
    pairs: list[tuple[str, str]] = []
    for session, links in sessions.items():
        before = last[session]
        if before is None or before.place < links[0].place:
            pairs += pairwise(link.id for link in ([before] if before else []) + links)
        else:
            pairs += _between(tx, namespace, links)
    _put(tx, namespace, pairs)
    ends = (links[-1] for session, links in sessions.items() if _is_last(links[-1], last[session]))
    _set_last(tx, namespace, ends)


def _is_last(link: Link, before: Link | None) -> bool:
    return before is None or before.place < link.place


def _between(tx: Transaction, namespace: str, new: Sequence[Link]) -> list[tuple[str, str]]:
    """Return the pairs that new interactions are part of, some of which come before known ones; undo what they part."""
    session, first, end = new[0].session, new[0].place, new[-1].place
    where = {"namespace": namespace, "session": session}
    before = tx.rows("nearest_before", place=first, top_k=1, **where)
    stretch = tx.rows("stretch", first=first, last=end, top_k=ALL, **where)
    chain = [row[0] for row in (*before, *stretch)] + [link.id for link in _after(tx, namespace, session, end)]
    fresh = {link.id for link in new}
    pairs = [(a, b) for a, b in pairwise(chain) if a in fresh or b in fresh]
    tx.rows("unlink", namespace=namespace, ids=sorted({a for a, b in pairs if a not in fresh}))
    return pairs


def _after(tx: Transaction, namespace: str, session: str, place: str) -> list[Link]:
    """Return what comes next, in a list that is empty at the end."""
    rows = tx.rows("nearest_after", namespace=namespace, session=session, place=place, top_k=1)
    return [Link(session, row[1], row[0]) for row in rows]


def leading_to(tx: Transaction, namespace: str, ids: Sequence[str]) -> list[Link]:
    """Return the interactions just before these that are not among them."""
    rows = tx.rows("leading_to", namespace=namespace, ids=list(ids), top_k=ALL)
    gone = set(ids)
    return [Link(session, place, id_) for id_, session, place in rows if id_ not in gone]


def close_gaps(tx: Transaction, namespace: str, before: Sequence[Link]) -> None:
    """Lead interactions to what comes after them now, once what came next is gone."""
    following = {link: _after(tx, namespace, link.session, link.place) for link in before}
    _put(tx, namespace, [(link.id, after[0].id) for link, after in following.items() if after])
    _set_last(tx, namespace, (link for link, after in following.items() if not after))


def _put(tx: Transaction, namespace: str, pairs: Iterable[tuple[str, str]]) -> None:
    tx.many("link_pairs", [{"a": a, "b": b} for a, b in pairs], namespace=namespace)


def _set_last(tx: Transaction, namespace: str, links: Iterable[Link]) -> None:
    rows = [{"session": link.session, "id": link.id, "place": link.place} for link in links]
    tx.many("set_last", rows, namespace=namespace)
