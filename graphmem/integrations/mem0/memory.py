"""mem0's `Memory` over graphmem: its calls, arguments and results, with no key, no server and nothing to configure."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import graphmem.memory
from graphmem.errors import InvalidInput, NotFound
from graphmem.integrations.mem0.filters import checked_filters, matches
from graphmem.integrations.mem0.shapes import (
    Scope,
    asked_scope,
    day_of,
    expired,
    fields_of,
    history_of,
    instant_of,
    item_of,
    messages_of,
    scope_of,
    without_ids,
)
from graphmem.integrations.notes import Note, Notes, Where
from graphmem.model import RecallOptions
from graphmem.write.admit import checked_text

__all__ = ["Memory", "UnknownMemory"]

_UNSET: Any = object()
#: Namespaces that stay open, and ids whose namespace is kept in mind.
_OPEN, _SEEN = 64, 100_000


class UnknownMemory(NotFound, ValueError):
    """No memory has this id; a ValueError, too, as mem0 raises."""


class Memory:
    """mem0's `Memory`: what a user said is kept word for word, and facts are drawn from it, without a language model.

    Each user is a namespace of the store (`mem0/user/ada`), so that nobody's memories reach another's search; what
    belongs to an agent or run alone has one, too.

    >>> with Memory(":memory:") as memory:
    ...     added = memory.add("I moved to Lisbon in May.", user_id="ada")
    ...     memory.search("Where does Ada live?", filters={"user_id": "ada"})["results"][0]["memory"]
    'I moved to Lisbon in May.'
    """

    def __init__(
        self,
        location: str | Path = "memory.db",
        *,
        namespace: str = "mem0",
        embedder: object | None = None,
        extractor: object | None = "spacy",
        auth: tuple[str, str] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Open a store as `graphmem.Memory.open` does.

        Args:
            location: a SQLite file, ":memory:", or a Neo4j server.
            namespace: what the namespaces of users, agents and runs begin with.
            embedder: as for `graphmem.Memory.open`.
            extractor: as for `graphmem.Memory.open`.
            auth: a server's user and password.
            clock: tells the moment of writing, an aware instant.
        """
        self.memory = graphmem.memory.Memory.open(
            location, namespace=namespace, embedder=embedder, extractor=extractor, auth=auth
        )
        self._clock = clock
        self._where_is: dict[str, str] = {}
        self._open: dict[str, Notes] = {}

    @classmethod
    def from_config(cls, config_dict: Mapping[str, Any]) -> Self:
        """Open from mem0's kind of dict: `{"graphmem": {"location": ..., "namespace": ...}}`.

        Raises:
            InvalidInput: it configures what graphmem has not (an LLM, a vector store): leave that out.
        """
        foreign = sorted(set(config_dict) - {"graphmem", "version"})
        if foreign:
            raise InvalidInput(f"graphmem needs none of {', '.join(foreign)}: leave them out of the configuration")
        return cls(**config_dict.get("graphmem", {}))

    def add(
        self,
        messages: object,
        *,
        user_id: object = None,
        agent_id: object = None,
        run_id: object = None,
        metadata: Mapping[str, Any] | None = None,
        timestamp: object = None,
        expiration_date: object = None,
        infer: bool = True,  # noqa: ARG002 # facts are drawn beside what was said, whichever way
        memory_type: str | None = None,
        prompt: str | None = None,
    ) -> dict[str, Any]:
        """Remember messages, each as one memory, word for word; return `{"results": [{id, memory, event}]}`.

        Args:
            messages: a string, a message `{"role", "content", "name"?}`, or a list of them. System messages are left
                out: they are instructions, not memories.
            user_id: whose; at least one of the three ids is needed.
            agent_id: which agent's.
            run_id: which conversation's.
            metadata: fields to filter by later.
            timestamp: when it was said; now by default.
            expiration_date: YYYY-MM-DD, the last day on which searches find it.
            infer: as in mem0; both keep the words and draw facts from them.
            memory_type: None: there are no procedural memories here.
            prompt: None: no language model is asked.

        Raises:
            InvalidInput: (a ValueError) an argument cannot be taken.
        """
        if memory_type is not None or prompt is not None:
            raise InvalidInput("memory_type and prompt need a language model, which this memory does not ask")
        scope = scope_of(user_id, agent_id, run_id)
        kept = without_ids(metadata or {})
        if (day := day_of(expiration_date)) is not None:
            kept["expiration_date"] = day
        told, _ = messages_of(messages, scope=scope, metadata=kept, at=instant_of(timestamp))
        added = self._notes(scope.namespace(self.memory.namespace)).add(told, session=scope.run_id or "default")
        self._saw(added)
        return {"results": [{"id": n.id, "memory": n.text, "event": "ADD", "role": n.current.role} for n in added]}

    def search(
        self,
        query: str,
        *,
        top_k: int = 20,
        filters: Mapping[str, Any] | None = None,
        threshold: float | None = None,
        rerank: bool = False,  # noqa: ARG002 # no second model is configured; as mem0 without a reranker
        explain: bool = False,
        reference_date: object = None,
        show_expired: bool = False,
        user_id: object = None,
        agent_id: object = None,
        run_id: object = None,
        limit: int | None = None,
    ) -> dict[str, Any]:
        """Return `{"results": [...]}`: memories that bear on a question, best first, each as it now reads.

        Args:
            query: the question.
            top_k: at most so many; `limit` is its older name.
            filters: conditions; somewhere must be said whose memories are searched, here or by the three ids.
            threshold: least score, 0 to 1. Scores are relative to the best of the answer, which has 1.
            rerank: as in mem0 without a reranker: nothing changes.
            explain: add `score_details`: the parts of each score, and the path through the graph.
            reference_date: the moment the question is asked, for words such as "yesterday".
            show_expired: what has expired, too.
            user_id: shorter for the filter of this name; likewise the others.
            agent_id: see user_id.
            run_id: see user_id.
            limit: see top_k.

        Raises:
            InvalidInput: (a ValueError) an argument cannot be taken, or nobody is named.
        """
        wanted = _count(top_k if limit is None else limit)
        least = 0.0 if threshold is None else _share(threshold)
        checked_text(query, what="the question")
        asked = _asked(filters, user_id, agent_id, run_id)
        places = self._places(asked)
        if not places or wanted == 0:
            return {"results": []}
        options = RecallOptions(namespaces=tuple(places), now=instant_of(reference_date))
        where = self._where(asked, show_expired=show_expired)
        found = self._notes(self.memory.namespace).search(query, top_k=wanted, where=where, options=options)
        self._saw(found)
        return {"results": [item_of(n, score=True, explain=explain) for n in found if (n.score or 0.0) >= least]}

    def get_all(
        self,
        *,
        filters: Mapping[str, Any] | None = None,
        top_k: int = 20,
        show_expired: bool = False,
        user_id: object = None,
        agent_id: object = None,
        run_id: object = None,
        limit: int | None = None,
    ) -> dict[str, Any]:
        """Return `{"results": [...]}`: memories in the order they were said, user after user; arguments as `search`."""
        wanted = _count(top_k if limit is None else limit)
        asked = _asked(filters, user_id, agent_id, run_id)
        where = self._where(asked, show_expired=show_expired)
        found: list[Note] = []
        for place in self._places(asked):
            if len(found) < wanted:
                found += self._notes(place).page(where=where, top_k=wanted - len(found))
        self._saw(found)
        return {"results": [item_of(note) for note in found]}

    def get(self, memory_id: str) -> dict[str, Any] | None:
        """Return one memory, None where there is none of this id."""
        try:
            return item_of(self._note(memory_id))
        except UnknownMemory:
            return None

    def update(
        self,
        memory_id: str,
        text: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        expiration_date: object = _UNSET,
        data: str | None = None,
    ) -> dict[str, str]:
        """Say what a memory reads from now on; the old text stays in its history, and is not found any more.

        Raises:
            UnknownMemory: there is none of this id.
            InvalidInput: nothing to change is said, or it cannot be taken.
        """
        said = data if text is None else text
        changed = without_ids(metadata or {})
        if expiration_date is not _UNSET:
            changed["expiration_date"] = day_of(expiration_date)
        if said is None and metadata is None and expiration_date is _UNSET:
            raise InvalidInput("say at least one of text, metadata or expiration_date")
        note = self._note(memory_id)
        self._notes(note.namespace).update(note.id, text=said, metadata=changed)
        return {"message": "Memory updated successfully!"}

    def delete(self, memory_id: str) -> dict[str, str]:
        """Delete a memory with its history, for good. UnknownMemory: there is none of this id."""
        note = self._note(memory_id)
        self._notes(note.namespace).delete(note.id)
        self._where_is.pop(note.id, None)
        return {"message": "Memory deleted successfully!"}

    def delete_all(self, user_id: object = None, agent_id: object = None, run_id: object = None) -> dict[str, str]:
        """Delete every memory that has all these ids, for good. InvalidInput: none is given; `reset` deletes all."""
        asked = scope_of(user_id, agent_id, run_id).given
        where = self._where(asked, show_expired=True)
        for place in self._places(asked):
            notes = self._notes(place)
            while doomed := notes.page(where=where, top_k=500):
                notes.memory.forget(interactions=[version.id for note in doomed for version in note.versions])
        return {"message": "Memories deleted successfully!"}

    def history(self, memory_id: str) -> list[dict[str, Any]]:
        """Return what a memory said over time, oldest first; [] where there is none: deleted is deleted."""
        try:
            return history_of(self._note(memory_id))
        except UnknownMemory:
            return []

    def reset(self) -> None:
        """Delete everything of every user, agent and run."""
        self._let_go(keep=0)
        for place in self._all_places():
            self.memory.erase_namespace(place)
        self._where_is.clear()

    def close(self) -> None:
        """Close the store."""
        self._let_go(keep=0)
        self.memory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- where things are -------------------------------------------------------------------------------------------

    def _notes(self, place: str) -> Notes:
        """Return the notes of a namespace; those used last stay open, with the names they know."""
        notes = self._open.pop(place, None)
        if notes is None:
            whole = place == self.memory.namespace
            notes = Notes(self.memory if whole else self.memory.sibling(place), clock=self._clock)
        self._open[place] = notes
        self._let_go(keep=_OPEN)
        return notes

    def _let_go(self, *, keep: int) -> None:
        while len(self._open) > keep:
            notes = self._open.pop(next(iter(self._open)))
            if notes.memory is not self.memory:
                notes.memory.close()

    def _saw(self, notes: list[Note]) -> None:
        """Keep in mind where these are: ids do not tell."""
        if len(self._where_is) > _SEEN:
            self._where_is.clear()
        self._where_is |= {note.id: note.namespace for note in notes}

    def _all_places(self) -> list[str]:
        begin = f"{self.memory.namespace}/"
        return [info.name for info in self.memory.store.namespaces() if info.name.startswith(begin)]

    def _places(self, asked: Mapping[str, Any]) -> list[str]:
        """Return the namespaces that may hold what is asked for: one where a user is named, else all of them."""
        user = asked_scope(asked).get("user_id")
        if isinstance(user, str) and user != "*":
            place = Scope(user_id=user).namespace(self.memory.namespace)
            return [place] if self.memory.store.namespace(place) is not None else []
        return self._all_places()

    def _where(self, asked: Mapping[str, Any], *, show_expired: bool) -> Where:
        today = self._clock().date()
        return lambda note: (show_expired or not expired(note, today=today)) and matches(asked, fields_of(note))

    def _note(self, memory_id: str) -> Note:
        known = self._where_is.pop(memory_id, None)
        for place in dict.fromkeys([*([known] if known else []), *self._all_places()]):
            with suppress(NotFound):
                note = self._notes(self.memory.namespace).get(memory_id, namespace=place)
                self._saw([note])
                return note
        raise UnknownMemory(f"Memory with id {memory_id} not found")


def _asked(filters: Mapping[str, Any] | None, *ids: object) -> Mapping[str, Any]:
    """Return the filters with the ids that were given beside them. InvalidInput: nobody is named."""
    asked = {**checked_filters(filters), **(scope_of(*ids).given if any(i is not None for i in ids) else {})}
    asked |= {
        name: str(value).strip() for name, value in asked.items() if name.endswith("_id") and isinstance(value, int)
    }
    if not asked_scope(asked):
        raise InvalidInput("filters must contain at least one of user_id, agent_id, run_id: filters={'user_id': 'u1'}")
    return asked


def _count(value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidInput(f"top_k is {value!r}: it is a number of memories, 0 or more")
    return value


def _share(value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise InvalidInput(f"threshold is {value!r}: it lies between 0 and 1")
    return float(value)
