"""Step 3 of writing: link new names with the known ones they may be. Links, never merges (DESIGN section 2)."""

from collections.abc import Sequence

from graphmem.model import Entity, Interaction, Synonym
from graphmem.ports import Batch, Store
from graphmem.write.resolve import NameBook

__all__ = ["LinkBook"]


class LinkBook:
    """The names of one namespace, filled from its store when first needed and kept up by what is written.

    Each new name is compared once, with every name known then. What other processes wrote meanwhile is read from the
    change log first, so that two writers end with the links one writer would have made.
    """

    def __init__(self, store: Store, namespace: str) -> None:
        self._store = store
        self._namespace = namespace
        self.reset()

    def reset(self) -> None:
        """Forget all names (some were erased); the next use reads them from the store again."""
        self._book: NameBook | None = None
        self._seq = 0
        self._sessions: set[str] = set()

    def links(self, batch: Batch, interactions: Sequence[Interaction]) -> list[Synonym]:
        """Return the links between the batch's names and all known ones; the batch's names are known afterwards."""
        book, links = self._current()
        session_of = {i.id: i.session for i in interactions if i.kind == "message"}
        self._learn_sessions(book, set(session_of.values()))
        sessions: dict[str, list[str]] = {}
        for mention in batch.mentions:
            if session := session_of.get(mention.interaction):
                sessions.setdefault(mention.entity, []).append(session)
        return links + book.add(batch.entities, session_of=sessions)

    def saved(self, seq: int) -> None:
        """Note that this process wrote `seq`: no need to read it back, if nobody wrote in between."""
        if self._book is not None and seq == self._seq + 1:
            self._seq = seq

    def _current(self) -> tuple[NameBook, list[Synonym]]:
        """Return all names known now, and the links that others' new names bring: they may not have seen ours yet."""
        links: list[Synonym] = []
        if self._book is None:
            return self._read(), links
        while self._store.seq(self._namespace) != self._seq:
            page = self._store.changes(self._namespace, since=self._seq)
            if page.reset or any(gone.label == "Entity" for gone in page.tombstones):
                self.reset()  # names are gone: nothing may be linked to them
                return self._read(), links
            links += self._book.add(page.entities, session_of={})
            self._seq = page.seq
        return self._book, links

    def _read(self) -> NameBook:
        self._book, self._seq = NameBook(), self._store.seq(self._namespace)
        self._book.load(self._store.entities(self._namespace, top_k=1 << 31))
        return self._book

    def _learn_sessions(self, book: NameBook, sessions: set[str]) -> None:
        """Tell the book which known names belong to these sessions: short forms are only linked within one."""
        for session in sorted(sessions - self._sessions):
            self._sessions.add(session)
            told = [i.id for i in self._store.history(self._namespace, session=session, top_k=10_000)]
            known: list[Entity] = self._store.entities(self._namespace, mentioned_by=told, top_k=10_000) if told else []
            book.load(known, session_of={e.id: [session] for e in known})
