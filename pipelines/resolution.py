"""Measure the resolution of names: precision and recall of each rule on labelled pairs, and its speed in a crowd.

    python -m pipelines.resolution --data PATH [--embedder minilm] [--out FILE]

The pairs (`pipelines/data/resolution_pairs.tsv`) are references into the development data; how they were chosen and
labelled is told in docs/resolution.md. The last line on stdout is one JSON object with all figures.
"""

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from graphmem.errors import FormatError, GraphMemError, NotFound
from graphmem.identity import entity_id
from graphmem.model import Entity
from graphmem.models.registry import load_embedder
from graphmem.ports import Embedder
from graphmem.write.resolve import NameBook
from pipelines.evaluate.files import records

__all__ = ["Figure", "Pair", "labelled_pairs", "linked", "main", "measure"]

PAIRS = Path(__file__).parent / "data" / "resolution_pairs.tsv"
_SESSION = "one session"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names, whether they are the same entity, whether both are persons, and where the pair comes from."""

    first: str
    second: str
    same: bool
    persons: bool
    category: str


@dataclass(frozen=True, slots=True)
class Figure:
    """Counts of one row and their rates in percent; precision is None where nothing was linked."""

    links: int
    right: int
    positives: int

    @property
    def precision(self) -> float | None:
        """Right links of all links."""
        return round(100 * self.right / self.links, 1) if self.links else None

    @property
    def recall(self) -> float | None:
        """Right links of all pairs that are the same."""
        return round(100 * self.right / self.positives, 1) if self.positives else None


class _Names:
    """The names that references lead to, read from the development data once a set is asked for."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._sets: dict[str, Sequence[Any]] = {}

    def at(self, reference: str) -> str:
        """Return a name by `set:index:field:place`; FormatError where the data holds no such thing."""
        name, index, field, place = reference.split(":")
        try:
            row = self._rows(name)[int(index)]
            if field == "entity":
                return str(row["extracted_entities"][int(place)])
            text = str(row["conversation"][field]) if name == "locomo" and not place else _text(row, field)
            start, _, end = place.partition("-")
            return text[int(start) : int(end)] if place else text
        except (KeyError, IndexError, ValueError) as err:
            raise FormatError(f"{self._data} does not hold {reference}: is it the development part?") from err

    def _rows(self, name: str) -> Sequence[Any]:
        if name not in self._sets:
            self._sets[name] = list(records(self._file(name)))
        return self._sets[name]

    def _file(self, name: str) -> Path:
        if name == "locomo":
            pattern = "locomo/locomo_dev.json*"
        else:
            pattern = f"multihop/{name}/" + ("openie*.json*" if name.endswith("_openie") else "corpus.json*")
        found = sorted(self._data.glob(pattern))
        if not found:
            raise NotFound(f"{self._data} holds no {pattern}: give the folder of the benchmark data with --data")
        return found[0]


def _text(row: Any, field: str) -> str:
    """Return a passage's field, or the text of a LoCoMo turn, whose id is written D1/2 for D1:2."""
    if "conversation" not in row:
        return str(row[field])
    turns = (turn for value in row["conversation"].values() if isinstance(value, list) for turn in value)
    return next(str(turn["text"]) for turn in turns if turn["dia_id"] == field.replace("/", ":"))


