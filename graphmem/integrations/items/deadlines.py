"""When items expire: one small node an item, because an item's own interaction cannot change when it is read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from graphmem.identity import derive_id, instant_text
from graphmem.integrations.items.codec import Address, Item, path_of, session_of
from graphmem.ports import Batch, Node, Selection, Store
from graphmem.rows import NodeLabel

__all__ = ["Deadlines"]

_LABEL: Final[NodeLabel] = "Annotation"
_KIND = "time to live"
_PAGE = 1_000


class Deadlines:
    """The deadlines of items in one namespace; items without a time to live have none."""

    def __init__(self, store: Store, namespace: str) -> None:
        self._store = store
        self._namespace = namespace

    def of(self, items: Sequence[Item]) -> dict[Address, datetime]:
        """Return when each item expires that ever does."""
        mortal = {_id(item.address): item for item in items if item.ttl is not None}
        if not mortal:
            return {}
        known = self._store.nodes(self._namespace, labels=[_LABEL], ids=list(mortal), top_k=len(mortal))
        refreshed = {node.id: _deadline(node) for node in known}
        dated = ((item.address, refreshed.get(id_) or item.expires_at) for id_, item in mortal.items())
        return {address: deadline for address, deadline in dated if deadline is not None}

    def set(self, minutes: Mapping[Address, float], *, now: datetime) -> None:
        """Have items live so many minutes from now on."""
        nodes = [_node(address, now + timedelta(minutes=ttl)) for address, ttl in minutes.items()]
        if nodes:
            self._store.save(self._namespace, Batch(nodes=nodes), now=now)

    def forget(self, addresses: Iterable[Address], *, now: datetime) -> None:
        """Take the deadlines of these addresses away, where they have one."""
        ids = [_id(address) for address in addresses]
        known = self._store.nodes(self._namespace, labels=[_LABEL], ids=ids, top_k=len(ids)) if ids else []
        if known:
            self._store.forget(self._namespace, Selection(nodes=tuple(node.id for node in known)), now=now)

    def expired(self, *, now: datetime) -> list[Address]:
        """Return the addresses whose deadline is over."""
        return [address for address, deadline in self._all() if deadline <= now]

    def _all(self) -> Iterator[tuple[Address, datetime]]:
        after = ""
        where = {"annotates": _KIND}
        while page := self._store.nodes(self._namespace, labels=[_LABEL], where=where, after=after, top_k=_PAGE):
            for node in page:
                path = path_of(str(node.attributes["item_session"]))
                if path is not None:
                    yield (path, str(node.attributes["item_key"])), _deadline(node)
            after = page[-1].id


def _id(address: Address) -> str:
    return derive_id("item", _LABEL, _KIND, list(address[0]), address[1])


def _node(address: Address, deadline: datetime) -> Node:
    path, key = address
    where = {"item_session": session_of(path), "item_key": key}
    attributes = {"annotates": _KIND, **where, "expires_at": instant_text(deadline)}
    return Node(id=_id(address), label=_LABEL, name=_KIND, attributes=attributes)


def _deadline(node: Node) -> datetime:
    return datetime.fromisoformat(str(node.attributes["expires_at"]))
