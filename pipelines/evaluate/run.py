"""One run: every case through every system, with progress told to a callback."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from graphmem.errors import FormatError
from pipelines.evaluate.cases import Case, Dataset
from pipelines.evaluate.folds import Folds
from pipelines.evaluate.protocols import PROTOCOLS
from pipelines.evaluate.results import Run
from pipelines.evaluate.scoring import Ranked, Scored, score
from pipelines.evaluate.systems import Models, baseline_rankings, memory_rankings, no_folds

__all__ = ["run"]

Answered = Callable[[list[Scored]], None]


def run(
    dataset: Dataset,
    *,
    models: Models,
    seed: int,
    warm: bool = False,
    limit: int | None = None,
    folds: Folds | None = None,
    answered: Answered = lambda _: None,
    tell: Callable[[str], None] = lambda _: None,
) -> Run:
    """Score every system on a benchmark.

    Args:
        dataset: the benchmark.
        models: what memories are opened with.
        seed: of the intervals' resampling; nothing else is random.
        warm: whether an earlier run filled the models' cache; the result says so.
        limit: score only the first so many questions of the file.
        folds: rankings that never saw the questions, as systems of their own; None is none.
        answered: told all systems' answers to a question, once per question.
        tell: told a line of progress after each case.

    Raises:
        FormatError: the file holds no question that can be scored.
    """
    watch, scored = _Watch(), []
    dropped: Counter[str] = Counter()
    for case in _first(dataset.cases, limit=limit, dropped=dropped):
        answers = _answers(case, dataset=dataset, models=models, folds=folds, watch=watch)
        for question in case.questions:
            answered(answers[id(question)])
            scored += answers[id(question)]
        tell(f"{case.name}: {len(case.units)} units, {len(case.questions)} questions; {watch.total:.0f} s so far")
    if not scored:
        reasons = ", ".join(f"{count} {reason}" for reason, count in dropped.items() if count) or "no question at all"
        raise FormatError(
            f"nothing in {dataset.data} can be scored as {dataset.name} ({reasons}): is it the right file?"
        )
    return Run(
        dataset=dataset.name,
        data=dataset.data,
        protocol=PROTOCOLS[dataset.name],
        embedder=models.embedder.name,
        extractor=models.extractor.name if models.extractor else None,
        seed=seed,
        seconds=watch.total,
        warm=warm,
        stages=watch.stages,
        dropped=dropped,
        scored=scored,
        store="neo4j" if "://" in models.store else "sqlite",
    )


def _first(cases: Iterable[Case], *, limit: int | None, dropped: Counter[str]) -> Iterator[Case]:
    """Yield cases that have questions, cut to the first `limit` questions; count what is dropped on the way."""
    left = limit
    for case in cases:
        dropped.update(case.dropped)
        if case.questions:
            yield replace(case, questions=tuple(islice(case.questions, left)))
            left = None if left is None else left - len(case.questions)
            if left is not None and left <= 0:
                return


def _answers(
    case: Case, *, dataset: Dataset, models: Models, folds: Folds | None, watch: "_Watch"
) -> dict[int, list[Scored]]:
    """Return every system's answers to the case's questions, by the question's identity: files repeat their ids."""
    protocol = PROTOCOLS[dataset.name]
    answers: defaultdict[int, list[Scored]] = defaultdict(list)
    # The baselines go first: they embed a whole case at once, which is faster than session by session.
    baselines = watch.timed("baselines", baseline_rankings(case, embedder=models.embedder, protocol=protocol))
    folded = partial(folds.of, dataset.name) if folds else no_folds
    own = watch.timed("graphmem", memory_rankings(case, models=models, protocol=protocol, folded=folded))
    for ranked in (*own, *baselines):
        answers[id(ranked.question)].append(score(ranked, protocol=protocol))
    return answers


@dataclass
class _Watch:
    """Wall seconds since it was made, and by stage."""

    def __post_init__(self) -> None:
        self._started = time.perf_counter()
        self.stages: dict[str, float] = {}

    @property
    def total(self) -> float:
        return time.perf_counter() - self._started

    def timed(self, stage: str, rankings: Iterator[Ranked]) -> list[Ranked]:
        started = time.perf_counter()
        found = list(rankings)
        self.stages[stage] = self.stages.get(stage, 0.0) + time.perf_counter() - started
        return found
