"""Notes: memories that can be edited, over interactions that cannot.

An update is a new interaction that REVISES the one before it. A note goes by the id of its first version for good;
version n has an id derived from that and n, so that the versions of any note are found without a search, and two
writers that update one note at once end with two versions in a row.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import exp
from typing import Any

from graphmem.errors import IdTaken, InvalidInput, NotFound
from graphmem.identity import derive_id
from graphmem.memory import Memory
from graphmem.model import Forgotten, Hit, Interaction, Message, Passage, RecallOptions, Why
from graphmem.ports import Batch, Link, Store
from graphmem.write.merged import origin_of

__all__ = ["RESERVED", "Note", "Notes"]

#: The key of an interaction's metadata that is ours; callers' metadata may not use it.
RESERVED = "graphmem"

#: Versions of a note that are looked for in one lookup.
_WINDOW = 4
#: Interactions that are read at a time when notes are listed.
_PAGE = 500
#: How often an update tries again because somebody else updated the same note.
_ATTEMPTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A memory as it now reads.

    Args:
        id: of its first version, for good.
        namespace: where it is.
        versions: every version, oldest first; never empty.
        score: of the search that found it: e to the power of its distance from the best note's, so 1.0 is the best;
            None where there was no search.
        why: the reasons of that search.
    """

    id: str
    namespace: str
    versions: tuple[Interaction, ...]
    score: float | None = None
    why: Why | None = None

    @property
    def current(self) -> Interaction:
        """The version that holds."""
        return self.versions[-1]

    @property
    def text(self) -> str:
        """What it says now."""
        return self.current.text

    @property
    def metadata(self) -> dict[str, Any]:
        """The caller's metadata, without our own key."""
        return {key: value for key, value in self.current.metadata.items() if key != RESERVED}


Where = Callable[[Note], bool]


