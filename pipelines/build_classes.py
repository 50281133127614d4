"""Compile the class table that ships with the library from WordNet 3.0's database files.

    python -m pipelines.build_classes --wordnet DIR

`DIR` holds `data.noun`, `index.noun`, `noun.exc`, `cntlist.rev` and their like (Debian: `wordnet-base`, in
/usr/share/wordnet). What is kept of a word: up to three senses as noun and as verb, each with its topical file, its
share of the word's uses and the classes of `anchors.toml` that it is below. Run it again after naming
a new class there.
"""

import argparse
import lzma
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphmem.text.anchors import shipped_anchors

__all__ = ["compile_table", "main"]

_DATA = Path(__file__).resolve().parent.parent / "graphmem" / "text" / "data"
_NUMBERS = {"n": "1", "v": "2", "a": "3", "r": "4"}
_PARTS = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
_NOUN_FILES = (
    "Tops act animal artifact attribute body cognition communication event feeling food group location motive object "
    "person phenomenon plant possession process quantity relation shape state substance time"
)
_VERB_FILES = (
    "body change cognition communication competition consumption contact creation emotion motion perception possession "
    "social stative weather"
)
_LEXFILES = {n: f"noun.{name}" for n, name in enumerate(_NOUN_FILES.split(), start=3)} | {
    n: f"verb.{name}" for n, name in enumerate(_VERB_FILES.split(), start=29)
}
_SENSES = 3
#: A word that is met so many times more often as an adjective or adverb is no noun or verb here.
_SHARE = 3
_WORDS = 3
#: Topical files whose phrases are scholars' words unless somebody was seen to use them: left out.
_RARE = frozenset({"noun.plant", "noun.substance", "noun.body", "noun.state", "noun.cognition", "noun.attribute"})
_WHOLE = 15
_MOST = 99
_PLAIN = re.compile(r"[a-z][a-z.'-]*(?:_[a-z.'-]+)*")
#: Topical files whose capitalised words are Latin names or famous people: left out.
_SCHOLARLY = frozenset({"noun.animal", "noun.plant", "noun.person", "noun.body", "noun.group", "noun.substance"})


@dataclass(frozen=True, slots=True)
class Synset:
    """One meaning: its topical file, its words as they are written, the meanings right above it."""

    lexfile: str
    words: tuple[str, ...]
    above: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WordNet:
    """One part of speech: meanings by offset, offsets by lemma in order of frequency, uses counted by lemma."""

    synsets: Mapping[int, Synset]
    senses: Mapping[str, tuple[int, ...]]
    counts: Mapping[str, tuple[int, ...]]

    def uses(self, lemma: str) -> int:
        """Return how often the lemma was met in the sense-tagged texts."""
        return sum(self.counts.get(lemma, ()))


