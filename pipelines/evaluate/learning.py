"""`python -m pipelines.evaluate learning`: what consolidation and feedback do to recall, on real chats.

Each case of LoCoMo or LongMemEval is remembered, asked, consolidated (with notes), asked again: `consolidated` has the
figures before and after, seconds and sizes. `channels` adds what consolidation knows to the scores, at several weights,
and tells what each figure gains by it: mean and paired-bootstrap 95 % bounds. `feedback` tells a LoCoMo user's memory
which hits were useful on half of their questions and asks the other half, and another user's questions, before and
after; then it does so with feedback that is wrong throughout. Figures are percent.
"""

import argparse
import contextlib
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, takewhile
from pathlib import Path

import graphmem.text
import graphmem.write.extract
from graphmem import Memory
from graphmem.learn.feedback import Tuning, learnt_from, tuned
from graphmem.learn.steps import EVERY_STEP
from graphmem.model import Hit, RecallOptions, Role
from graphmem.models.cache import CachedEmbedder
from graphmem.models.registry import load_embedder
from graphmem.ports import Extraction, Extractor, Turn
from graphmem.read.channels import POOL, Channels
from graphmem.read.rank import Ranking
from graphmem.read.recollection import Recollection
from graphmem.write.extract import SpacyExtractor
from pipelines.evaluate.cache import CachedExtractor, code_version
from pipelines.evaluate.cases import Case, Question
from pipelines.evaluate.datasets import load
from pipelines.evaluate.lines import printed
from pipelines.evaluate.metrics import mean
from pipelines.evaluate.protocols import PROTOCOLS, Protocol
from pipelines.evaluate.scoring import Ranked, paired_interval, score
from pipelines.evaluate.systems import Models, remembered

__all__ = ["main"]

#: Channels that move what is found, and bring nothing else: one asking tells what each weight would do.
MOVING = ("router", "association", "retention")
WEIGHTS = (0.1, 0.2, 0.4, 0.8, 1.6)
#: A weight that tells the values and moves nothing.
TOLD = 1e-9
#: Hits that a user looks at.
LOOKED_AT = 10
#: Figures that are shown, by set.
SHOWN: Mapping[str, tuple[str, ...]] = {"locomo": ("R@5", "R@10", "R@20"), "longmemeval": ("all@5", "R@5", "R@10")}

_Hits = Mapping[str, Sequence[Hit]]


def main(argv: Sequence[str]) -> int:
    """Run it and print one JSON object a result; return 0, 2 for unusable data."""
    return printed(_measured(_parser().parse_args(argv)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines.evaluate learning", description=__doc__)
    parser.add_argument("set", choices=sorted(SHOWN))
    parser.add_argument("--data", type=Path, required=True, help="the benchmark's file")
    parser.add_argument("--cache", type=Path, help="keep vectors and extractions here")
    parser.add_argument("--cases", type=int, help="only the first so many")
    parser.add_argument("--sample", type=int, help="only so many, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="of samples, halves of questions, and intervals")
    parts = parser.add_mutually_exclusive_group()
    parts.add_argument("--feedback-only", action="store_true", help="leave consolidation and channels out")
    parts.add_argument("--no-feedback", action="store_true", help="leave feedback out")
    parser.add_argument("--ranking", help="what feedback starts from (default: the shipped one, fitted on LoCoMo dev)")
    facts = parser.add_mutually_exclusive_group()
    facts.add_argument("--facts", action="store_true", help="draw facts where the set's protocol draws none")
    facts.add_argument("--users-facts", action="store_true", help="draw facts, but from what users say alone")
    facts.add_argument("--no-facts", action="store_true", help="draw none: no communities, and much faster")
    parser.add_argument("--minutes", type=float, help="begin no case after so long; `n` tells the questions")
    return parser


def _measured(asked: argparse.Namespace) -> Iterator[Mapping[str, object]]:
    protocol = PROTOCOLS["locomo" if asked.set == "locomo" else "longmemeval"]
    total = _Total(SHOWN[asked.set], seed=asked.seed)
    with contextlib.ExitStack() as stack:
        cache = asked.cache or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="graphmem-evaluate-")))
        facts = asked.facts or asked.users_facts or (protocol.facts and not asked.no_facts)
        models = stack.enter_context(_models(cache, facts=facts, users=asked.users_facts))
        cases = _chosen(asked)
        tunings: list[Mapping[str, Tuning]] = []
        started = time.monotonic()
        for case in takewhile(lambda _: _in_time(started, asked.minutes), cases):
            with remembered(case, units=case.units, models=models) as memory:
                talk = _Talk(case, memory, protocol, draws=facts)
                if not asked.feedback_only:
                    _consolidated(talk, total)
                if asked.set == "locomo" and not asked.no_feedback:
                    _fed_back(talk, total, tunings, seed=asked.seed, base=Ranking.load(asked.ranking))
            print(f"{case.name}: {len(case.units)} units", file=sys.stderr, flush=True)
    yield from total.lines(asked.set)


