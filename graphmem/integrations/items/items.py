"""Items of one memory: put, get, search, list. Every answer is of the newest versions."""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import merge
from threading import RLock
from typing import Any

from graphmem.errors import IdTaken, InvalidInput, NotFound
from graphmem.integrations.items.codec import (
    PREFIX,
    Address,
    Item,
    checked_value,
    item_of,
    passage_of,
    path_of,
    readable,
    session_of,
    slot_ids,
)
from graphmem.integrations.items.deadlines import Deadlines
from graphmem.integrations.items.filters import checked_filter, passes
from graphmem.memory import Memory
from graphmem.model import Interaction, RecallOptions

__all__ = ["Items", "Put"]

#: Interactions or sessions that are read at a time.
_PAGE = 1_000
#: ... and at first, where the latest alone may be wanted.
_FIRST = 32
#: Up to so many paths are read one by one; beyond that, one pass over all passages costs less.
_FEW = 16
#: How often a put tries again because another process put the same item meanwhile.
_ATTEMPTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """What to put where.

    Args:
        address: path and key.
        value: JSON values by name; None deletes the item.
        text: what of it is searched; None is all of it, readable; "" leaves it out of searches.
        ttl: minutes it lives after the last time it was used, > 0; None for good.
    """

    address: Address
    value: Mapping[str, Any] | None
    text: str | None = None
    ttl: float | None = None