def labelled_pairs(data: Path, *, pairs: Path = PAIRS) -> list[Pair]:
    """Return the labelled pairs with their names, in the file's order. NotFound, FormatError: the data lacks them."""
    names = _Names(data)
    rows = (line.split("\t") for line in pairs.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return [
        Pair(names.at(a), names.at(b), same == "1", persons == "1", category) for a, b, same, persons, category in rows
    ]


def linked(pair: Pair, *, together: bool, embedder: Embedder | None = None) -> str | None:
    """Return by which rule a book links a pair, None for not at all, `same` for one key."""
    kind = "person" if pair.persons else "unknown"
    one, other = (Entity(id=entity_id("", name), name=name, kind=kind) for name in (pair.first, pair.second))
    if one.id == other.id:
        return "same"
    sessions = {one.id: [_SESSION], other.id: [_SESSION]} if together else {}
    links = NameBook(embedder=embedder).add([one, other], session_of=sessions)
    return max(links, key=lambda link: link.score).method if links else None


def measure(pairs: Sequence[Pair], *, together: bool, embedder: Embedder | None = None) -> dict[str, Figure]:
    """Return figures by row: `all`, each method, and each category of pairs (`in full`, `in kin`, ...)."""
    links: Counter[str] = Counter()
    right: Counter[str] = Counter()
    positives: Counter[str] = Counter()
    for pair in pairs:
        method = linked(pair, together=together, embedder=embedder)
        rows = ["all", f"in {pair.category}", *([method] if method else [])]
        for row in rows:
            links[row] += method is not None
            right[row] += method is not None and pair.same
            positives[row] += pair.same
    # Of all pairs that are the same, a method's recall is its own share.
    return {row: Figure(links[row], right[row], _base(row, positives)) for row in sorted(positives | links)}


def _base(row: str, positives: Counter[str]) -> int:
    return positives[row] if row.startswith("in ") else positives["all"]


def crowd(data: Path, *, copies: int) -> Iterator[Entity]:
    """Yield all titles of the multi-hop sets as entities, with numbered copies to make a crowd of any size."""
    titles = [str(row["title"]) for file in sorted(data.glob("multihop/*/corpus.json*")) for row in records(file)]
    for copy in range(copies):
        for title in titles:
            name = f"{title} {copy:x}" if copy else title
            yield Entity(id=entity_id("", name), name=name)


def pace(data: Path, *, known: int = 100_000, new: int = 1_000) -> dict[str, float]:
    """Return how many names a second are added to a book of `known` names, and how long those take to load."""
    entities = list({e.id: e for e, _ in zip(crowd(data, copies=64), range(known + new), strict=False)}.values())
    book = NameBook()
    start = time.process_time()
    book.load(entities[:-new])
    loaded = time.process_time()
    book.add(entities[-new:], session_of={})
    added = time.process_time()
    return {"known": len(entities) - new, "load_cpu_s": loaded - start, "names_per_cpu_s": new / (added - loaded)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.resolution", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the benchmark data")
    parser.add_argument("--embedder", help="link by the cosine of names as well, with this embedder")
    parser.add_argument("--out", type=Path, help="write one JSON line per pair here")
    options = parser.parse_args(arguments)
    try:
        return _report(options)
    except GraphMemError as err:
        print(f"resolution: {err}", file=sys.stderr)
        return 2


def _report(options: argparse.Namespace) -> int:
    pairs = labelled_pairs(options.data)
    embedder = load_embedder(options.embedder) if options.embedder else None
    figures: dict[str, dict[str, Any]] = defaultdict(dict)
    for place, together in (("one session", True), ("anywhere", False)):
        print(f"\n{place}: {'row':<14}{'links':>7}{'right':>7}{'precision':>11}{'recall':>9}")
        for row, figure in measure(pairs, together=together, embedder=embedder).items():
            figures[place][row] = {**asdict(figure), "precision": figure.precision, "recall": figure.recall}
            print(f"{'':{len(place) + 2}}{row:<14}{figure.links:>7}{figure.right:>7}", end="")
            print(f"{_percent(figure.precision):>11}{_percent(figure.recall):>9}")
    if options.out:
        options.out.write_text("".join(_lines(pairs, embedder)), encoding="utf-8")
    figures["crowd"] = pace(options.data)
    name = embedder.name if embedder else None
    print("\n" + json.dumps({"dataset": "resolution", "n": len(pairs), "embedder": name, "figures": figures}))
    return 0


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _lines(pairs: Sequence[Pair], embedder: Embedder | None) -> Iterator[str]:
    for number, pair in enumerate(pairs):
        methods = {
            place: linked(pair, together=place == "session", embedder=embedder) for place in ("session", "anywhere")
        }
        yield json.dumps({"pair": number, "same": pair.same, "category": pair.category, **methods}) + "\n"


if __name__ == "__main__":
    sys.exit(main())
