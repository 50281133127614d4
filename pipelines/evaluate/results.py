"""The result of a run: one JSON object of figures, and one JSON line per question."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.evaluate.cases import DatasetName
from pipelines.evaluate.protocols import Protocol
from pipelines.evaluate.scoring import Interval, Scored, paired_interval, table

__all__ = ["Run", "question_line", "summary"]

#: Ranks told per system and question in the per-question lines.
_SHOWN = 20
#: The system whose weights never saw the question.
CV = "graphmem_cv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was run, and what came out of it.

    `scored` holds one entry per system and question; `store` is `sqlite` or `neo4j`; `warm` tells that vectors and
    extractions of an earlier run were at hand, so that `seconds` does not hold their making.
    """

    dataset: DatasetName
    data: str
    protocol: Protocol
    embedder: str
    extractor: str | None
    seed: int
    seconds: float
    warm: bool
    stages: Mapping[str, float]
    dropped: Mapping[str, int]
    scored: Sequence[Scored]
    store: str = "sqlite"


def summary(run: Run) -> str:
    """Return the run as one JSON object on one line, figures in percent (`pipelines/schema/evaluate.schema.json`)."""
    figures = table(run.scored)
    asked = [s for s in run.scored if s.ranked.system == "graphmem"]
    told = {
        "dataset": run.dataset,
        "data": run.data,
        "unit": run.protocol.unit,
        "n": len(asked),
        "store": run.store,
        "embedder": run.embedder,
        "facts": run.extractor is not None,
        "extractor": run.extractor,
        "seed": run.seed,
        "seconds": round(run.seconds, 1),
        "warm_cache": run.warm,
        "stages": {name: round(seconds, 1) for name, seconds in run.stages.items()},
        "systems": figures.systems,
        "categories": figures.categories,
        "category_n": dict(sorted(Counter(s.ranked.question.category for s in asked).items())),
        "graphmem_minus_hybrid": _told(_intervals(run, "graphmem")),
        **({"graphmem_cv_minus_hybrid": _told(_intervals(run, CV))} if CV in figures.systems else {}),
        "dropped": {reason: count for reason, count in sorted(run.dropped.items()) if count},
    }
    return json.dumps(told, ensure_ascii=False)


def _told(intervals: Mapping[str, Interval]) -> dict[str, dict[str, float]]:
    return {name: {"mean": i.mean, "low": i.low, "high": i.high} for name, i in intervals.items()}


def _intervals(run: Run, system: str) -> dict[str, Interval]:
    metrics = dict.fromkeys([run.protocol.main, "all@5" if run.protocol.sessions else run.protocol.main])
    return {
        name: paired_interval(_figures(run.scored, system, name), _figures(run.scored, "hybrid", name), seed=run.seed)
        for name in metrics
    }


def _figures(scored: Sequence[Scored], system: str, metric: str) -> list[float]:
    rows = [s for s in scored if s.ranked.system == system]
    return [s.metrics[metric] for s in sorted(rows, key=lambda s: s.ranked.question.id)]


def question_line(answers: Sequence[Scored], *, dataset: DatasetName) -> str:
    """Return all systems' answers to one question as one JSON line: ids and figures, none of the data's text."""
    question = answers[0].ranked.question
    told = {
        "dataset": dataset,
        "id": question.id,
        "category": question.category,
        "gold": sorted(question.gold),
        "gold_sessions": sorted(question.gold_sessions),
        "systems": {
            s.ranked.system: {"ranked": s.ranked.keys[:_SHOWN], **{n: round(100 * v, 2) for n, v in s.metrics.items()}}
            for s in answers
        },
    }
    return json.dumps(told, ensure_ascii=False)
