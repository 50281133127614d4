"""The write path of one namespace: admit, embed and name, draw facts, link names; each step one transaction.

A crash, or a model that fails, between any two steps leaves interactions pending; `Writer.finish` completes them from
the store alone, so it does not matter which process admitted them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Literal, Protocol, TypeVar

import numpy as np

from graphmem.embedding import embedded
from graphmem.errors import GraphMemError, ModelError, ModelOutputInvalid
from graphmem.identity import entity_id, name_key
from graphmem.model import Change, Degradation, Entity, Interaction, Mention
from graphmem.ports import Admission, Batch, Embedder, Extraction, Extractor, Saved, Store, Turn, VectorRow
from graphmem.text.embedding_text import embedding_text, embeds, sentence_texts
from graphmem.text.mentions import mentions_of
from graphmem.text.slots import Slots, shipped_slots
from graphmem.write.anchors import dated_facts
from graphmem.write.facts import CONTEXT, batch_of, turn_of
from graphmem.write.links import LinkBook
from graphmem.write.models import claim
from graphmem.write.rulings import Rulings

__all__ = ["CHUNK", "MOST_CHANGES", "Drawn", "Writer", "Written", "chunks"]

#: Interactions a transaction: one fsync each (.4 to 4 ms, reference stores-and-ppr) against what a crash makes redo.
CHUNK = 128
#: Facts of which a receipt says what happened to them.
MOST_CHANGES = 1_000

_T = TypeVar("_T")


def chunks(items: Iterable[_T], *, size: int = CHUNK) -> Iterator[list[_T]]:
    """Yield lists of at most `size` items, in order, reading no further ahead than the list."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one step added, what was degraded on the way, and what happened to the first `MOST_CHANGES` facts."""

    interactions: int = 0
    entities: int = 0
    facts: int = 0
    degraded: tuple[Degradation, ...] = ()
    changes: tuple[Change, ...] = ()

    def __add__(self, other: "Drawn") -> "Drawn":
        known = dict.fromkeys((*self.degraded, *other.degraded))
        return Drawn(
            self.interactions + other.interactions,
            self.entities + other.entities,
            self.facts + other.facts,
            tuple(known),
            (self.changes + other.changes)[:MOST_CHANGES],
        )


@dataclass(frozen=True, slots=True)
class Written:
    """What a save added, and what happened to each fact."""

    saved: Saved
    changes: tuple[Change, ...] = ()


class Step(Protocol):
    """One step of writing: a chunk in, what it added out."""

    def __call__(self, chunk: Sequence[Interaction], /, *, now: datetime) -> Drawn:
        """Do the step in one transaction."""
        ...


