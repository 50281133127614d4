"""From benchmark questions to training pools: every signal of every candidate, as recall computes them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from graphmem.memory import Memory
from graphmem.model import RecallOptions
from graphmem.models.token_cache import SqliteTokenCache
from graphmem.read.candidates import allowed, best_of, passage_pool, turn_pool
from graphmem.read.columns import Flags, Floats
from graphmem.read.heard import unnamed
from graphmem.read.index import Index
from graphmem.read.rank import Ranking, score
from graphmem.read.scene import PassagePool, PassageScene, Pool, Scene, TurnPool, TurnScene
from graphmem.read.signals import PASSAGE_SIGNALS, TURN_SIGNALS
from graphmem.read.tokens import AskedTokens, TokenBook
from graphmem.read.understand import Question as Understood
from graphmem.read.understand import understand
from pipelines.evaluate.cases import Case, Question
from pipelines.evaluate.protocols import Protocol
from pipelines.evaluate.systems import Models, remembered

__all__ = ["TrainingPool", "pools_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPool:
    """The candidates of one question that a ranking's terms are asked of.

    Args:
        dataset: which set the question is of.
        case: its namespace's name; folds never cut through one that several questions share.
        question: its id.
        category: as the data types it.
        gold: m bool.
        units: keys of gold units, those outside the pool included.
        lead: m float32, what orders the candidates before they are scored.
        listed: m bool, which are on the shortlist.
        signals: by name, m float32, before normalisation.
        keys, sessions: m of each, for metrics alone.
        gold_sessions: sessions that hold the evidence, where sessions are scored.
    """

    dataset: str
    case: str
    question: str
    category: str
    gold: Flags
    units: int
    lead: Floats
    listed: Flags
    signals: Mapping[str, Floats]
    keys: npt.NDArray[np.str_]
    sessions: npt.NDArray[np.str_]
    gold_sessions: frozenset[str]


def pools_of(
    cases: Iterable[Case],
    *,
    dataset: str,
    protocol: Protocol,
    models: Models,
    ranking: Ranking,
    everyone: bool = False,
    tokens: bool = False,
) -> Iterator[TrainingPool]:
    """Yield a pool per question, with all signals there are; `ranking` says who is a candidate.

    `everyone` takes assistants' turns, too, where the protocol is of users' alone; `tokens` compares token vectors,
    which the embedder must tell.
    """
    for case in cases:
        if not case.questions:
            continue
        with remembered(case, units=case.units, models=models) as memory:
            index = Index.open(memory.store, memory.namespace, snapshot=None)
            book = TokenBook(memory.store, models.embedder, SqliteTokenCache(None)) if tokens else None
            for question in case.questions:
                asked = _Asked(case, question, index, memory, models, protocol, ranking, everyone, book)
                yield asked.passages(dataset) if protocol.unit == "passage" else asked.turns(dataset)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question before the index of its case."""

    case: Case
    question: Question
    index: Index
    memory: Memory
    models: Models
    protocol: Protocol
    ranking: Ranking
    everyone: bool
    book: TokenBook | None = None

    def turns(self, dataset: str) -> TrainingPool:
        options = RecallOptions(
            now=self.question.now, roles=("user",) if self.protocol.only_user and not self.everyone else None
        )
        question = self._read()
        text = unnamed(question, self.index.turns.rows.speakers.all)
        vector = self.models.embedder.embed_question(text)
        mask = allowed(self.index.turns.rows, options).mask
        scene = TurnScene(self.index, question, vector=vector, mask=mask, tokens=self._tokens())
        recipe = self.ranking.turns
        chosen = turn_pool([scene], recipe, top_k=100)
        lead = score(chosen, recipe.lead, signals=TURN_SIGNALS).total
        pool = TurnPool(chosen.parts, lead=lead)
        signals = {name: signal.function(pool) for name, signal in TURN_SIGNALS.items()}
        return self._told(dataset, pool, lead=lead, listed=_best(lead, top=recipe.shortlist), signals=signals)

    def _tokens(self) -> AskedTokens | None:
        return None if self.book is None else self.book.question(self.question.text)

    def _read(self) -> Understood:
        return understand(self.question.text, now=self.question.now or datetime.now(tz=UTC))

    def passages(self, dataset: str) -> TrainingPool:
        vector = self.models.embedder.embed_question(self.question.text)
        mask = allowed(self.index.passages.rows, RecallOptions()).mask
        scene = PassageScene(self.index, self._read(), vector=vector, mask=mask)
        recipe = self.ranking.passages
        everything = passage_pool([scene])
        lead = score(everything, recipe.lead, signals=PASSAGE_SIGNALS).total
        whole = PassagePool(everything.parts, lead=lead)
        first = score(whole, recipe.first, signals=PASSAGE_SIGNALS).total
        chosen = _best(first, top=recipe.shortlist[0]) | _best(lead, top=recipe.shortlist[1])
        pool = PassagePool(whole.kept(chosen), lead[chosen], first[chosen], walked=whole)
        signals = {name: signal.function(pool) for name, signal in PASSAGE_SIGNALS.items()}
        listed = np.ones(len(pool), dtype=np.bool_)
        return self._told(dataset, pool, lead=first[chosen], listed=listed, signals=signals)

    def _told(
        self,
        dataset: str,
        pool: Pool[TurnScene] | Pool[PassageScene],
        *,
        lead: Floats,
        listed: Flags,
        signals: Mapping[str, Floats],
    ) -> TrainingPool:
        gold = self.question.gold_all if self.everyone else self.question.gold
        units = [self.case.units[int(id_[1:])] for id_ in _ids(pool.parts[0].scene, pool.parts[0].rows)]
        return TrainingPool(
            dataset=dataset,
            case=self.case.name,
            question=self.question.id,
            category=self.question.category,
            gold=np.array([u.key in gold for u in units]),
            units=len(gold),
            lead=lead,
            listed=listed,
            signals=signals,
            keys=np.array([u.key for u in units]),
            sessions=np.array([u.session for u in units]),
            gold_sessions=self.question.gold_sessions,
        )


def _ids(scene: Scene, rows: npt.NDArray[np.int32]) -> Sequence[str]:
    return [scene.rows.ids[row] for row in rows.tolist()]


def _best(values: Floats, *, top: int) -> Flags:
    chosen: Flags = np.zeros(len(values), dtype=np.bool_)
    chosen[best_of(values, top=top)] = True
    return chosen