def _chosen(asked: argparse.Namespace) -> Iterator[Case]:
    """Yield the cases asked for, in the order of the file, or as they were drawn: files are sorted by kind."""
    cases = (c for c in load(asked.set, path=asked.data).cases if c.questions)
    if asked.sample is None:
        return islice(cases, asked.cases)
    names = [c.name for c in load(asked.set, path=asked.data).cases if c.questions]
    drawn = random.Random(asked.seed).sample(names, min(asked.sample, len(names)))  # noqa: S311 # no secrets
    found = {c.name: c for c in cases if c.name in set(drawn)}
    return islice(map(found.__getitem__, drawn), asked.cases)


def _in_time(started: float, minutes: float | None) -> bool:
    return minutes is None or time.monotonic() - started < 60 * minutes


@contextlib.contextmanager
def _models(cache: Path, *, facts: bool, users: bool) -> Iterator[Models]:
    with contextlib.closing(CachedEmbedder(load_embedder(None), cache)) as embedder:
        rules = (Path(graphmem.text.__file__ or "").parent, Path(graphmem.write.extract.__file__))
        extractor = CachedExtractor(SpacyExtractor(), directory=cache, version=code_version(*rules)) if facts else None
        yield Models(embedder, _OfUsers(extractor) if extractor is not None and users else extractor)


class _OfUsers:
    """An extractor that draws nothing from what assistants say: ten times what users say, and no candidates."""

    def __init__(self, inner: Extractor) -> None:
        self._inner = inner
        self.name = f"{inner.name}, users' turns"

    def extract(self, turns: Iterable[Turn]) -> Iterator[Extraction]:
        """Yield one extraction per turn, in order."""
        asked = list(turns)
        drawn = iter(self._inner.extract([t for t in asked if t.interaction.role == "user"]))
        for turn in asked:
            yield next(drawn) if turn.interaction.role == "user" else Extraction(extractor=self.name)


class _Talk:
    """One case in its memory, which draws facts or not: asks its questions, and scores what comes back."""

    def __init__(self, case: Case, memory: Memory, protocol: Protocol, *, draws: bool) -> None:
        self.case, self.memory, self._protocol = case, memory, protocol
        self.draws = draws
        self._units = {f"u{n:07d}": u for n, u in enumerate(case.units)}

    def asked(
        self, questions: Iterable[Question] | None = None, *, ranking: Ranking | None = None, top_k: int = POOL
    ) -> dict[str, Recollection]:
        """Return what is recalled, by the question's id."""
        roles: tuple[Role, ...] | None = ("user",) if self._protocol.only_user else None
        return {
            q.id: self.memory.recall(
                q.text, top_k=top_k, options=RecallOptions(now=q.now, roles=roles), ranking=ranking
            )
            for q in (self.case.questions if questions is None else questions)
        }

    def gold(self, question: Question, hits: Iterable[Hit]) -> list[Hit]:
        """Return the hits that hold evidence."""
        return [h for h in hits if self._units[h.id].key in question.gold]

    def figures(self, hits: _Hits) -> list[Mapping[str, float]]:
        """Return every figure of each question asked, fractions of 1."""
        return [self._score(q, hits[q.id]) for q in self.case.questions if q.id in hits]

    def _score(self, question: Question, hits: Sequence[Hit]) -> Mapping[str, float]:
        units = [self._units[h.id] for h in hits]
        ranked = Ranked(
            system="graphmem",
            question=question,
            keys=tuple(u.key for u in units),
            sessions=tuple(u.session for u in units),
        )
        return score(ranked, protocol=self._protocol).metrics


