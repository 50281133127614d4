"""Step 3 of writing: link new names with the known ones they may be. Links, never merges (DESIGN section 2)."""

from collections.abc import Iterable, Sequence

from graphmem.model import Interaction, Mention, Synonym
from graphmem.ports import Batch, Store
from graphmem.write.resolve import NameBook

__all__ = ["LinkBook", "scope"]

#: Interactions of a session whose names are read back from the store.
_LONGEST = 10_000


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

    def links(self, batch: Batch, interactions: Sequence[Interaction] = ()) -> list[Synonym]:
        """Return the links between the batch's names and all known ones; the batch's names are known afterwards.

        Args:
            batch: what is to be saved: whatever names a store is given pass through here first.
            interactions: those that the batch's mentions are of; short forms are linked within one's `scope`.
        """
        book, links = self._current()
        self._learn_sessions(book, interactions)
        return links + book.add(batch.entities, session_of=_scopes(batch.mentions, interactions))

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
            if page.reset or page.tombstones:
                self.reset()  # names are gone, perhaps with interactions being drawn: nothing may be linked to them
                return self._read(), links
            links += self._book.add(page.entities, session_of=_scopes(page.mentions, page.interactions))
            self._seq = page.seq
        return self._book, links

    def _read(self) -> NameBook:
        self._book, self._seq = NameBook(), self._store.seq(self._namespace)
        self._book.load(self._store.entities(self._namespace, top_k=1 << 31))
        return self._book

    def _learn_sessions(self, book: NameBook, interactions: Sequence[Interaction]) -> None:
        """Tell the book which known names belong to these interactions' sessions: the first `_LONGEST` of each."""
        for session in sorted({i.session for i in interactions if scope(i)} - self._sessions):
            self._sessions.add(session)
            told = self._store.history(self._namespace, session=session, top_k=_LONGEST)
            scopes = _scopes(self._store.mentions(self._namespace, [i.id for i in told]), told)
            known = self._store.entities(self._namespace, ids=list(scopes), top_k=len(scopes)) if scopes else []
            book.load(known, session_of=scopes)


def scope(interaction: Interaction) -> str | None:
    """Return what a short form of a name is understood in: the session of a chat, the source of a document.

    None for a passage of unknown source: passages of one session may be of a thousand documents.
    """
    if interaction.kind == "passage":
        return f"{interaction.session}\n{interaction.source}" if interaction.source else None
    return interaction.session


def _scopes(mentions: Iterable[Mention], interactions: Iterable[Interaction]) -> dict[str, list[str]]:
    """Return the scopes in which each entity, by its id, is mentioned."""
    scope_of = {i.id: scope(i) for i in interactions}
    found: dict[str, list[str]] = {}
    for mention in mentions:
        if where := scope_of.get(mention.interaction):
            found.setdefault(mention.entity, []).append(where)
    return found