def main(argv: Sequence[str] | None = None) -> int:
    """Write `classes.txt.xz`; return 0."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.build_classes", description=__doc__)
    parser.add_argument("--wordnet", type=Path, required=True, help="the folder of WordNet's database files")
    parser.add_argument("--out", type=Path, default=_DATA / "classes.txt.xz")
    asked = parser.parse_args(argv)
    text = compile_table(asked.wordnet)
    packed = lzma.compress(text.encode("utf-8"), preset=9 | lzma.PRESET_EXTREME)
    asked.out.write_bytes(packed)
    print(f"{text.count(chr(10)):,} lines, {len(text):,} characters, {len(packed):,} bytes packed", file=sys.stderr)
    return 0


def compile_table(folder: Path) -> str:
    """Return the table: a head of names, then irregular forms, then a line a word, sorted; read by `text.classes`."""
    parts = {part: _wordnet(folder, part) for part in "nvar"}
    names = sorted({name for row in shipped_anchors().rows for name in row.classes})
    below = _below(parts, names)
    sets: dict[tuple[int, ...], int] = {(): 0}
    lines = list(_lines(parts, below, sets))
    head = [" ".join(_LEXFILES.values()), " ".join(names), ";".join(",".join(map(str, s)) for s in sets)]
    irregular = [_irregular(folder, part, parts[part]) for part in "nv"]
    return "\n".join([*head, *irregular, *sorted(lines)]) + "\n"


# --- WordNet's files ------------------------------------------------------------------------------------------------


def _wordnet(folder: Path, part: str) -> WordNet:
    name = _PARTS[part]
    synsets = dict(_synset(line, part) for line in _rows(folder / f"data.{name}"))
    senses = {f[0]: tuple(int(o) for o in f[-int(f[2]) :]) for f in map(str.split, _rows(folder / f"index.{name}"))}
    return WordNet(synsets, senses, _counts(folder, part, senses))


def _rows(path: Path) -> Iterator[str]:
    with path.open(encoding="latin-1") as file:
        yield from (line for line in file if not line.startswith(" "))


def _synset(line: str, part: str) -> tuple[int, Synset]:
    fields = line.partition(" | ")[0].split()
    words = int(fields[3], 16)
    start = 4 + 2 * words
    pointers = [fields[start + 1 + 4 * i : start + 5 + 4 * i] for i in range(int(fields[start]))]
    above = tuple(int(offset) for symbol, offset, to, _ in pointers if symbol in ("@", "@i") and to == part)
    lexfile = _LEXFILES.get(int(fields[1]), "")
    return int(fields[0]), Synset(lexfile, tuple(fields[4:start:2]), above)


def _counts(folder: Path, part: str, senses: Mapping[str, Sequence[int]]) -> dict[str, tuple[int, ...]]:
    kinds = {_NUMBERS[part], "5"} if part == "a" else {_NUMBERS[part]}  # 5: satellites of adjectives
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for key, number, count in map(str.split, _rows(folder / "cntlist.rev")):
        lemma, _, rest = key.partition("%")
        if rest[0] in kinds:
            found[lemma][int(number)] = int(count)
    return {
        lemma: tuple(counts.get(n, 0) for n in range(1, len(senses.get(lemma, ())) + 1))
        for lemma, counts in found.items()
    }


def _irregular(folder: Path, part: str, known: WordNet) -> str:
    pairs = (line.split()[:2] for line in _rows(folder / f"{_PARTS[part]}.exc"))
    kept = [f"{form}={lemma}" for form, lemma in pairs if lemma in known.senses and known.uses(lemma)]
    return " ".join(form for form in kept if "_" not in form)


# --- the table ------------------------------------------------------------------------------------------------------


def _below(parts: Mapping[str, WordNet], names: Sequence[str]) -> dict[int, frozenset[int]]:
    """Numbers of the classes that each noun meaning is below (or is)."""
    nouns = parts["n"]
    under: dict[int, list[int]] = defaultdict(list)
    for offset, synset in nouns.synsets.items():
        for above in synset.above:
            under[above].append(offset)
    found: dict[int, set[int]] = defaultdict(set)
    for number, name in enumerate(names):
        waiting = [_named(nouns, name)]
        while waiting:
            offset = waiting.pop()
            if number not in found[offset]:
                found[offset].add(number)
                waiting += under[offset]
    return {offset: frozenset(numbers) for offset, numbers in found.items()}


def _named(nouns: WordNet, name: str) -> int:
    word, _, number = name.rsplit(".", 2)
    return nouns.senses[word][int(number) - 1]


def _lines(
    parts: Mapping[str, WordNet], below: Mapping[int, frozenset[int]], sets: dict[tuple[int, ...], int]
) -> Iterator[str]:
    for lemma in parts["n"].senses.keys() | parts["v"].senses.keys():
        if _PLAIN.fullmatch(lemma) and lemma.count("_") < _WORDS:
            uses = {part: known.uses(lemma) for part, known in parts.items()}
            described = max(uses["a"], uses["r"])
            kept = [p for p in "nv" if lemma in parts[p].senses and _SHARE * uses[p] >= described]
            if "_" in lemma and not any(uses.values()) and _is_rare(parts["n"], lemma):
                continue
            told = [_told(parts[p], lemma, below, sets) if p in kept else "" for p in "nv"]
            if any(told):
                yield "|".join([lemma, *told]).rstrip("|")


def _is_rare(nouns: WordNet, lemma: str) -> bool:
    offsets = nouns.senses.get(lemma, ())
    found = (nouns.synsets[o] for o in offsets)
    return all(s.lexfile in _RARE or (s.lexfile in _SCHOLARLY and s.words[0][0].isupper()) for s in found)


def _told(known: WordNet, lemma: str, below: Mapping[int, frozenset[int]], sets: dict[tuple[int, ...], int]) -> str:
    """One part of speech of a word: `uses sense sense ...`, a sense `file:weight:set`; `^` for what is a name only."""
    offsets = _common(known, lemma)
    proper = not offsets
    counts = known.counts.get(lemma, ())
    shares: dict[int, float] = {}
    for rank, offset in enumerate(known.senses[lemma], start=1):
        synset = known.synsets[offset]
        if (proper and synset.lexfile not in _SCHOLARLY) or offset in offsets:
            shares[offset] = (counts[rank - 1] if counts else 0) + 1 / rank
    best = list(shares.items())[:_SENSES]
    if not best:
        return ""
    senses = [_sense(known.synsets[o], share / sum(s for _, s in best), below.get(o, ()), sets) for o, share in best]
    return ("^" if proper else "") + " ".join([str(min(_MOST, known.uses(lemma))), *senses])


def _common(known: WordNet, lemma: str) -> list[int]:
    """The meanings for which a lemma is written in lower case."""
    return [o for o in known.senses[lemma] if any(w.partition("(")[0] == lemma for w in known.synsets[o].words)]


def _sense(synset: Synset, share: float, classes: Iterable[int], sets: dict[tuple[int, ...], int]) -> str:
    number = sets.setdefault(tuple(sorted(classes)), len(sets))
    file = list(_LEXFILES.values()).index(synset.lexfile)
    return f"{file}:{max(1, round(share * _WHOLE))}:{number or ''}".rstrip(":")


if __name__ == "__main__":
    raise SystemExit(main())
