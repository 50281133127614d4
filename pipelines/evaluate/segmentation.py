"""`python -m pipelines.evaluate segments`: are the sessions of a chat found again once they are told in one breath?

The turns of each LoCoMo or LongMemEval case stand in one row, without dates, and are cut by topic. A cut is right where
a new session began. Figures, in percent but the last: Pk (Beeferman, Berger and Lafferty, Machine Learning 34, 1999)
and WindowDiff (Pevzner and Hearst, Computational Linguistics 28, 2002), both errors, with a window of half the mean
session; precision and recall of cuts at the very turn; and cuts made for each true one. A session may well have several
topics: cuts within one count as errors here, so that variants can be compared, not perfection reached.
"""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from graphmem.learn.keywords import words_of
from graphmem.learn.segments import Weights, boundaries
from graphmem.model import Interaction, Message
from graphmem.models.cache import CachedEmbedder
from graphmem.models.registry import load_embedder
from graphmem.ports import Embedder
from graphmem.rows import Vectors
from graphmem.text.embedding_text import embedding_text, embeds
from pipelines.evaluate.cases import Case, Unit
from pipelines.evaluate.datasets import load
from pipelines.evaluate.lines import printed
from pipelines.evaluate.metrics import mean

__all__ = ["cut_figures", "main"]

VARIANTS: Mapping[str, Weights | None] = {
    "no cuts": None,
    "depth": Weights(vectors=0, words=0),
    "depth + surprise of vectors": Weights(words=0),
    "depth + surprise of words": Weights(vectors=0),
    "depth + both (the default)": Weights(),
    "both, no depth": Weights(depth=0),
}


def main(argv: Sequence[str]) -> int:
    """Run it and print one JSON object a variant; return 0, 2 for unusable data."""
    return printed(_measured(_parser().parse_args(argv)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines.evaluate segments", description=__doc__)
    parser.add_argument("set", choices=("locomo", "longmemeval"))
    parser.add_argument("--data", type=Path, required=True, help="the benchmark's file")
    parser.add_argument("--cache", type=Path, help="keep vectors here")
    parser.add_argument("--cases", type=int, help="only so many")
    parser.add_argument("--skip", type=int, default=0, help="leave out the first so many")
    return parser


def _measured(asked: argparse.Namespace) -> Iterator[Mapping[str, object]]:
    found: dict[str, list[Mapping[str, float]]] = {name: [] for name in VARIANTS}
    with contextlib.ExitStack() as stack:
        cache = asked.cache or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="graphmem-evaluate-")))
        embedder = stack.enter_context(contextlib.closing(CachedEmbedder(load_embedder(None), cache)))
        stop = None if asked.cases is None else asked.skip + asked.cases
        for case in islice(load(asked.set, path=asked.data).cases, asked.skip, stop):
            _cut(case, embedder, found)
            print(f"{case.name}: {len(case.units)} units", file=sys.stderr, flush=True)
    for name, figures in found.items():
        means = {f: round(mean([one[f] for one in figures]), 2) for f in (figures[0] if figures else ())}
        yield {"bench": "segments", "set": asked.set, "what": name, "n": len(figures), **means}


def _cut(case: Case, embedder: Embedder, found: Mapping[str, list[Mapping[str, float]]]) -> None:
    """Cut one case's turns by every variant, and score the cuts."""
    true = [n for n, (a, b) in enumerate(pairwise(case.units), start=1) if a.session != b.session]
    if not true:
        return
    turns = [_turn(u) for u in case.units]
    vectors, said = _vectors(turns, embedder), [words_of(t.text) for t in turns]
    for name, weights in VARIANTS.items():
        made = () if weights is None else boundaries(vectors, said=said, weights=weights)
        found[name].append(cut_figures(true, made, length=len(turns)))


def _turn(unit: Unit) -> Interaction:
    told = unit.told
    if not isinstance(told, Message):
        return Interaction(id=unit.key, session=unit.session, kind="passage", text=told.text, title=told.title)
    return Interaction(
        id=unit.key,
        session=unit.session,
        kind="message",
        text=told.text,
        speaker=told.speaker,
        role=told.role,
        caption=told.caption,
    )


def _vectors(turns: Sequence[Interaction], embedder: Embedder) -> Vectors:
    """Return n x d float32, as a memory has them: zeros for long replies."""
    rows = [n for n, t in enumerate(turns) if embeds(t)]
    vectors: Vectors = np.zeros((len(turns), embedder.dimension), dtype=np.float32)
    vectors[rows] = embedder.embed([embedding_text(turns[n]) for n in rows])
    return vectors


def cut_figures(true: Sequence[int], made: Sequence[int], *, length: int) -> dict[str, float]:
    """Return pk, window_diff, precision and recall in percent, and `cuts`, the cuts made for each true one.

    Args:
        true: turns that begin something new, at least one, each in 1 .. length - 1.
        made: the same, as they were found; may be empty.
        length: how many turns there are.
    """
    window = max(1, min(length - 1, round(length / (len(true) + 1) / 2)))
    right = len(set(true) & set(made))
    ends = [np.cumsum(np.isin(np.arange(length), cuts)) for cuts in (true, made)]
    within = [sums[window:] - sums[:-window] for sums in ends]
    return {
        "pk": 100 * float(np.mean((within[0] == 0) != (within[1] == 0))),
        "window_diff": 100 * float(np.mean(within[0] != within[1])),
        "precision": 100 * right / len(made) if made else 0.0,
        "recall": 100 * right / len(true),
        "cuts": len(made) / len(true),
    }
