"""The systems compared: graphmem through its public verbs, its ablations, and the baselines, on one case."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from uuid import uuid4

import numpy as np
import numpy.typing as npt

from graphmem.memory import Memory
from graphmem.model import RecallOptions
from graphmem.ports import Embedder, Extractor
from graphmem.read.rank import PassageRecipe, Ranking, TurnRecipe
from pipelines.evaluate.ablations import ablations
from pipelines.evaluate.baselines import Bm25, linear, order
from pipelines.evaluate.cases import Case, Question, Unit
from pipelines.evaluate.metrics import once
from pipelines.evaluate.protocols import GROUP_CUTS, Protocol
from pipelines.evaluate.scoring import Ranked
from pipelines.evaluate.words import stems

__all__ = ["Folded", "Models", "baseline_rankings", "memory_rankings", "no_folds", "remembered"]


Folded = Callable[[Case, Question], Mapping[str, Ranking]]


def no_folds(case: Case, question: Question) -> Mapping[str, Ranking]:  # noqa: ARG001 - whatever is asked
    """Return no ranking of a fold."""
    return {}


@dataclass(frozen=True, slots=True)
class Models:
    """What memories are opened with; no extractor: no facts are drawn. `store` is where: in memory, or a server.

    `rerank` compares single tokens, for which the embedder must tell token vectors.
    """

    embedder: Embedder
    extractor: Extractor | None
    store: str = ":memory:"
    rerank: bool = False


# --- baselines ------------------------------------------------------------------------------------------------------


def baseline_rankings(case: Case, *, embedder: Embedder, protocol: Protocol) -> Iterator[Ranked]:
    """Yield the rankings of `bm25`, `dense` and `hybrid` for every question, on the candidates of the protocol."""
    units = [u for u in case.units if u.from_user or not protocol.only_user]
    documents = [stems(u.words, stop_words=protocol.stop_words) for u in units]
    index = Bm25.of(documents, b=protocol.b)
    vectors = embedder.embed([u.text for u in units])
    depth = len(units) if protocol.sessions else protocol.depth
    for question in case.questions:
        words = index.scores(stems(question.text, stop_words=protocol.stop_words))
        cosines: npt.NDArray[np.float64] = (vectors @ embedder.embed_question(question.text)).astype(np.float64)
        for system, scores in (("bm25", words), ("dense", cosines), ("hybrid", linear(words, cosines))):
            yield _ranked(system, question, [units[n] for n in order(scores, top_k=depth)])


def _ranked(system: str, question: Question, units: Sequence[Unit], *, both_roles: bool = False) -> Ranked:
    return Ranked(
        system=system,
        question=question,
        keys=tuple(u.key for u in units),
        sessions=tuple(u.session for u in units),
        both_roles=both_roles,
    )


# --- graphmem -------------------------------------------------------------------------------------------------------


@contextmanager
def remembered(case: Case, *, units: Sequence[Unit], models: Models) -> Iterator[Memory]:
    """Tell a memory the units, session by session, in their order, and close it afterwards.

    Every unit is told with an id that says nothing but its place in the case. On a server the memory has a namespace of
    its own, which is erased afterwards.
    """
    latest = max((u.told.at for u in units if u.told.at), default=datetime(2000, 1, 1, tzinfo=UTC))
    present = latest + timedelta(days=1)
    namespace = f"evaluate/{uuid4().hex}" if "://" in models.store else "evaluate"
    memory = Memory.open(models.store, namespace=namespace, embedder=models.embedder, extractor=models.extractor)
    with memory, _erased(memory, namespace=namespace if "://" in models.store else None):
        places = {u.key: n for n, u in enumerate(case.units)}
        for session, run in groupby(units, key=lambda u: u.session):
            memory.remember((replace(u.told, id=_id(places[u.key])) for u in run), session=session, now=present)
        memory.flush()
        yield memory


@contextmanager
def _erased(memory: Memory, *, namespace: str | None) -> Iterator[None]:
    try:
        yield
    finally:
        if namespace is not None and memory.store.namespace(namespace) is not None:
            memory.erase_namespace(namespace)


def _id(place: int) -> str:
    return f"u{place:07d}"


def memory_rankings(case: Case, *, models: Models, protocol: Protocol, folded: Folded = no_folds) -> Iterator[Ranked]:
    """Yield the rankings of `graphmem`, of its ablations and of what `folded` returns for every question.

    Where assistants speak, both roles are remembered and user turns are the candidates; `graphmem_both` ranks both,
    and `graphmem_user_only` is a memory that was told user turns alone. `no_facts` is a memory that draws none. Where
    single tokens are compared, `graphmem` does, `no_tokens` does not, and there are no other ablations.
    """
    if models.rerank:
        yield from _compared(case, models=models, protocol=protocol, folded=folded)
        return
    with remembered(case, units=case.units, models=models) as memory:
        less = ablations(passages=protocol.unit == "passage") if protocol.ablated else {"hand": Ranking.load("hand")}
        shown = {"graphmem": None, "graphmem_open": Ranking.load("learned-open"), **less}
        yield from _rows(memory, case, protocol=protocol, rankings=shown, folded=folded)
        if protocol.only_user:
            yield from _rows(
                memory, case, protocol=replace(protocol, only_user=False), rankings={"graphmem_both": None}
            )
        if models.extractor is None and protocol.ablated:
            yield from _rows(memory, case, protocol=protocol, rankings={"no_facts": None})
    if models.extractor is not None:
        with remembered(case, units=case.units, models=replace(models, extractor=None)) as memory:
            yield from _rows(memory, case, protocol=protocol, rankings={"no_facts": None})
    if protocol.only_user:
        own = [u for u in case.units if u.from_user]
        with remembered(case, units=own, models=models) as memory:
            yield from _rows(memory, case, protocol=protocol, rankings={"graphmem_user_only": None})


def _compared(case: Case, *, models: Models, protocol: Protocol, folded: Folded) -> Iterator[Ranked]:
    tokens, free = Ranking.comparing_tokens(), Ranking.comparing_tokens("learned-open")
    shown = {"graphmem": tokens, "graphmem_open": free, "no_tokens": None}
    with remembered(case, units=case.units, models=models) as memory:
        yield from _rows(memory, case, protocol=protocol, rankings=shown, folded=folded)
        if protocol.only_user:
            both = replace(protocol, only_user=False)
            yield from _rows(memory, case, protocol=both, rankings={"graphmem_both": tokens})


def _rows(
    memory: Memory,
    case: Case,
    *,
    protocol: Protocol,
    rankings: Mapping[str, Ranking | None],
    folded: Folded = no_folds,
) -> Iterator[Ranked]:
    by_id = {_id(n): u for n, u in enumerate(case.units)}
    for question in case.questions:
        recalled: list[tuple[Ranking | TurnRecipe | PassageRecipe, list[Unit]]] = []
        for system, ranking in {**rankings, **folded(case, question)}.items():
            recipe = _recipe(ranking, protocol=protocol)
            units = next((found for other, found in recalled if other == recipe), None)
            if units is None:
                units = _recalled(memory, question, by_id=by_id, protocol=protocol, ranking=ranking)
                recalled.append((recipe, units))
            yield _ranked(system, question, units, both_roles=system == "graphmem_both")


def _recipe(ranking: Ranking | None, *, protocol: Protocol) -> Ranking | TurnRecipe | PassageRecipe:
    """Return what the case's units are ranked by; ablations that leave that alone need no recall of their own."""
    whole = Ranking.load(ranking)
    if protocol.unit == "turn or passage":
        return whole
    return whole.passages if protocol.unit == "passage" else whole.turns


def _recalled(
    memory: Memory, question: Question, *, by_id: Mapping[str, Unit], protocol: Protocol, ranking: Ranking | None
) -> list[Unit]:
    """Recall one question: deep enough for every cut, and until enough sessions are seen where sessions count."""
    options = RecallOptions(now=question.now, roles=("user",) if protocol.only_user else None)
    top_k = 100 if protocol.sessions else protocol.depth
    while True:
        found = memory.recall(question.text, top_k=top_k, options=options, ranking=ranking)
        units = [by_id[hit.id] for hit in found if hit.id in by_id]
        enough = not protocol.sessions or len(once(u.session for u in units)) >= GROUP_CUTS[-1]
        if enough or len(found) < top_k:
            return units
        top_k *= 4