@dataclass
class Writer:
    """Writes one namespace. Safe to use from one thread at a time; several writers on one namespace converge."""

    store: Store
    namespace: str
    origin: str
    embedder: Embedder
    extractor: Extractor | None
    slots: Slots = field(default_factory=shipped_slots)

    def __post_init__(self) -> None:
        self.links = LinkBook(self.store, self.namespace)
        self.rulings = Rulings(self.store, self.namespace, self.origin, self.slots)

    def twin(self) -> "Writer":
        """Return a writer of the same namespace for another thread, with a book of names of its own."""
        return replace(self)

    def admit(self, interactions: Sequence[Interaction], *, now: datetime) -> Admission:
        """Commit interactions verbatim; from here nothing is lost, whatever fails."""
        admission = self.store.admit(self.namespace, interactions, now=now)
        self.links.saved(admission.seq)
        return admission

    def embed(
        self, interactions: Sequence[Interaction], *, now: datetime, mentioned: frozenset[tuple[str, str]] = frozenset()
    ) -> Drawn:
        """Give interactions their vectors and the names they mention, in one transaction.

        Args:
            interactions: any of the namespace.
            now: the moment of writing.
            mentioned: (interaction's id, key of a name) that are there already and are not written again.

        Raises:
            ModelError: the embedder failed, or another one has taken the store over; the interactions stay pending.
        """
        rows = _vector_rows(self.embedder, interactions)
        claim(self.store, self.embedder)
        named = _named(self.origin, interactions, mentioned=mentioned)
        saved = self.save(replace(named, vectors=rows), interactions, now=now)
        return Drawn(interactions=len(interactions), entities=saved.saved.entities)

    def _embed_pending(self, interactions: Sequence[Interaction], *, now: datetime) -> Drawn:
        """Embed what waits for vectors: an import may have brought it with its names, under ids of another origin."""
        held = self.store.mentions(self.namespace, [i.id for i in interactions])
        found = self.store.entities(self.namespace, ids=[m.entity for m in held], top_k=len(held)) if held else []
        keys = {entity.id: name_key(entity.name) for entity in found}
        mentioned = frozenset((m.interaction, keys[m.entity]) for m in held if m.entity in keys)
        return self.embed(interactions, now=now, mentioned=mentioned)

    def embed_and_draw(
        self, unembedded: Sequence[Interaction], undrawn: Sequence[Interaction], *, now: datetime
    ) -> Drawn:
        """Do `embed` and `draw` in two transactions, as one after the other would; the models run at the same time.

        While the vectors are computed, and written, the texts are parsed: on two cores, or with a store on a server,
        nearly half of the time. A model that fails leaves what the other made.

        Raises:
            ModelError: a model failed, or another embedder has taken the store over; the interactions stay pending.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="graphmem-embed") as other:
            embedding = other.submit(self.embed, unembedded, now=now) if unembedded else None
            extractions = self._extractions(undrawn)
            embedded = embedding.result() if embedding else Drawn()
        return embedded + self._keep(undrawn, extractions, now=now)

    def draw(self, interactions: Sequence[Interaction], *, now: datetime) -> Drawn:
        """Draw entities and facts from interactions of any sessions, and mark them done.

        Raises:
            ModelError: the extractor failed and has no fallback; the interactions stay pending.
        """
        return self._keep(interactions, self._extractions(interactions), now=now)

    def _extractions(self, interactions: Sequence[Interaction]) -> list[Extraction]:
        if self.extractor is None or not interactions:
            return []
        extractor = self.extractor
        extractions = _guarded(lambda: list(extractor.extract(self._turns(interactions))), "extractor", interactions)
        if len(extractions) != len(interactions):
            raise ModelOutputInvalid(
                f"{extractor.name} answered {len(extractions)} times for {len(interactions)} turns; they are kept and "
                "pending: mend the extractor, then memory.resume()"
            )
        return self._dated(interactions, extractions)

    def _dated(self, interactions: Sequence[Interaction], extractions: list[Extraction]) -> list[Extraction]:
        """Read texts again that hang a time on something, now that facts are there that may have its date."""
        extractor = self.extractor
        if extractor is None or not getattr(extractor, "reads_dated", False):
            return extractions
        dated = dated_facts(self.store, self.namespace, self.origin, interactions, extractions)
        wanted = {n: facts for n, facts in dated.items() if facts}
        if not wanted:
            return extractions
        turns = self._turns([interactions[n] for n in wanted])
        again = (replace(turn, dated=facts) for turn, facts in zip(turns, wanted.values(), strict=True))
        found = dict(
            _guarded(lambda: list(zip(wanted, extractor.extract(again), strict=True)), "extractor", interactions)
        )
        return [found.get(n, extraction) for n, extraction in enumerate(extractions)]

    def _keep(self, interactions: Sequence[Interaction], extractions: Sequence[Extraction], *, now: datetime) -> Drawn:
        """Write what was drawn from interactions, and mark them done."""
        if not extractions:
            return Drawn()
        batch = batch_of(self.origin, zip(interactions, extractions, strict=True))
        written = self.save(batch, interactions, now=now)
        degraded = tuple(dict.fromkeys(d for e in extractions for d in e.degraded))
        saved, changes = written.saved, written.changes[:MOST_CHANGES]
        return Drawn(len(interactions), saved.entities, saved.facts, degraded, changes)

    def finish(
        self,
        *,
        now: Callable[[], datetime],
        tick: Callable[[int], None] = lambda _: None,
        wanted: Callable[[], bool] = lambda: True,
        lock: AbstractContextManager[object] | None = None,
    ) -> Drawn:
        """Complete every pending interaction of the namespace: vectors first, then facts. Resumable at any point.

        Args:
            now: the clock.
            tick: called with the number of interactions each chunk completed.
            wanted: asked before each chunk; False stops early.
            lock: held during each chunk, so that another thread may write between two.
        """
        control = (now, tick, wanted, lock or nullcontext())
        embedded = self._stage("vectors", self._embed_pending, *control)
        if self.extractor is None:
            return embedded
        return replace(embedded, interactions=0) + self._stage("facts", self.draw, *control)

    def _stage(
        self,
        stage: Literal["vectors", "facts"],
        step: Step,
        now: Callable[[], datetime],
        tick: Callable[[int], None],
        wanted: Callable[[], bool],
        lock: AbstractContextManager[object],
    ) -> Drawn:
        total, after = Drawn(), 0
        while True:
            with lock:  # from before the look-up on: what is forgotten meanwhile must not be worked on
                chunk = self.store.pending(self.namespace, stage=stage, after=after, top_k=CHUNK) if wanted() else ()
                if not chunk:
                    return total
                total += replace(step(chunk, now=now()), interactions=len(chunk))
            after = chunk[-1].arrival
            tick(len(chunk))

    def _turns(self, interactions: Sequence[Interaction]) -> Iterator[Turn]:
        """Yield turns in the context that the store holds before them, so that batching does not show.

        One lookup a session: the interactions before its last one hold the context of all the others.
        """
        runs: dict[str, list[Interaction]] = {}
        for interaction in interactions:
            runs.setdefault(interaction.session, []).append(interaction)
        orders = {session: self._order(run) for session, run in runs.items()}
        for interaction in interactions:
            order, whole = orders[interaction.session]
            place = next((n for n, i in enumerate(order) if i.id == interaction.id), None)
            if place is None or (place < CONTEXT and not whole):
                before = self.store.preceding(self.namespace, interaction.id, top_k=CONTEXT)
            else:
                before = order[max(0, place - CONTEXT) : place]
            yield turn_of(interaction, before)

    def _order(self, run: Sequence[Interaction]) -> tuple[list[Interaction], bool]:
        """Return what lies before the last interaction of a run of one session, itself included, oldest first.

        And whether that goes back to the session's beginning.
        """
        if len(run) == 1 or run[0].kind == "passage":
            return [], False
        last, wanted = max(run, key=_session_place), len(run) + CONTEXT
        before = self.store.preceding(self.namespace, last.id, top_k=wanted)
        return [*before, last], len(before) < wanted

    def save(self, batch: Batch, interactions: Sequence[Interaction] = (), *, now: datetime) -> Written:
        """Write a batch in one transaction: its names linked with all known ones, its facts judged with their slots'.

        Args:
            batch: what is new.
            interactions: those that its mentions and assertions are of.
            now: the moment of writing.
        """
        judged = self.rulings.judged(batch, interactions, now=now)
        linked = replace(judged.batch, synonyms=self.links.links(batch, interactions))
        try:
            saved = self.store.save(self.namespace, linked, now=now)
        except BaseException:
            self.links.reset()  # it knows names by now that are not in the store
            raise
        self.links.saved(saved.seq)
        self.rulings.settle(judged, saved=saved.seq, now=now)
        return Written(saved, judged.changes)


def _session_place(interaction: Interaction) -> tuple[bool, float, int]:
    at = interaction.at
    return (at is not None, at.timestamp() if at else 0.0, interaction.arrival)


def _named(
    origin: str, interactions: Iterable[Interaction], *, mentioned: frozenset[tuple[str, str]] = frozenset()
) -> Batch:
    """Return the names spotted in interactions, but for those they are known to mention, as entities and mentions."""
    found = [
        (i, m)
        for i in interactions
        for m in mentions_of(i.searchable, i.title, document=i.kind == "passage")
        if (i.id, name_key(m.name)) not in mentioned
    ]
    ids = [entity_id(origin, m.name) for _, m in found]
    return Batch(
        entities=[Entity(id=id_, name=m.name) for id_, (_, m) in zip(ids, found, strict=True)],
        mentions=[
            Mention(interaction=i.id, entity=id_, count=m.count, about=m.about, weight=m.weight)
            for id_, (i, m) in zip(ids, found, strict=True)
        ],
    )


def _vector_rows(embedder: Embedder, interactions: Sequence[Interaction]) -> list[VectorRow]:
    """Embed turns and their first-person sentences in one go; what is not embedded gets a vector of length 0."""
    turns = [embedding_text(i) if embeds(i) else None for i in interactions]
    sentences = [sentence_texts(i) if t else [] for i, t in zip(interactions, turns, strict=True)]
    texts = [t for t in turns if t is not None]
    flat = texts + [s for per_turn in sentences for s in per_turn]
    try:
        vectors = embedded(embedder, flat)
    except ModelError as err:
        raise type(err)(
            f"{err}; {len(interactions)} interactions are kept and pending: mend the embedder, then memory.resume() or "
            "`graphmem resume` finishes them"
        ) from err
    own = iter(vectors[: len(texts)])
    rest = vectors[len(texts) :]
    ends = np.cumsum([0, *map(len, sentences)])
    none = np.zeros(0, dtype=np.float32)
    return [
        VectorRow(i.id, none if t is None else next(own), rest[ends[n] : ends[n + 1]])
        for n, (i, t) in enumerate(zip(interactions, turns, strict=True))
    ]


def _guarded(call: Callable[[], _T], what: str, interactions: Sequence[Interaction]) -> _T:
    """Run a model; whatever it raises becomes a ModelError that says that nothing is lost."""
    try:
        return call()
    except GraphMemError:
        raise
    except Exception as err:
        raise ModelError(
            f"the {what} failed ({type(err).__name__}: {err}); {len(interactions)} interactions are kept and pending: "
            f"memory.resume() or `graphmem resume` finishes them"
        ) from err
