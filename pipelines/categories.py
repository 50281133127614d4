"""What the category signals are worth by hand: recall of turns and of facts with and without them.

    python -m pipelines.categories locomo --data FILE --cache DIR [--facts]

The ranking `hand` is asked as it is and with each of the signals added at the weights below. `--facts` draws facts and
asks for facts; a turn counts as found where it asserts one of the first k.
"""

import argparse
import contextlib
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from graphmem.memory import Memory
from graphmem.model import RecallOptions, Role
from graphmem.models.cache import CachedEmbedder
from graphmem.models.registry import load_embedder
from graphmem.read.rank import Ranking, Term
from graphmem.write.extract import SpacyExtractor
from pipelines.evaluate.cases import Case, Question
from pipelines.evaluate.datasets import load
from pipelines.evaluate.protocols import PROTOCOLS
from pipelines.evaluate.systems import Models, remembered

__all__ = ["main", "with_terms"]

_CUTS = (5, 10, 20)
_TURNS: Mapping[str, Mapping[str, float]] = {
    "hand": {},
    "+ .1 category_anchor": {"category_anchor": 0.1},
    "+ .1 category_family": {"category_family": 0.1},
    "+ .1 answer_type": {"answer_type": 0.1},
    "+ all, .1 .05 .05": {"category_anchor": 0.1, "category_family": 0.05, "answer_type": 0.05},
    "+ all, .2 .1 .1": {"category_anchor": 0.2, "category_family": 0.1, "answer_type": 0.1},
}
_FACTS: Mapping[str, Mapping[str, float]] = {
    "hand": {},
    "+ .2 fact_answer": {"fact_answer": 0.2},
    "+ .2 fact_family": {"fact_family": 0.2},
}


@dataclass(frozen=True, slots=True)
class _Found:
    """Share of a question's evidence among the first hits, by cut."""

    category: str
    shares: tuple[float, ...]


def with_terms(base: Ranking, weights: Mapping[str, float], *, facts: bool) -> Ranking:
    """Return a ranking with signals of turns added (over the pool), or of facts (as they are)."""
    terms = tuple(Term(signal, weight, "none" if facts else "pool") for signal, weight in weights.items())
    if facts:
        return replace(base, facts=base.facts + terms)
    return replace(base, turns=replace(base.turns, terms=base.turns.terms + terms))


def main(argv: Sequence[str] | None = None) -> int:
    """Print one line a ranking: R@5/10/20 in all and by category; return 0."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.categories", description=__doc__)
    parser.add_argument("dataset", choices=("locomo", "longmemeval"))
    parser.add_argument("--data", type=Path, required=True, help="the benchmark's file")
    parser.add_argument("--cache", type=Path, required=True, help="keep vectors here")
    parser.add_argument("--facts", action="store_true", help="rank facts, not turns")
    asked = parser.parse_args(argv)
    hand = Ranking.load("hand")
    told = (_FACTS if asked.facts else _TURNS).items()
    rankings = {name: with_terms(hand, weights, facts=asked.facts) for name, weights in told}
    roles: tuple[Role, ...] | None = ("user",) if PROTOCOLS[asked.dataset].only_user else None
    found: dict[str, list[_Found]] = defaultdict(list)
    with contextlib.closing(CachedEmbedder(load_embedder(None), asked.cache)) as embedder:
        models = Models(embedder, SpacyExtractor() if asked.facts else None)
        for case in load(asked.dataset, path=asked.data).cases:
            print(case.name, file=sys.stderr)
            for name, share in _case(case, rankings, models=models, roles=roles, facts=asked.facts):
                found[name].append(share)
    for name, shares in found.items():
        print(_line(name, shares))
    return 0


def _case(
    case: Case, rankings: Mapping[str, Ranking], *, models: Models, roles: tuple[Role, ...] | None, facts: bool
) -> Iterator[tuple[str, _Found]]:
    if not case.questions:
        return
    with remembered(case, units=case.units, models=models) as memory:
        for question in case.questions:
            for name, ranking in rankings.items():
                yield name, _found(memory, case, question, ranking=ranking, roles=roles, facts=facts)


def _found(
    memory: Memory, case: Case, question: Question, *, ranking: Ranking, roles: tuple[Role, ...] | None, facts: bool
) -> _Found:
    options = RecallOptions(now=question.now, roles=roles, types=("fact",) if facts else ("interaction",))
    hits = memory.recall(question.text, top_k=_CUTS[-1], options=options, ranking=ranking)
    sources = [hit.fact.sources if hit.fact else (hit.id,) for hit in hits]
    keys = [{case.units[int(id_[1:])].key for id_ in ids} for ids in sources]
    shares = (len(question.gold & set().union(*keys[:cut])) / len(question.gold) for cut in _CUTS)
    return _Found(question.category, tuple(shares))


def _line(name: str, found: Sequence[_Found]) -> str:
    groups = {"all": found} | {c: [f for f in found if f.category == c] for c in sorted({f.category for f in found})}
    told = (f"{group} {_figures(shares)} (n {len(shares)})" for group, shares in groups.items())
    return f"{name:22} " + " | ".join(told)


def _figures(found: Sequence[_Found]) -> str:
    return "/".join(f"{100 * fmean(f.shares[place] for f in found):.1f}" for place in range(len(_CUTS)))


if __name__ == "__main__":
    raise SystemExit(main())