class Notes:
    """Reads and edits the notes of one memory; every interaction of its namespace is one, however it got there."""

    def __init__(self, memory: Memory, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """`clock` tells the moment of writing, an aware instant."""
        self.memory = memory
        self._clock = clock

    def add(
        self, told: Sequence[Message | Passage], *, session: str = "default", background: bool = False
    ) -> list[Note]:
        """Remember, and return a note for each thing told, in order.

        Raises:
            InvalidInput: as `Memory.remember`; or the metadata uses our key.
        """
        for one in told:
            _refuse_reserved(one.metadata)
        done = self.memory.remember(told, session=session, now=self._clock(), background=background)
        return self.notes(list(done.ids))

    def get(self, id_: str, *, namespace: str | None = None) -> Note:
        """Return the note of that id (or of the id of one of its versions). NotFound: there is none."""
        where = namespace or self.memory.namespace
        store = self.memory.store
        first = _first_of(store.interactions(where, [id_])) or id_
        chain = _chains(store, where, [first])[first]
        if not chain:
            raise NotFound(f"no memory has the id {id_!r}")
        return Note(id=first, namespace=where, versions=tuple(chain))

    def notes(self, firsts: Sequence[str], *, namespace: str | None = None) -> list[Note]:
        """Return the notes of these first versions' ids, in the order asked; unknown ones are left out."""
        where = namespace or self.memory.namespace
        chains = _chains(self.memory.store, where, list(dict.fromkeys(firsts)))
        return [Note(id=f, namespace=where, versions=tuple(chain)) for f in firsts if (chain := chains[f])]

    def page(
        self,
        *,
        where: Where = lambda _: True,
        after: str | None = None,
        top_k: int = 100,
        namespace: str | None = None,
    ) -> list[Note]:
        """Return notes that `where` takes, by the instant of their first version, then arrival; undated ones first.

        Args:
            where: which to take.
            after: continue behind the note of this id.
            top_k: at most so many.
            namespace: whose; None is the memory's own.

        Raises:
            NotFound: the note to continue behind is gone.
        """
        store, whose = self.memory.store, namespace or self.memory.namespace
        last = None
        if after is not None and not (last := next(iter(store.interactions(whose, [after])), None)):
            raise NotFound(f"no memory has the id {after!r}: begin again without a cursor")
        found: list[Note] = []
        while len(found) < top_k and (page := store.history(whose, after=last, top_k=_PAGE)):
            firsts = [i.id for i in page if _first_of([i]) is None]
            found += [note for note in self.notes(firsts, namespace=whose) if where(note)]
            last = page[-1]
        return found[:top_k]

    def search(
        self, text: str, *, top_k: int = 10, where: Where = lambda _: True, options: RecallOptions | None = None
    ) -> list[Note]:
        """Return the notes that bear on a text, best first, as they now read; what was revised is not found any more.

        The search widens until `top_k` notes pass `where`, or nothing is left: a narrow filter never starves.

        Raises:
            InvalidInput: as `Memory.recall`.
        """
        chosen = replace(options or RecallOptions(), types=("interaction",))
        width = 2 * top_k + 8
        while True:
            hits = self.memory.recall(text, top_k=width, options=chosen)
            found = [note for note in self._current(hits) if where(note)]
            if len(found) >= top_k or len(hits) < width:
                return found[:top_k]
            width *= 4

    def _current(self, hits: Iterable[Hit]) -> list[Note]:
        """Return the notes whose current version was hit, in the order of the hits."""
        own = self.memory.namespace
        told = [(hit.namespace or own, hit.interaction, hit) for hit in hits if hit.interaction is not None]
        found: dict[tuple[str, str], Note] = {}
        for whose in dict.fromkeys(namespace for namespace, _, _ in told):
            firsts = [_first_of([i]) or i.id for namespace, i, _ in told if namespace == whose]
            found |= {(whose, note.current.id): note for note in self.notes(firsts, namespace=whose)}
        kept = [(found[namespace, i.id], hit) for namespace, i, hit in told if (namespace, i.id) in found]
        best = max((hit.score for _, hit in kept), default=0.0)
        return [replace(note, score=exp(hit.score - best), why=hit.why) for note, hit in kept]

    def update(
        self,
        id_: str,
        *,
        text: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        background: bool = False,
    ) -> Note:
        """Write the next version of a note and return it; None keeps what the last version has.

        Raises:
            NotFound: no such note.
            InvalidInput: text or metadata cannot be taken.
            IdTaken: others kept updating it, twenty times in a row.
        """
        for attempt in range(_ATTEMPTS):
            note = self.get(id_)
            number = _number(note.current) + 1
            told = _revision(note, number, self._origin(), text=text, metadata=metadata, at=self._clock())
            try:
                self.memory.remember(told, session=note.current.session, now=self._clock(), background=background)
            except IdTaken:
                if attempt == _ATTEMPTS - 1:
                    raise
                continue
            self._link(str(told.id), note.current.id)
            break
        return self.get(note.id)

    def delete(self, id_: str) -> Forgotten:
        """Delete every version of a note, for good. NotFound: no such note."""
        return self.memory.forget(interactions=[i.id for i in self.get(id_).versions])

    def _link(self, newer: str, older: str) -> None:
        batch = Batch(links=[Link(type="REVISES", source=newer, target=older)])
        self.memory.store.save(self.memory.namespace, batch, now=self._clock())

    def _origin(self) -> str:
        return origin_of(self.memory.store, self.memory.namespace)


def _refuse_reserved(metadata: Mapping[str, Any]) -> None:
    if RESERVED in metadata:
        raise InvalidInput(f"metadata may not use the key {RESERVED!r}: graphmem keeps versions there; rename it")


def _own(interaction: Interaction) -> Mapping[str, Any]:
    own = interaction.metadata.get(RESERVED)
    return own if isinstance(own, Mapping) else {}


def _first_of(interactions: Sequence[Interaction]) -> str | None:
    """Return the id of the note an interaction is a later version of; None where it is a first version, or none."""
    first = _own(interactions[0]).get("note") if interactions else None
    return first if isinstance(first, str) else None


def _number(interaction: Interaction) -> int:
    number = _own(interaction).get("version", 1)
    return number if isinstance(number, int) else 1


def _version_id(origin: str, first: str, number: int) -> str:
    return derive_id(origin, "Interaction", "version", first, number)


def _chains(store: Store, namespace: str, firsts: Sequence[str]) -> dict[str, list[Interaction]]:
    """Return the versions of each note, oldest first; an empty list where there is none."""
    info = store.namespace(namespace)
    chains: dict[str, list[Interaction]] = {first: [] for first in firsts}
    for interaction in store.interactions(namespace, list(chains)):
        chains[interaction.id].append(interaction)
    begin, open_ = 2, list(chains) if info else []
    while open_ and info:
        numbers = range(begin, begin + _WINDOW)
        owner = {_version_id(info.origin, first, n): first for first in open_ for n in numbers}
        for interaction in store.interactions(namespace, list(owner)):
            chains[owner[interaction.id]].append(interaction)
        begin += _WINDOW
        open_ = [first for first in open_ if chains[first] and _number(chains[first][-1]) == begin - 1]
    return chains


def _revision(
    note: Note, number: int, origin: str, *, text: str | None, metadata: Mapping[str, Any] | None, at: datetime
) -> Message | Passage:
    """Return the next version as it is told: of the same kind, speaker, role, title and source."""
    last = note.current
    _refuse_reserved(metadata or {})
    kept = {**note.metadata, **(metadata or {})}
    kept[RESERVED] = {"note": note.id, "revises": last.id, "version": number}
    said, own_id = last.text if text is None else text, _version_id(origin, note.id, number)
    if last.kind == "passage":
        return Passage(said, title=last.title, source=last.source, at=at, id=own_id, metadata=kept)
    return Message(said, speaker=last.speaker, role=last.role, at=at, id=own_id, metadata=kept)
