"""Recall, the read path from top to bottom: understand, embed, search, and fetch what is shown."""

import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from graphmem.embedding import embedded_question
from graphmem.errors import InvalidInput, ModelError
from graphmem.model import Degradation, RecallOptions
from graphmem.ports import Embedder, Store
from graphmem.read.aliases import with_aliases
from graphmem.read.asides import SOURCES, entity_hits, fact_hits
from graphmem.read.beyond import Beyond, looked_up
from graphmem.read.columns import Floats
from graphmem.read.heard import Heard, unnamed
from graphmem.read.hits import Asked, interaction_hits
from graphmem.read.index import Index
from graphmem.read.known import arrived_by
from graphmem.read.lessons import insight_hits, query_hits
from graphmem.read.rank import Ranking
from graphmem.read.recollection import Recollection
from graphmem.read.search import Cut, search
from graphmem.read.tokens import TokenBook, asked_tokens
from graphmem.read.understand import Question, Wanted, understand
from graphmem.read.validity_view import View
from graphmem.text.slots import Slots, shipped_slots

__all__ = ["recall"]

_log = logging.getLogger("graphmem")

#: What a question may want that facts of the past answer.
_PAST: frozenset[Wanted] = frozenset({"past", "first", "order", "how_long", "how_often"})
_HITS = {
    "interaction": interaction_hits,
    "fact": fact_hits,
    "entity": entity_hits,
    "query": query_hits,
    "insight": insight_hits,
}


def recall(
    text: str,
    *,
    indexes: Sequence[Index | Beyond],
    store: Store,
    embedder: Embedder,
    options: RecallOptions,
    top_k: int,
    now: datetime,
    ranking: str | Path | Ranking | None = None,
    slots: Slots | None = None,
    tokens: TokenBook | None = None,
    also: frozenset[str] = frozenset(),
) -> Recollection:
    """Return what bears on a question, best first within each type, types in the order asked.

    The same arguments give the same answer: ties go by the order of arrival. A question that cannot be embedded is
    answered by words alone, and the result says so.

    Args:
        text: the question.
        indexes: one per namespace read, refreshed; what is beyond an index is looked up in the store.
        store: where texts, facts and entities are.
        embedder: the one that the indexes' vectors are by.
        options: types and filters.
        top_k: places per type, >= 1.
        now: when it is asked; plain questions do not depend on it.
        ranking: overrides `options.ranking`.
        slots: what holds one value at a time; None is the shipped table.
        tokens: where token vectors are, for rankings that weigh them.
        also: ids of interactions that are hits behind the `top_k` best, where they pass the filters.
    Raises: InvalidInput: blank text, top_k < 1, an unknown type, an unknown or malformed ranking, or one that weighs
        token vectors where there are none.
    """
    _checked(text, top_k=top_k, options=options, now=now)
    question = with_aliases(understand(text, now=now), store=store, namespaces=[index.namespace for index in indexes])
    chosen = Ranking.load(ranking if ranking is not None else options.ranking)
    vector, degraded = _embedded(question.text, embedder) if _beside_turns(indexes, options) else (None, ())
    whole, said = _whole(indexes, question, vector=vector, store=store, dimension=embedder.dimension, options=options)
    compared, without = asked_tokens(question.text, tokens) if chosen.reads_tokens else (None, ())
    told = unnamed(question, [name for index in whole for name in index.turns.rows.speakers.all])
    spoken, unsaid = _spoken(told, question, vector=vector, indexes=whole, embedder=embedder)
    view = view_of(question, options=options, now=now, slots=slots or shipped_slots())
    asked = Asked(question, store, whole, options, chosen, top_k, view, vector)
    upto = arrived_by(store, whole, options.known_at) if options.known_at is not None else None
    cut = Cut(top_k if tuple(options.types) == ("interaction",) else max(top_k, SOURCES), also)
    heard = Heard(spoken, compared)
    found = search(
        question, vector=vector, heard=heard, indexes=whole, options=options, ranking=chosen, cut=cut, upto=upto
    )
    hits = tuple(hit for type_ in dict.fromkeys(options.types) for hit in _HITS[type_](found, asked))
    return Recollection(
        text=text,
        hits=hits,
        undated=found.undated,
        degraded=(degraded or unsaid) + without + said,
        via="server" if said else "index",
        times=question.times,
    )


def _beside_turns(indexes: Sequence[Index | Beyond], options: RecallOptions) -> bool:
    """Tell whether anything but turns may be compared with the question's vector: that is of its whole text."""
    lessons = not {"query", "insight"}.isdisjoint(options.types)
    passages = options.kinds is None or "passage" in options.kinds
    return any(
        isinstance(index, Beyond) or (passages and len(index.passages)) or (lessons and len(index)) for index in indexes
    )


def _spoken(
    text: str, question: Question, *, vector: Floats | None, indexes: Sequence[Index], embedder: Embedder
) -> tuple[Floats | None, tuple[Degradation, ...]]:
    """Return the vector that turns are compared with: no pass more where it is the question's."""
    if not any(len(index.turns) for index in indexes) or (text == question.text and vector is not None):
        return vector, ()
    return _embedded(text, embedder)


def _whole(
    indexes: Sequence[Index | Beyond],
    question: Question,
    *,
    vector: Floats | None,
    store: Store,
    dimension: int,
    options: RecallOptions,
) -> tuple[list[Index], tuple[Degradation, ...]]:
    """Return an index for every namespace, of the question's neighbourhood where there is none of the whole."""
    found: list[Index] = []
    said: list[Degradation] = []
    for index in indexes:
        if isinstance(index, Index):
            found.append(index)
            continue
        part, note = looked_up(store, index, question, vector=vector, dimension=dimension, options=options)
        found.append(part)
        said.append(note)
    return found, tuple(said)


def view_of(question: Question, *, options: RecallOptions, now: datetime, slots: Slots) -> View:
    """Return which facts are shown: as the options say, and superseded ones where the question asks about the past."""
    past = bool(question.wanted & _PAST) or question.when or " use to " in question.words
    return View(
        now,
        slots,
        as_of=options.as_of,
        known_at=options.known_at,
        include_superseded=options.include_superseded or (past and options.as_of is None),
    )


def _checked(text: str, *, top_k: int, options: RecallOptions, now: datetime) -> None:
    for name in ("as_of", "known_at"):
        at: datetime | None = getattr(options, name)
        if at is not None and at.tzinfo is None:
            raise InvalidInput(f"{name} is {at.isoformat()}, which has no time zone; say which")
    if not text.strip():
        raise InvalidInput("the question is blank: there is nothing to look for")
    if top_k < 1:
        raise InvalidInput(f"top_k is {top_k}; ask for at least 1 hit")
    if now.tzinfo is None:
        raise InvalidInput(f"now is {now.isoformat()}, which has no time zone; say which")
    if unknown := [t for t in options.types if t not in _HITS]:
        raise InvalidInput(f"no such type: {', '.join(map(str, unknown))}; there are {', '.join(_HITS)}")


def _embedded(text: str, embedder: Embedder) -> tuple[Floats | None, tuple[Degradation, ...]]:
    try:
        return embedded_question(embedder, text), ()
    except ModelError as err:
        _log.warning("question not embedded", extra={"action": "recall", "error": type(err).__name__})
        return None, (Degradation("searched by words alone", f"the question could not be embedded: {err}"),)
