"""Memory: the one public object. Every verb is a recipe over the write path, the read path and a store."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Self

from graphmem import opening
from graphmem.arguments import checked_verbs
from graphmem.chat import ChatModel
from graphmem.chronicle import Chronicle
from graphmem.errors import InvalidInput, NotFound
from graphmem.identity import name_key
from graphmem.learning import Learning
from graphmem.model import (
    Entity,
    Forgotten,
    Interaction,
    RecallOptions,
    Remembered,
    Rerank,
    Role,
    Stats,
    Synonym,
)
from graphmem.ports import Batch, Embedder, Extractor, Selection
from graphmem.read.beyond import LIMIT, checked_limit
from graphmem.read.options import checked_options
from graphmem.read.rank import Ranking
from graphmem.read.recollection import Recollection
from graphmem.read.tokens import checked_rerank
from graphmem.text.slots import Slots
from graphmem.upkeep import logged
from graphmem.write.admit import (
    DEFAULT_SESSION,
    Admitter,
    checked_count,
    checked_instant,
    checked_name,
    checked_namespace,
    checked_text,
)
from graphmem.write.merged import subjects_around
from graphmem.write.models import refuse_mismatch
from graphmem.write.tell import Told, added, remember_chunk, told_items
from graphmem.write.writer import chunks

__all__ = ["Memory"]


@checked_verbs
class Memory(Chronicle, Learning):
    """Long-term memory of one namespace: tell it what happened, ask it what bears on a question.

    Open it with `Memory.open`; close it, or use it as a context manager. Methods may be called from several threads.

    >>> from datetime import UTC, datetime
    >>> when = datetime(2026, 3, 1, 9, tzinfo=UTC)
    >>> with Memory.open(":memory:", namespace="user/ada") as memory:
    ...     _ = memory.remember("I moved to Lisbon and started at Feedzai.", speaker="Ada", at=when)
    ...     memory.recall("Where does Ada work?", top_k=1)[0].text
    'I moved to Lisbon and started at Feedzai.'
    """

    @classmethod
    def open(
        cls,
        location: str | Path = "memory.db",
        *,
        namespace: str = "default",
        embedder: str | Path | Embedder | object | None = None,
        extractor: str | Extractor | object | None = "spacy",
        read_only: bool = False,
        reembed: bool = False,
        snapshots: str | Path | None = None,
        auth: tuple[str, str] | None = None,
        migrate: bool = True,
        index_limit: int = LIMIT,
        slots: str | Path | None = None,
        chat: str | ChatModel | object | None = None,
        rerank: Rerank | None = None,
    ) -> Self:
        """Open a memory, made if it is not there, and finish what an earlier crash left pending, in the background.

        Args:
            location: path of a SQLite file, ":memory:", or a Neo4j server (`neo4j://user:password@host:7687/database`).
            namespace: whose memory it is (`user/ada`); everything read and written is this namespace's alone.
            embedder: None or "minilm" for the built-in model, "bge-small", a directory with `model.onnx` and
                `tokenizer.json`, "sentence-transformers:NAME", any LangChain `Embeddings`, or an `Embedder`.
            extractor: "spacy" draws facts without a key; any LangChain chat model draws them with spaCy as fallback;
                an `Extractor`; None draws none, and interactions stay pending until opened with one.
            read_only: nothing is written, not even a snapshot.
            reembed: accept an embedder other than the one that made the memory's vectors; call `reembed` next.
            snapshots: the folder of what makes the next open fast; None is beside the file, or in this user's cache.
            auth: a server's user and password, where the location does not hold them.
            migrate: bring a schema that an older graphmem made up to date; False refuses to open it, `read_only` too.
            index_limit: interactions above which a server finds what is ranked (`index_on_server`), and a file refuses.
            slots: a file of slots (TOML) beside the shipped ones: what holds one value at a time.
            chat: a LangChain chat model, its name ("openai:gpt-5-mini"), or a `ChatModel`: draws lessons when a query
                closes and words summaries in `consolidate`; where it fails, rules do. None is rules alone.
            rerank: "tokens" has `recall` compare single tokens of the leading turns, unless it is told otherwise, and
                `remember` keep their vectors beside the store (docs/ranking.md); the embedder must tell them.

        Raises:
            InvalidInput: the namespace or an argument cannot be taken.
            StoreError: the store cannot be opened (each case says the mend).
            ModelMismatch: the memory's vectors were made by another embedder.
            ModelUnavailable: the embedder's weights are missing.
        """
        table, limit = Slots.load(Path(slots)) if slots is not None else None, checked_limit(index_limit)
        name, chatting = checked_namespace(namespace), opening.chat_model(chat)
        parts = opening.parts(
            location,
            embedder=embedder,
            extractor=extractor,
            read_only=read_only,
            reembed=reembed,
            snapshots=snapshots,
            auth=auth,
            migrate=migrate,
        )
        return cls._opened(
            parts, name, read_only=read_only, index_limit=limit, slots=table, chat=chatting, rerank=rerank
        )

    @classmethod
    def _opened(cls, parts: opening.Parts, namespace: str, **given: Any) -> Self:
        """Compose a memory, and finish what an earlier crash left pending, in the background."""
        try:
            memory = cls(parts.store, namespace=namespace, **parts.named(), **given)
            memory._resume_in_background()
        except BaseException:
            parts.store.close()
            raise
        return memory

    # --- writing ----------------------------------------------------------------------------------------------------

    def remember(
        self,
        what: Told | Iterable[Told],
        *,
        speaker: str | None = None,
        role: Role | None = None,
        at: datetime | None = None,
        session: str = DEFAULT_SESSION,
        now: datetime | None = None,
        background: bool = False,
    ) -> Remembered:
        """Keep what happened, word by word, and draw names, vectors and facts out of it.

        Telling the same again changes nothing. A stream is committed as it is read, 128 items at a time: an item that
        cannot be taken refuses its chunk and what follows; earlier chunks stay, and telling it all again is safe.

        Args:
            what: text, a Message, a Passage, a Fact, or any iterable of them (streams are read in bounded memory).
            speaker: who says the texts given as plain strings.
            role: the speaker's role for plain strings.
            at: when plain strings were said; None takes `now`.
            session: the run of interactions it belongs to.
            now: the moment of writing, an aware instant; None reads the clock.
            background: leave facts to a worker (`flush` waits for it); words and vectors are there on return.

        Raises:
            InvalidInput: text, time, name, role or metadata cannot be taken; the message says the mend.
            IdTaken: an explicit id holds other content already.
            ModelError: a model failed; what was told is kept and pending, `resume` finishes it.
            StoreError: the store could not write; nothing of the chunk was kept.
        """
        started, present = perf_counter(), self._present(now)
        session = checked_name(session, what="session")
        with self._lock:
            writer = self._writing(present)
            self._begin_tokens()
            admitter = Admitter(writer.origin, session, present)
            total = Remembered()
            for chunk in chunks(told_items(what, speaker=speaker, role=role, at=at)):
                total = added(total, remember_chunk(writer, admitter, chunk, background=background))
            self._fill_tokens()
            if background and total.pending:
                self._wake_worker(writer)
        logged("remember", self.namespace, started, interactions=total.interactions, facts=total.facts)
        return total

    def __repr__(self) -> str:
        return f"<Memory of {self.namespace!r} in {self.store.location}>"

    def forget(
        self,
        *,
        session: str | None = None,
        interactions: Sequence[str] | None = None,
        entity: str | None = None,
        person: str | None = None,
        everything: bool = False,
    ) -> Forgotten:
        """Delete, with all that stood on it alone, and return a receipt; exactly one argument says what.

        Args:
            session: every interaction of the session.
            interactions: these interactions, by id.
            entity: the entity of this name, its facts and mentions; texts that name it stay and are listed.
            person: the entity, and everything this speaker said.
            everything: all of the namespace's content; the namespace itself stays.

        Raises:
            InvalidInput: none or several arguments.
            NotFound: there is nothing of that name or id.
        """
        started = perf_counter()
        if isinstance(interactions, str):
            raise InvalidInput(f"interactions is the text {interactions!r}: give a list of ids")
        given = [a for a in (session, interactions, entity, person) if a is not None]
        if len(given) + everything != 1:
            raise InvalidInput("say exactly one of session=, interactions=, entity=, person=, everything=True")
        what = Selection(
            sessions=(session,) if session is not None else (),
            interactions=tuple(interactions or ()),
            entity=entity,
            person=person,
            everything=everything,
        )
        with self._lock:
            gone = self.store.forget(self.namespace, what, now=self._present(None))
            self._names_changed()
            self._judge_waiting()
        if not everything and not (gone.interactions or gone.entities or gone.facts or gone.mentions):
            told = {"session": session, "interactions": what.interactions or None, "entity": entity, "person": person}
            said = ", ".join(f"{name}={value!r}" for name, value in told.items() if value is not None)
            raise NotFound(f"nothing to forget: {said} matches nothing in {self.namespace!r}")
        logged("forget", self.namespace, started, interactions=gone.interactions, facts=gone.facts)
        return gone

    def merge(self, a: str, b: str) -> Synonym:
        """Confirm that two names are one entity; both keep their facts, and either name finds all. See `unmerge`."""
        first, second = self._entity(a), self._entity(b)
        if first.id == second.id:
            raise InvalidInput(f"{a!r} and {b!r} are one entity already")
        link = Synonym(a=first.id, b=second.id, score=1.0, method="merged")
        with self._lock:
            around = subjects_around(self.store, self.namespace, [link.a, link.b])
            self.store.save(self.namespace, Batch(synonyms=[link], unjudged=around), now=self._present(None))
            self._judge_waiting()
        return link

    def unmerge(self, a: str, b: str) -> None:
        """Undo a merge. NotFound: these two were never merged."""
        first, second = self._entity(a).id, self._entity(b).id
        links = [Synonym(a=x, b=y, score=1.0, method="merged") for x, y in ((first, second), (second, first))]
        with self._lock:
            around = subjects_around(self.store, self.namespace, [first, second])
            self.store.save(self.namespace, Batch(unjudged=around), now=self._present(None))
            parted = self.store.remove_synonyms(self.namespace, links, now=self._present(None))
            self._judge_waiting()
        if not parted:
            raise NotFound(f"{a!r} and {b!r} are not merged")

    # --- reading ----------------------------------------------------------------------------------------------------

    def recall(
        self,
        text: str,
        *,
        top_k: int = 10,
        options: RecallOptions | None = None,
        ranking: str | Path | Ranking | None = None,
        rerank: Rerank | None = None,
    ) -> Recollection:
        """Return what bears on a question, best first, each hit with its reasons.

        Args:
            text: the question, or any text.
            top_k: places per type asked for, >= 1.
            options: types, filters, namespaces, `now`; None ranks interactions of this namespace.
            ranking: another ranking than the shipped one: a name, a path, or a `Ranking`.
            rerank: "tokens" compares single tokens of the leading turns with the question's, by the ranking's variant
                that weighs them; "off" does not; None is what `options`, or else `open`, said.

        Raises:
            InvalidInput: empty text, top_k < 1, a naive instant, an unknown ranking; rerank="tokens" with an embedder
                or a ranking that knows no single tokens.
            ModelMismatch: the vectors are another embedder's by now.
        """
        started, chosen = perf_counter(), options or RecallOptions()
        checked_text(text, what="the question")
        if top_k < 1:
            raise InvalidInput(f"top_k is {top_k}; ask for at least 1 hit")
        chosen = replace(checked_options(chosen), ranking=None)
        present = chosen.now or self._present(None)
        refuse_mismatch(self.store, self._embedder)
        named = ranking or (options.ranking if options else None)
        names = list(dict.fromkeys(checked_namespace(n) for n in chosen.namespaces or (self.namespace,)))
        wanted = self._ranking(named, rerank or chosen.rerank, names)
        found = self._recalled(
            text, names=names, options=chosen, top_k=top_k, now=present, ranking=wanted, tokens=self._tokens
        )
        if self.learning.recall_counts and not self._read_only:
            self._count_uses(found)
        logged("recall", self.namespace, started, hits=len(found))
        return replace(found, milliseconds=1000 * (perf_counter() - started))

    def _ranking(
        self, named: str | Path | Ranking | None, rerank: Rerank | None, namespaces: Sequence[str]
    ) -> str | Path | Ranking | None:
        """Return the ranking of one recall; what feedback made of the default one compares no tokens."""
        if checked_rerank(rerank or self._rerank, embedder=self._embedder) == "tokens":
            return Ranking.comparing_tokens(named)
        return named or self._own_ranking(namespaces)

    def entities(self, name: str | None = None, *, top_k: int = 100) -> list[Entity]:
        """Return entities, the most mentioned first; with `name`, those of that name or alias and their merges."""
        if name is None:
            return self.store.entities(self.namespace, top_k=checked_count(top_k))
        return self.store.entities(self.namespace, ids=self._entity_ids(name), top_k=checked_count(top_k))

    def history(
        self,
        *,
        session: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: Interaction | None = None,
        top_k: int = 1_000,
    ) -> list[Interaction]:
        """Return interactions in order of time, then arrival, undated ones first; `after` continues a page."""
        return self.store.history(
            self.namespace,
            session=session,
            since=checked_instant(since, what="since"),
            until=checked_instant(until, what="until"),
            after=after,
            top_k=checked_count(top_k),
        )

    def stats(self) -> Stats:
        """Return counts, the change counter and the models that wrote this namespace."""
        return self.store.stats(self.namespace)

    def _entity(self, name: str) -> Entity:
        """Return the most mentioned entity of that name or alias; NotFound where there is none."""
        known = self.store.entities(self.namespace, keys=[name_key(name)], top_k=1)
        if not known:
            raise NotFound(f"no entity is called {name!r} in {self.namespace!r}; memory.entities() lists them")
        return known[0]