class Items:
    """The items of a memory's namespace. Safe to use from several threads.

    Args:
        memory: where they are kept.
        background: leave drawing facts out of them to a worker; words and vectors are there when a put returns.
        clock: tells the moment of writing, an aware instant.
    """

    def __init__(
        self, memory: Memory, *, background: bool = True, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.memory = memory
        self.clock = clock
        self._background = background
        self._lock = RLock()

    # --- writing ----------------------------------------------------------------------------------------------------

    def put(self, puts: Sequence[Put]) -> None:
        """Write or delete items; of several for one address the last counts.

        Each item is replaced as a whole: its new version is there before the old one is forgotten.

        Raises:
            InvalidInput: a value that is not JSON, a ttl that is not positive, a name that cannot be taken.
            IdTaken: others kept writing the same item, twenty times in a row.
        """
        wanted = {put.address: _checked(put) for put in puts}
        with self._lock:
            for attempt in range(_ATTEMPTS):
                held = self._held(list(wanted))
                try:
                    self._write(wanted, held)
                except IdTaken:
                    if attempt == _ATTEMPTS - 1:
                        raise
                    self._forget({address: versions[:-1] for address, versions in held.items()}, kept=wanted)
                    continue
                self._forget(held, kept=[a for a, put in wanted.items() if put.ttl is not None])
                return

    def _write(self, wanted: Mapping[Address, Put], held: Mapping[Address, Sequence[Item]]) -> None:
        now, sessions = self.clock(), dict[str, list[Any]]()
        for address, put in wanted.items():
            if put.value is not None:
                item, text = _next(put, held[address], now=now)
                sessions.setdefault(session_of(item.path), []).append(passage_of(item, text=text))
        self._deadlines.set({a: put.ttl for a, put in wanted.items() if put.ttl is not None}, now=now)
        for session, passages in sessions.items():
            self.memory.remember(passages, session=session, now=now, background=self._background)

    def _forget(self, held: Mapping[Address, Sequence[Item]], *, kept: Collection[Address]) -> None:
        """Forget these versions, where they are still the ones that were read; `kept` keep their deadlines."""
        old = [item for versions in held.values() for item in versions]
        still = self.memory.store.interactions(self.memory.namespace, [item.id for item in old])
        known = {(item.id, item.version) for interaction in still if (item := item_of(interaction))}
        if gone := [item.id for item in old if (item.id, item.version) in known]:
            with suppress(NotFound):  # another process was faster
                self.memory.forget(interactions=gone)
        if lost := [item.address for item in old if item.ttl is not None and item.address not in kept]:
            self._deadlines.forget(lost, now=self.clock())

    def _held(self, addresses: Sequence[Address]) -> dict[Address, list[Item]]:
        """Return all versions that are there, oldest first; more than one after a crash, or while another writes."""
        ids = [id_ for address in addresses for id_ in slot_ids(address)]
        found: dict[Address, list[Item]] = {address: [] for address in addresses}
        for interaction in self.memory.store.interactions(self.memory.namespace, ids):
            item = item_of(interaction)
            if item is not None and item.address in found:
                found[item.address].append(item)
        return {address: sorted(items, key=lambda i: i.version) for address, items in found.items()}

    @property
    def _deadlines(self) -> Deadlines:
        return Deadlines(self.memory.store, self.memory.namespace)

    # --- time to live -----------------------------------------------------------------------------------------------

    def unexpired(self, items: Sequence[Item]) -> list[Item]:
        """Return the items whose time to live is not over."""
        over, now = self._deadlines.of(items), self.clock()
        return [item for item in items if item.address not in over or over[item.address] > now]

    def touch(self, items: Sequence[Item]) -> None:
        """Have items that expire live on from now: they were used."""
        self._deadlines.set({item.address: item.ttl for item in items if item.ttl is not None}, now=self.clock())

    def sweep(self) -> int:
        """Delete the items whose time to live is over, and return how many there were."""
        with self._lock:
            over = self._deadlines.expired(now=self.clock())
            held = self._held(over)
            self._forget(held, kept=())
            self._deadlines.forget([address for address, versions in held.items() if not versions], now=self.clock())
        return sum(bool(versions) for versions in held.values())

    # --- reading ----------------------------------------------------------------------------------------------------

    def get(self, addresses: Iterable[Address]) -> dict[Address, Item]:
        """Return the items of these addresses that are there."""
        return {address: versions[-1] for address, versions in self._held(list(addresses)).items() if versions}

    def paths(self, prefix: Sequence[str] = ()) -> list[tuple[str, ...]]:
        """Return every path that begins so and holds an item, in order."""
        return sorted(path for session in self._sessions(prefix) if (path := path_of(session)) is not None)

    def scan(self, prefix: Sequence[str] = (), *, condition: Mapping[str, Any] | None = None) -> list[Item]:
        """Return the items below a path that pass a filter, the latest put first, then by path and key.

        Reads all items below the path; `leading` reads the first of them only. InvalidInput: an unknown operator.
        """
        wanted = checked_filter(condition)
        newest: dict[Address, Item] = {}
        versions: dict[Address, int] = {}
        for interaction in self._interactions(self._sessions(prefix)):
            item = item_of(interaction)
            if item is not None and item.version > versions.get(item.address, 0):
                versions[item.address], newest[item.address] = item.version, item
        return sorted((item for item in newest.values() if passes(item.value, wanted)), key=_order)

    def leading(
        self,
        prefix: Sequence[str] = (),
        *,
        condition: Mapping[str, Any] | None = None,
        keep: Callable[[Sequence[Item]], Sequence[Item]] = lambda items: items,
        top_k: int,
    ) -> list[Item]:
        """Return the first `top_k` of what `scan` returns and `keep` keeps; reads no further than it has to."""
        wanted, found = checked_filter(condition), list[Item]()
        for told in self._by_instant(self._sessions(prefix), least=top_k):
            passing = [item for item in told if passes(item.value, wanted)]
            newest = self.get(item.address for item in passing)
            found += sorted(keep([i for i in passing if newest.get(i.address) == i]), key=_order)
            if len(found) >= top_k:
                break
        return found[:top_k]

    def _by_instant(self, sessions: Sequence[str], *, least: int) -> Iterator[list[Item]]:
        """Yield items, the latest put first, at least so many at a time; all of one instant come together."""
        few = len(sessions) <= _FEW
        pages = [self._pages(s, latest=True) for s in sessions] if few else [self._pages(None, latest=True)]
        chosen, told = frozenset(sessions), list[Item]()
        for interaction in merge(*pages, key=_lateness):
            item = item_of(interaction) if interaction.session in chosen else None
            if item is None:
                continue
            if len(told) >= max(1, least) and item.updated_at != told[-1].updated_at:
                yield told
                told = []
            told.append(item)
        yield told

    def search(
        self,
        text: str,
        *,
        prefix: Sequence[str] = (),
        condition: Mapping[str, Any] | None = None,
        keep: Callable[[Sequence[Item]], Sequence[Item]] = lambda items: items,
        top_k: int = 10,
    ) -> list[Item]:
        """Return the items below a path that bear on a text, best first, then those that nothing is known of.

        The search widens until `top_k` items pass the filter, or nothing is left: a narrow filter never starves. Items
        that are not indexed follow with the score None, the latest put first.

        Args:
            text: the question, or any text; not blank.
            prefix: how their paths begin.
            condition: a filter, as `scan` takes it.
            keep: returns those of some items that are not to be left out.
            top_k: at most so many, >= 1.

        Raises:
            InvalidInput: a blank text, top_k < 1, an unknown operator.
        """
        wanted, sessions = checked_filter(condition), self._sessions(prefix)
        found: dict[Address, Item] = {}
        width, more = top_k + 8, bool(sessions)
        options = RecallOptions(kinds=("passage",), sessions=tuple(sessions))
        while more:
            hits = self.memory.recall(text, top_k=width, options=options)
            scores = {hit.id: hit.score for hit in hits}
            told = [item for hit in hits if hit.interaction and (item := item_of(hit.interaction))]
            kept = keep([item for item in told if item.indexed and passes(item.value, wanted)])
            newest = self.get(item.address for item in kept)
            found = {i.address: replace(i, score=scores[i.id]) for i in kept if newest.get(i.address) == i}
            more = len(found) < top_k and len(hits) == width
            width *= 4
        if sessions and len(found) < top_k:
            rest = self.leading(prefix, condition=condition, keep=keep, top_k=top_k)
            found |= {item.address: item for item in rest if item.address not in found}
        return list(found.values())[:top_k]

    def _sessions(self, prefix: Sequence[str]) -> list[str]:
        """Return the sessions that hold items below a path, by name."""
        root, wanted = tuple(prefix), session_of(prefix)
        found: list[str] = []
        after = wanted[:-1]
        while page := self.memory.store.sessions(self.memory.namespace, after=after, top_k=_PAGE):
            for name, count in page:
                if count and (path := path_of(name)) is not None and path[: len(root)] == root:
                    found.append(name)
            after = page[-1][0]
            if len(page) < _PAGE or not after.startswith(wanted if found else PREFIX):
                break
        return found

    def _interactions(self, sessions: Sequence[str]) -> Iterator[Interaction]:
        if len(sessions) <= _FEW:
            for session in sessions:
                yield from self._pages(session)
        else:
            chosen = frozenset(sessions)
            yield from (i for i in self._pages(None) if i.session in chosen)

    def _pages(self, session: str | None, *, latest: bool = False) -> Iterator[Interaction]:
        """Yield passages in pages; of the latest, small ones first, since few may be wanted."""
        last, size = None, _FIRST if latest else _PAGE
        while True:
            page = self.memory.store.history(
                self.memory.namespace, session=session, kinds=("passage",), after=last, latest=latest, top_k=size
            )
            yield from page
            if len(page) < size:
                return
            last, size = page[-1], min(4 * size, _PAGE)


def _order(item: Item) -> tuple[float, tuple[str, ...], str]:
    return (-item.updated_at.timestamp(), item.path, item.key)


def _lateness(interaction: Interaction) -> float:
    return math.inf if interaction.at is None else -interaction.at.timestamp()


def _checked(put: Put) -> Put:
    if put.ttl is not None and not put.ttl > 0:
        raise InvalidInput(f"ttl is {put.ttl}; give minutes > 0, or None for good")
    return replace(put, value=None if put.value is None else checked_value(put.value))


def _next(put: Put, held: Sequence[Item], *, now: datetime) -> tuple[Item, str]:
    """Return the next version of an item, and its text."""
    value = put.value or {}
    text = readable(value) if put.text is None else put.text
    old = held[-1] if held else None
    path, key = put.address
    item = Item(
        path=path,
        key=key,
        value=value,
        created_at=old.created_at if old else now,
        updated_at=now,
        version=old.version + 1 if old else 1,
        indexed=bool(text.strip()),
        ttl=put.ttl,
        expires_at=None if put.ttl is None else now + timedelta(minutes=put.ttl),
    )
    return item, text
