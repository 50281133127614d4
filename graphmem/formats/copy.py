"""Copy a namespace from one store to another: ids and all, resumable, and verified by counts and hashes.

First every interaction in the order of its arrival, then the change log page by page, and then once more for what leads
from one row to another of any page: rulings and links. All are idempotent; how far a
copy came is a setting of the target, so that one that was interrupted goes on there, and one that is run again later
brings only what is new.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import cast, get_args

from graphmem.errors import InvalidInput, ModelMismatch, NotFound
from graphmem.formats.digest import Digest, differences, digest_of
from graphmem.model import Entity, NamespaceInfo
from graphmem.ports import Batch, Changes, Selection, Store
from graphmem.rows import LinkType, NodeLabel

__all__ = ["Copied", "copy_namespace"]

_ROWS = 1_000
_EMBEDDER = "embedder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """The receipt of a copy.

    Args:
        namespace: what was copied.
        to: the namespace it became.
        interactions: interactions that are new in the target.
        resumed: it went on where an earlier copy had come to.
        source: what the source holds.
        copy: what the target's namespace holds.
        differences: how these two differ, in words; nothing where the copy is complete.
        notes: what else one should know.
    """

    namespace: str
    to: str
    interactions: int
    resumed: bool
    source: Digest
    copy: Digest
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def verified(self) -> bool:
        """Whether both sides hold the same rows, by counts and hashes."""
        return not self.differences


def copy_namespace(
    source: Store,
    target: Store,
    *,
    namespace: str,
    to: str | None = None,
    now: datetime,
    tick: Callable[[int], None] = lambda _: None,
) -> Copied:
    """Copy a namespace with its vectors, expired facts, links, pending work and extractors' marks.

    Interrupted, it is simply started again. What the target's namespace held before stays and is joined; it then shows
    in `differences`.

    Args:
        source: where from.
        target: where to.
        namespace: which.
        to: under which name; None keeps it.
        now: instant of what carries none of its own.
        tick: called with numbers of interactions: each is admitted, then completed, so that they add up to two each.

    Raises:
        NotFound: the source has no such namespace.
        InvalidInput: both sides are one namespace, the target's holds another memory (its ids derive from another
            name), or an id holds other content there (IdTaken).
        ModelMismatch: the target's vectors are another embedder's.
        StoreError: one of the stores failed; what was copied before is kept.
    """
    info = source.namespace(namespace)
    if info is None:
        raise NotFound(f"there is no namespace {namespace!r} in {source.location}")
    to = to or namespace
    if to == namespace and _one_place(source, target):
        raise InvalidInput(f"{namespace!r} in {source.location} would be copied to itself: say another store")
    _refuse_other_vectors(source, target)
    run = _Run(source, target, namespace, to, now, _progress_name(source, info, to))
    resumed = target.namespace(to) is not None and run.recall()
    notes = tuple(_entered(target, to, info, resumed=resumed))
    run.interactions(tick=tick)
    run.pages(resumed=resumed, tick=tick)
    run.ties(resumed=resumed)
    return run.receipt(resumed=resumed, notes=notes)


def _one_place(source: Store, target: Store) -> bool:
    return source is target or source.location == target.location != ":memory:"


def _refuse_other_vectors(source: Store, target: Store) -> None:
    theirs = source.setting(_EMBEDDER)
    if theirs is None:
        return
    mine = target.set_setting(_EMBEDDER, theirs, replace=False)
    if mine != theirs:
        raise ModelMismatch(
            f"the vectors in {source.location} were made by {theirs}, those in {target.location} by {mine}: "
            "`graphmem reembed` one of them with the other's embedder first, or copy into a new store"
        )


def _entered(target: Store, to: str, info: NamespaceInfo, *, resumed: bool) -> Iterator[str]:
    """Make the target's namespace with the source's origin where that is free; yield a note where it is not.

    A namespace gets its name as its origin, and a rename leaves the origin alone.
    """
    place = target.namespace(to)
    if place is None and to != info.origin and target.namespace(info.origin) is None:
        target.create_namespace(info.origin, now=info.created_at)
        target.rename_namespace(info.origin, to)
        place = target.namespace(to)
    if place is not None and place.origin != info.origin and not resumed and target.stats(to).interactions:
        raise InvalidInput(
            f"{to!r} in {target.location} holds another memory (its ids derive from {place.origin!r}, those of the "
            f"source from {info.origin!r}): copy under another name"
        )
    place = place or target.create_namespace(to, now=info.created_at)
    if place.origin != info.origin:
        yield (
            f"{to!r} derives new ids from {place.origin!r}, the source from {info.origin!r}: ids were kept, but what "
            "is told again from now on gets ids of its own; copy into a new store to go on with the same ids"
        )


def _progress_name(source: Store, info: NamespaceInfo, to: str) -> str:
    """Name the setting that keeps how far a copy of this namespace, in this life of it, has come."""
    told = json.dumps([source.setting("store_id") or "", info.origin, info.created_at.isoformat(), to])
    return f"copy:{hashlib.sha256(told.encode()).hexdigest()[:24]}"


@dataclass(frozen=True, slots=True)
class _Progress:
    """How far a copy has come: interactions up to `arrival`, and the source's change log up to `seq`.

    Rulings and links came up to `ties`.
    """

    arrival: int = 0
    seq: int = 0
    ties: int = 0


@dataclass
class _Run:
    """One copy under way."""

    source: Store
    target: Store
    namespace: str
    to: str
    now: datetime
    setting: str
    progress: _Progress = field(default_factory=_Progress)
    new: int = 0
    upto: int = 0
    sent: set[str] = field(default_factory=set)

    def recall(self) -> bool:
        """Take up the progress of an earlier copy, and tell whether there is any."""
        kept = self.target.setting(self.setting)
        self.progress = _Progress(**json.loads(kept)) if kept else _Progress()
        return bool(kept)

    def _came_to(self, progress: _Progress) -> None:
        self.progress = progress
        self.target.set_setting(self.setting, json.dumps(asdict(progress)))

    def interactions(self, *, tick: Callable[[int], None]) -> None:
        """Admit every interaction that arrived since, in the order of arrival."""
        self._came_to(self.progress)
        self.upto = self.source.seq(self.namespace)
        waiting = _arrivals(self.source, self.namespace, after=self.progress.arrival)
        for place in range(0, len(waiting), _ROWS):
            chunk = waiting[place : place + _ROWS]
            self._admit([id_ for _, id_ in chunk])
            self._came_to(replace(self.progress, arrival=chunk[-1][0]))
            tick(len(chunk))

    def _admit(self, ids: Sequence[str]) -> None:
        told = self.source.interactions(self.namespace, ids)
        if told:
            self.new += len(self.target.admit(self.to, told, now=self.now).new)

    def pages(self, *, resumed: bool, tick: Callable[[int], None]) -> None:
        """Bring everything else, page by page of the source's change log."""
        more = True
        while more:
            page = self.source.changes(self.namespace, since=self.progress.seq, limit=_ROWS)
            if page.seq > self.upto:
                # Written since the interactions were admitted: these rows may refer to later ones.
                self._admit(sorted(_interactions_of(page)))
            self.target.save(self.to, self._batch(page), now=self.now)
            if resumed:
                self._undo(page)
            self._came_to(replace(self.progress, seq=page.seq))
            tick(len(page.interactions))
            more = page.more

    def ties(self, *, resumed: bool) -> None:
        """Bring rulings and links, now that whatever they lead to is there."""
        more = True
        while more:
            page = self.source.changes(self.namespace, since=self.progress.ties, limit=_ROWS, only=("rulings", "links"))
            self.target.save(self.to, Batch(rulings=page.rulings, links=page.links), now=self.now)
            if resumed:
                self._untie(page)
            self._came_to(replace(self.progress, ties=page.seq))
            more = page.more

    def _untie(self, page: Changes) -> None:
        """Take back the links and rulings of an earlier copy that the source has let go of since."""
        gone = {t.id for t in page.tombstones if t.label == "Link"}
        types = sorted({id_.split(" ", 1)[0] for id_ in gone} & set(get_args(LinkType)))
        links = self.target.links(self.to, types=cast(Sequence[LinkType], types)) if types else []
        stale = [k for k in links if " ".join((k.type, k.source, k.target, k.key)) in gone]
        self.target.save(self.to, Batch(unlink=stale), now=self.now)
        if rulings := tuple(t.id for t in page.tombstones if t.label == "Ruling"):
            self._forget(Selection(rulings=rulings))

    def _batch(self, page: Changes) -> Batch:
        own = {e.id for e in page.entities}
        wanted = sorted(_entities_of(page) - own - self.sent)
        others: list[Entity] = []
        if wanted:
            others = self.source.entities(self.namespace, ids=wanted, top_k=len(wanted))
        self.sent |= own | set(wanted)
        return Batch(
            entities=[*page.entities, *others],
            mentions=page.mentions,
            facts=page.facts,
            assertions=page.assertions,
            synonyms=page.synonyms,
            vectors=page.vectors,
            nodes=page.nodes,
            done={i.id: i.extractor for i in page.interactions if i.extractor is not None},
        )

    def _undo(self, page: Changes) -> None:
        """Take back what an earlier copy brought and the source has let go of since: links, interactions, entities."""
        ends = [e.id for e in page.entities]
        kept = {(s.a, s.b, s.method) for s in page.synonyms}
        links = self.target.synonyms(self.to, ends) if ends else []
        if stale := [s for s in links if (s.a, s.b, s.method) not in kept]:
            self.target.remove_synonyms(self.to, stale, now=self.now)
        gone = [t.id for t in page.tombstones if t.label == "Interaction"]
        if told := self.target.interactions(self.to, gone):
            self._forget(Selection(interactions=tuple(i.id for i in told)))
        named = [t.id for t in page.tombstones if t.label == "Entity"]
        for entity in self.target.entities(self.to, ids=named, top_k=max(1, len(named))):
            self._forget(Selection(entity=entity.id))
        labels = get_args(NodeLabel)
        if nodes := tuple(t.id for t in page.tombstones if t.label in labels):
            self._forget(Selection(nodes=nodes))

    def _forget(self, what: Selection) -> None:
        self.target.forget(self.to, what, now=self.now)

    def receipt(self, *, resumed: bool, notes: tuple[str, ...]) -> Copied:
        """Compare both sides; after a copy that is not complete, the next one starts from the beginning."""
        one, other = digest_of(self.source, self.namespace), digest_of(self.target, self.to)
        found = list(differences(one, other))
        if not (one.steady and other.steady and one.seq == self.progress.seq):
            found.append("somebody wrote while it was copied: copy again to bring the rest, and to verify")
        elif found:
            self._came_to(_Progress())
        return Copied(
            namespace=self.namespace,
            to=self.to,
            interactions=self.new,
            resumed=resumed,
            source=one,
            copy=other,
            differences=tuple(found),
            notes=notes,
        )


def _arrivals(store: Store, namespace: str, *, after: int) -> list[tuple[int, str]]:
    """Return (arrival, id) of every interaction that arrived later, in that order."""
    found: list[tuple[int, str]] = []
    last = None
    while page := store.history(namespace, after=last, top_k=_ROWS):
        found += ((i.arrival, i.id) for i in page if i.arrival > after)
        last = page[-1]
    return sorted(found)


def _interactions_of(page: Changes) -> set[str]:
    return {i.id for i in page.interactions} | {a.interaction for a in page.assertions}


def _entities_of(page: Changes) -> set[str]:
    """Return the ids of all entities that a page's rows name."""
    named: Iterable[str] = (end for f in page.facts for end in (f.subject_id, f.object_id))
    linked: Iterable[str] = (end for s in page.synonyms for end in (s.a, s.b))
    return {m.entity for m in page.mentions} | set(named) | set(linked)
