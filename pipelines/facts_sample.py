"""Draw facts from LoCoMo and print a random sample of them with ids, for judging by hand.

A fact's id is conversation:turn#index, the index counting the turn's facts from 0: the labels file names facts by these
ids and never holds text. With --labels the sample is left out and the labels' figures are printed instead.

Run: python -m pipelines.facts_sample --data locomo_dev.json.gz --seed 1 --n 100
     python -m pipelines.facts_sample --labels docs/data/facts_sample.tsv
"""

import argparse
import gzip
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphmem.model import Interaction
from graphmem.ports import Triple, Turn
from graphmem.write.extract import SpacyExtractor

_BEFORE = 10


@dataclass(frozen=True, slots=True)
class Drawn:
    """One fact with where it comes from."""

    id: str
    turn: Turn
    triple: Triple


def load(path: Path) -> list[dict[str, Any]]:
    """Return the conversations of a LoCoMo file, plain or gzip."""
    raw = path.read_bytes()
    return list(json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw))


def turns(conversations: Sequence[dict[str, Any]], *, limit: int | None = None) -> Iterator[Turn]:
    """Yield the turns as the write path would see them: with listener and up to ten turns before."""
    count = 0
    for talk in conversations:
        body = talk["conversation"]
        parties = (body["speaker_a"], body["speaker_b"])
        numbers = sorted(int(k.split("_")[1]) for k in body if k.startswith("session_") and not k.endswith("date_time"))
        for number in numbers:
            before: list[Interaction] = []
            for said in body[f"session_{number}"]:
                here = _interaction(said, f"{talk.get('sample_id', '')}:{said['dia_id']}", str(number))
                other = next((p for p in parties if p != here.speaker), None)
                yield Turn(here, tuple(before[-_BEFORE:]), other, parties)
                before.append(here)
                count += 1
                if limit is not None and count >= limit:
                    return


def _interaction(said: dict[str, Any], name: str, session: str) -> Interaction:
    return Interaction(id=name, session=session, kind="message", text=said["text"] or " ", speaker=said["speaker"])


def draw(found: Sequence[Drawn], *, n: int, seed: int) -> list[Drawn]:
    """Return n facts drawn without replacement by this seed, in drawing order."""
    return random.Random(seed).sample(list(found), min(n, len(found)))  # noqa: S311  # a sample, not a secret


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the sample and a line of counts; 2 when the data is absent."""
    options = _options(arguments)
    if options.labels is not None:
        return _report_labels(options.labels)
    if options.data is None or not options.data.is_file():
        print("--data takes the path of a LoCoMo file (.json or .json.gz)", file=sys.stderr)
        return 2
    told = list(turns(load(options.data), limit=options.limit))
    extractor = SpacyExtractor()
    next(iter(extractor.extract(told[:1])), None)  # loading the model is not extraction
    started = time.process_time()
    drawn = [
        Drawn(f"{turn.interaction.id}#{i}", turn, triple)
        for turn, found in zip(told, extractor.extract(told), strict=True)
        for i, triple in enumerate(found.triples)
    ]
    seconds = time.process_time() - started
    for fact in draw(drawn, n=options.n, seed=options.seed):
        _show(fact)
    print(json.dumps(_counts(told, drawn, seconds, options.seed)))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="LoCoMo file, .json or .json.gz")
    parser.add_argument("--n", type=int, default=100, help="how many facts to draw")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, help="turns to read, all by default")
    parser.add_argument("--labels", type=Path, help="a labels file to summarise instead")
    return parser.parse_args(arguments)


def _show(fact: Drawn) -> None:
    triple = fact.triple
    marks = " ".join(filter(None, ("NOT" if triple.negated else "", triple.modality or "", triple.when or "")))
    print(f"{fact.id}\t{triple.subject} | {triple.predicate} | {triple.object}\t[{marks}] {triple.confidence}")
    print(f"\t{triple.text}")
    print(f"\t<{fact.turn.interaction.speaker}> {fact.turn.interaction.text}")


def _counts(told: Sequence[Turn], drawn: Sequence[Drawn], seconds: float, seed: int) -> dict[str, object]:
    words = sum(len(t.interaction.text.split()) for t in told)
    with_facts = len({d.turn.interaction.id for d in drawn})
    return {
        "dataset": "locomo", "seed": seed, "turns": len(told), "facts": len(drawn),
        "facts_per_turn": round(len(drawn) / max(1, len(told)), 2), "turns_with_facts": with_facts,
        "words_per_cpu_second": round(words / seconds), "turns_per_cpu_second": round(len(told) / seconds, 1),
        "cpu_seconds": round(seconds, 1),
    }  # fmt: skip


def _report_labels(path: Path) -> int:
    """Print, per seed, the share of correct facts and the count of each error class."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:] if line.strip()]
    for seed in sorted({row[0] for row in rows}):
        labels = Counter(row[2] for row in rows if row[0] == seed)
        total = sum(labels.values())
        errors = {k: v for k, v in labels.most_common() if k != "correct"}
        share = round(100 * labels["correct"] / total, 1)
        print(json.dumps({"seed": seed, "n": total, "correct": share, "errors": errors}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
