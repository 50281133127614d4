"""Facts edited over time, after MQuAKE (Zhong et al., EMNLP 2023): does recall know the old world and the new one?

Each case is a namespace of its own. Its facts are told as dated passages of a sentence each, two years before its
edits; then its single-hop questions are asked as of the day after the facts, and those of the edited chain as of the
day after the edits. Right: an answer, or an alias of it, is the object of one of the first 3 facts of
`recall(types=("fact",))`, or its subject where the question names the object ("Who founded X?"). Several hops: every
answer of the chain stands in the first 10 facts for the whole question.

    python -m pipelines.evaluate mquake --data DIR [--limit N] [--wrong]
"""

import argparse
import gzip
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from graphmem import Memory
from graphmem.errors import FormatError, NotFound
from graphmem.identity import name_key
from graphmem.model import Hit, Passage, RecallOptions

__all__ = ["Asked", "Case", "cases", "holds", "main", "statements"]

TOLD = datetime(2020, 1, 1, tzinfo=UTC)
EDITED = datetime(2022, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_FIRST, _CHAIN = 3, 10
_USAGE = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: as of when, and the answers that are right (keys of names)."""

    text: str
    as_of: datetime
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Case:
    """One case: what is told before and after the edits, single questions, and whole ones with their chains."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    single: tuple[Asked, ...]
    whole: tuple[tuple[Asked, tuple[frozenset[str], ...]], ...]


def cases(folder: Path) -> list[Case]:
    """Return the cases of MQuAKE's development part.

    Raises:
        NotFound: there is no such file.
        FormatError: the file is not MQuAKE's.
    """
    path = folder / "mquake" / "mquake_dev.json.gz"
    try:
        told = json.loads(gzip.decompress(path.read_bytes()))
        return [_case(one) for one in told]
    except OSError as err:
        raise NotFound(f"{path} is not there: say where the benchmark data is by --data") from err
    except (ValueError, KeyError, TypeError) as err:
        raise FormatError(f"{path} is not of MQuAKE's form: {err}") from err


def _case(one: Mapping[str, Any]) -> Case:
    edits = [(e["prompt"].format(e["subject"]), e["target_true"]["str"], e["target_new"]["str"])
             for e in one["requested_rewrite"]]  # fmt: skip
    hops, edited = one["single_hops"], one["new_single_hops"]
    before = [statements(h["cloze"], h["answer"]) for h in hops] + [statements(p, old) for p, old, _ in edits]
    single = [_single(h, TOLD) for h in hops] + [_single(h, EDITED) for h in edited]
    whole = [(Asked(q, at + _DAY, frozenset()), tuple(map(_answers, chain)))
             for q in one["questions"][:1] for at, chain in ((TOLD, hops), (EDITED, edited))]  # fmt: skip
    return Case(
        name=f"mquake/{one['case_id']}",
        before=tuple(dict.fromkeys(before)),
        after=tuple(dict.fromkeys(statements(p, new) for p, _, new in edits)),
        single=tuple(single),
        whole=tuple(whole),
    )


def statements(opening: str, answer: str) -> str:
    """Return a sentence from its opening and its answer."""
    return f"{opening[:1].upper()}{opening[1:]} {answer}."


def _answers(hop: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(name_key(a) for a in (hop["answer"], *hop["answer_alias"]))


def _single(hop: Mapping[str, Any], at: datetime) -> Asked:
    return Asked(hop["question"], at + _DAY, _answers(hop))


def holds(hits: Sequence[Hit], asked: Asked, answers: frozenset[str]) -> bool:
    """Whether a fact's object, or its subject where the question names its object, is one of the answers.

    Words that say what the answer is may stand before it: "continent of Europe" holds Europe.
    """
    question = f" {name_key(asked.text)} "
    for fact in (h.fact for h in hits if h.fact is not None):
        subject, object_ = name_key(fact.subject), name_key(fact.object)
        ends = (object_, subject) if f" {object_} " in question else (object_,)
        if any(end == a or end.endswith(f" of {a}") for end in ends for a in answers):
            return True
    return False


def _stands(hits: Sequence[Hit], answers: frozenset[str]) -> bool:
    """Whether a link of a chain stands at either end of a fact."""
    ends = [name_key(end) for h in hits if h.fact is not None for end in (h.fact.subject, h.fact.object)]
    return any(end == a or end.endswith(f" of {a}") for end in ends for a in answers)


# --- running --------------------------------------------------------------------------------------------------------


def _told(case: Case) -> Iterator[Passage]:
    for at, texts in ((TOLD, case.before), (EDITED, case.after)):
        yield from (Passage(text, at=at, id=f"{at.year} {n}") for n, text in enumerate(texts))


def _found(memory: Memory, asked: Asked, top_k: int) -> list[Hit]:
    options = RecallOptions(types=("fact",), as_of=asked.as_of, now=asked.as_of)
    return list(memory.recall(asked.text, top_k=top_k, options=options))


@dataclass
class Tally:
    """Counts of right answers."""

    asked: int = 0
    right: int = 0

    def add(self, right: bool) -> None:
        """Count one answer."""
        self.asked += 1
        self.right += right

    def __str__(self) -> str:
        return f"{100 * self.right / max(1, self.asked):.1f} % of {self.asked}"


def main(argv: Sequence[str]) -> int:
    """Run it; return 0, or 2 where the data cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.evaluate mquake", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the benchmark data")
    parser.add_argument("--limit", type=int, default=None, help="only the first so many cases")
    parser.add_argument("--wrong", action="store_true", help="list the numbers of wrong questions")
    asked = parser.parse_args(argv)
    try:
        read = cases(asked.data)[: asked.limit]
    except (NotFound, FormatError) as err:
        print(f"evaluate: {err}", file=sys.stderr)
        return _USAGE
    started = time.perf_counter()
    tallies = {(kind, at): Tally() for kind in ("single hop", "chain") for at in (TOLD, EDITED)}
    for case in read:
        _run(case, tallies, wrong=asked.wrong)
    for (kind, at), tally in tallies.items():
        when, places = ("before", "after")[at == EDITED], _FIRST if kind == "single hop" else _CHAIN
        print(f"{kind:<10} {when:<6} the edits, all right in the first {places}: {tally}")
    figures = {f"{kind} {at.year}": t.right / max(1, t.asked) for (kind, at), t in tallies.items()}
    print(
        json.dumps({"set": "mquake", "cases": len(read), "seconds": round(time.perf_counter() - started, 1), **figures})
    )
    return 0


def _run(case: Case, tallies: Mapping[tuple[str, datetime], Tally], *, wrong: bool) -> None:
    with Memory.open(":memory:", namespace=case.name) as memory:
        memory.remember(_told(case))
        for number, one in enumerate(case.single):
            right = holds(_found(memory, one, _FIRST), one, one.answers)
            tallies["single hop", one.as_of - _DAY].add(right)
            if wrong and not right:
                print(f"wrong: {case.name} question {number}", file=sys.stderr)
        for one, chain in case.whole:
            hits = _found(memory, one, _CHAIN)
            tallies["chain", one.as_of - _DAY].add(all(_stands(hits, answers) for answers in chain))