class _Total:
    """Figures of all cases so far, by (bench, what), and what consolidation cost."""

    def __init__(self, shown: Sequence[str], *, seed: int) -> None:
        self._shown, self._seed = shown, seed
        self._figures: defaultdict[tuple[str, str], list[Mapping[str, float]]] = defaultdict(list)
        self.cost: defaultdict[str, float] = defaultdict(float)

    def add(self, bench: str, what: str, figures: Iterable[Mapping[str, float]]) -> None:
        """Take in the figures of some questions."""
        self._figures[bench, what] += figures

    def lines(self, name: str) -> Iterator[Mapping[str, object]]:
        """Yield one result a bench and variant."""
        for (bench, what), figures in self._figures.items():
            means = {f: round(100 * mean([one[f] for one in figures]), 2) for f in self._shown}
            gains = self._gains(figures) if bench == "channel" else {}
            yield {"bench": bench, "set": name, "what": what, "n": len(figures), **means, **gains}
        if not self.cost:
            return
        costs = {k: round(v, 1) for k, v in self.cost.items()}
        yield {"bench": "consolidated", "set": name, "what": "cost", **costs}

    def _gains(self, figures: Sequence[Mapping[str, float]]) -> Mapping[str, object]:
        """Return how far each figure is from the one without channels: mean and 95 % bounds, the same questions."""
        without = self._figures["consolidated", "after"]
        found = {
            f: paired_interval([one[f] for one in figures], [one[f] for one in without], seed=self._seed)
            for f in self._shown
        }
        return {f"{f} gain": [gain.mean, gain.low, gain.high] for f, gain in found.items()}


# --- consolidation --------------------------------------------------------------------------------------------------


def _consolidated(talk: _Talk, total: _Total) -> None:
    """Ask before and after, and with the channels, which the second asking tells without moving anything."""
    memory = talk.memory
    total.add("consolidated", "before", talk.figures(talk.asked()))
    started, cpu = time.perf_counter(), time.process_time()
    memory.consolidate(steps=EVERY_STEP)
    total.cost["seconds"] += time.perf_counter() - started
    total.cost["cpu_seconds"] += time.process_time() - cpu
    total.cost["interactions"] += len(talk.case.units)
    for label in ("Segment", "Community", "Profile", "Annotation"):
        total.cost[label] += len(memory.store.nodes(memory.namespace, labels=[label], top_k=1 << 31))
    total.add("consolidated", "after", talk.figures(talk.asked()))
    memory.channels = Channels(**dict.fromkeys(MOVING, TOLD))
    told = talk.asked()
    for channel in MOVING:
        for weight in (0.0, *WEIGHTS):
            hits = {id_: _weighed(found, channel, weight) for id_, found in told.items()}
            total.add("channel", f"{channel} {weight:g}", talk.figures(hits))
    for weight in WEIGHTS if talk.draws else ():
        memory.channels = Channels(communities=weight)
        total.add("channel", f"communities {weight:g}", talk.figures(talk.asked()))
    memory.channels = Channels()


def _weighed(hits: Iterable[Hit], channel: str, weight: float) -> list[Hit]:
    """Return hits by score and one channel, as `Channels` adds it."""
    return sorted(hits, key=lambda h: -(h.score + weight * h.why.values.get(f"channel_{channel}", 0.0)))


# --- feedback -------------------------------------------------------------------------------------------------------


def _fed_back(talk: _Talk, total: _Total, before: list[Mapping[str, Tuning]], *, seed: int, base: Ranking) -> None:
    """Learn from half of the questions, rightly and wrongly, and ask the other half; ask all by the last user's."""
    questions = list(talk.case.questions)
    random.Random(seed).shuffle(questions)  # noqa: S311 # halves, not secrets
    half = len(questions) // 2
    learnt, held_out = questions[:half], questions[half:]
    total.add("feedback", "held out, before", talk.figures(talk.asked(held_out, ranking=base, top_k=20)))
    tunings: dict[str, Tuning] = {}
    for name, right in (("feedback", True), ("wrong feedback", False)):
        tunings[name] = _told(talk, learnt, base=base, right=right)
        ranking = tuned(base, tunings[name])
        total.add("feedback", f"held out, after {name}", talk.figures(talk.asked(held_out, ranking=ranking, top_k=20)))
    if before:
        total.add("feedback", "another user, before", talk.figures(talk.asked(ranking=base, top_k=20)))
        for name, tuning in before[-1].items():
            ranking = tuned(base, tuning)
            figures = talk.figures(talk.asked(ranking=ranking, top_k=20))
            total.add("feedback", f"another user, after {name}", figures)
    before.append(tunings)


def _told(talk: _Talk, questions: Sequence[Question], *, base: Ranking, right: bool) -> Tuning:
    """Ask, say which hits were useful (or the contrary), question by question, as `Memory.feedback` learns from it."""
    tuning = Tuning()
    for question in questions:
        (found,) = talk.asked([question], ranking=tuned(base, tuning), top_k=LOOKED_AT).values()
        gold = talk.gold(question, found)
        rest = [h for h in found if h not in gold]
        if gold and rest:
            useful, useless = (gold, rest) if right else (rest, gold)
            tuning = learnt_from(base, tuning, useful=useful, useless=useless)
    return tuning
