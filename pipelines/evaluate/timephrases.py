"""Time phrases: how many of those people use in chats are found, and how many get the right interval.

The phrases are those that a neutral detector (any word that may tell a time) met in a random sample of the turns of
LoCoMo and of the users of LongMemEval, labelled by hand before any was read by the grammar. The second batch was drawn
and labelled when the grammar was done. The repository keeps ids, offsets and labels; the texts stay with the data.
Labels:

D2023-05-07 a day · W2023-05-01 seven days from it · E2023-05-06 a weekend · M2023-05 · S2023-06 three months · Y2023 ·
N2023-05-07 a part of that day · T2023-05-07T10 an hour · R2023-05-01,2023-05-09 from and to (exclusive) ·
V as R, for vague phrases: right where intersection / union is at least .5 · <2023-05-09 up to · >2023-05-07 from ·
H24 so many hours from the moment · recent (ends now, began 7 to 120 days before) · soon (begins now, ends in 7 to 120
days) · rec comes again · dur a length · anch hangs on something that is no date.

    python -m pipelines.evaluate timephrases --data DIR [--against dateparser parsedatetime] [--wrong]
"""

import argparse
import gzip
import importlib
import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from graphmem.errors import FormatError, NotFound
from graphmem.text.time import TimeSpan, time_spans
from pipelines.evaluate.ordinary import false_dates, ordinary_sentences

__all__ = ["Label", "compare", "is_right", "labels", "main"]

LABELS = Path(__file__).parents[1] / "data" / "timephrases.tsv"
_DAY = timedelta(days=1)
_NO_DATE = {"rec": "recurrence", "dur": "duration", "anch": "anchored"}
#: Intersection over union from which a vague interval is right.
_VAGUE = 0.5


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled phrase: of which set, conversation (or question) and turn, where, said when, and what it means."""

    dataset: str
    case: str
    turn: str
    first: int
    stop: int
    said: datetime
    label: str
    batch: str = "1"

    @property
    def dated(self) -> bool:
        """Whether it means an interval."""
        return self.label not in _NO_DATE


def labels(path: Path = LABELS) -> list[Label]:
    """Return the labelled phrases."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [_label(*row) for row in rows]


def _label(dataset: str, case: str, turn: str, first: str, stop: str, said: str, label: str, batch: str) -> Label:
    moment = datetime.fromisoformat(said).replace(tzinfo=UTC)
    return Label(dataset, case, turn, int(first), int(stop), moment, label, batch)


# --- what a label means ---------------------------------------------------------------------------------------------


def interval(label: Label) -> tuple[datetime | None, datetime | None]:
    """Return the interval [start, end) that a label means; (None, None) where it means none."""
    kind, text = label.label[0], label.label[1:]
    if label.label == "recent":
        return label.said - 30 * _DAY, label.said + _DAY
    if label.label == "soon":
        return label.said, label.said + 31 * _DAY
    if kind == "H":
        return label.said, label.said + timedelta(hours=int(text))
    if not label.dated:
        return None, None
    if kind in "RV":
        first, last = text.split(",")
        return _at(first), _at(last)
    if kind in "<>":
        return (None, _at(text)) if kind == "<" else (_at(text), None)
    if kind == "Y":
        return _at(f"{text}-01-01"), _at(f"{int(text) + 1:04d}-01-01")
    if kind in "MS":
        year, month = map(int, text.split("-"))
        last_month = month - 1 + (1 if kind == "M" else 3)
        return _at(f"{text}-01"), _at(f"{year + last_month // 12}-{last_month % 12 + 1:02d}-01")
    if kind == "T":
        start = datetime.fromisoformat(f"{text}:00").replace(tzinfo=UTC)
        return start, start + timedelta(hours=1)
    return _at(text), _at(text) + {"D": 1, "N": 1, "E": 2, "W": 7}[kind] * _DAY


def _at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def is_right(span: TimeSpan, label: Label) -> bool:
    """Tell whether a phrase that was read means what its label says."""
    if not label.dated:
        return span.kind == _NO_DATE[label.label]
    start, end = interval(label)
    if span.kind != "interval":
        return False
    kind = label.label[0] if label.label not in ("recent", "soon") else label.label
    if kind == "V" and start is not None and end is not None:
        return _overlap(span, start, end) >= _VAGUE
    if kind == "N":
        return span.start is not None and span.granularity in ("part", "hour") and span.start.date() == _day(start)
    if kind == "recent":
        return _near(span.end, label.said, 0, 2) and _near(span.start, label.said, -120, -7)
    if kind == "soon":
        return _near(span.start, label.said, -1, 1) and _near(span.end, label.said, 7, 120)
    if kind == "H":
        return span.start == start and span.end == end
    return (span.start, span.end) == (start, end)


def _day(at: datetime | None) -> object:
    return at.date() if at else None


def _near(at: datetime | None, said: datetime, low: int, high: int) -> bool:
    return at is not None and said + low * _DAY <= at <= said + high * _DAY


def _overlap(span: TimeSpan, start: datetime, end: datetime) -> float:
    if span.start is None or span.end is None:
        return 0.0
    both = min(span.end, end) - max(span.start, start)
    return max(0.0, both / (max(span.end, end) - min(span.start, start)))


# --- texts ----------------------------------------------------------------------------------------------------------


def _texts(data: Path) -> Mapping[tuple[str, str, str], str]:
    """Return the texts of the turns by set, conversation (or question) and turn."""
    locomo, longmemeval = data / "locomo" / "locomo_dev.json.gz", data / "longmemeval" / "longmemeval_s_dev.jsonl.gz"
    for path in (locomo, longmemeval):
        if not path.exists():
            raise NotFound(f"no {path}: --data names the folder that holds locomo/ and longmemeval/")
    try:
        return dict([*_locomo(locomo), *_longmemeval(longmemeval)])
    except (KeyError, TypeError, ValueError) as err:
        raise FormatError(f"the benchmarks in {data} are not in their own form: {err!r}") from err


def _locomo(path: Path) -> Iterator[tuple[tuple[str, str, str], str]]:
    for conversation in json.loads(gzip.decompress(path.read_bytes())):
        for name, turns in conversation["conversation"].items():
            if re.fullmatch(r"session_\d+", name):
                yield from ((("locomo", conversation["sample_id"], t["dia_id"]), t["text"]) for t in turns)


def _longmemeval(path: Path) -> Iterator[tuple[tuple[str, str, str], str]]:
    for line in gzip.decompress(path.read_bytes()).splitlines():
        question = json.loads(line)
        for session, turns in zip(question["haystack_session_ids"], question["haystack_sessions"], strict=True):
            for n, turn in enumerate(turns):
                yield ("longmemeval", question["question_id"], f"{session}#{n}"), turn["content"]


# --- scoring --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """Counts over labelled phrases."""

    n: int = 0
    found: int = 0
    right: int = 0

    def add(self, *, found: bool, right: bool) -> None:
        """Count one phrase."""
        self.n, self.found, self.right = self.n + 1, self.found + found, self.right + right

    def told(self) -> dict[str, float]:
        """Return the counts as percentages."""
        n = max(self.n, 1)
        return {
            "n": self.n,
            "coverage": round(100 * self.found / n, 1),
            "exact": round(100 * self.right / n, 1),
        }


def _best(spans: Sequence[TimeSpan], label: Label) -> TimeSpan | None:
    """Return the span that covers most of a labelled phrase, at least half of it."""

    def shared(span: TimeSpan) -> int:
        return min(span.stop, label.stop) - max(span.offset, label.first)

    found = max(spans, key=shared, default=None)
    return found if found is not None and shared(found) * 2 >= label.stop - label.first else None


def _ours(
    known: Sequence[Label], texts: Mapping[tuple[str, str, str], str], *, wrong: bool
) -> dict[str, dict[str, float]]:
    every, dated, unseen = Tally(), Tally(), Tally()
    for label in known:
        text = texts[label.dataset, label.case, label.turn]
        span = _best(time_spans(text, reference=label.said), label)
        right = span is not None and is_right(span, label)
        every.add(found=span is not None, right=right)
        if label.dated:
            dated.add(found=span is not None, right=right)
        if label.batch == "2":
            unseen.add(found=span is not None, right=right)
        if wrong and not right:
            _tell(label, text, span)
    return {
        "graphmem": every.told(),
        "graphmem, dates only": dated.told(),
        "graphmem, second batch": unseen.told(),
    }


def _tell(label: Label, text: str, span: TimeSpan | None) -> None:
    shown = text[max(0, label.first - 30) : label.stop + 20].replace("\n", " ")
    read = f"{span.kind} {span.start} {span.end} {span.text!r}" if span else "nothing"
    print(f"{label.said:%a %Y-%m-%d} {label.label}: {shown!r}: {read}", file=sys.stderr)


Reader = Callable[[str, datetime], datetime | None]


def _dateparser() -> Reader:
    parse = importlib.import_module("dateparser").parse

    def read(phrase: str, said: datetime) -> datetime | None:
        settings = {"RELATIVE_BASE": said.replace(tzinfo=None), "PREFER_DATES_FROM": "past"}
        found: datetime | None = parse(phrase, languages=["en"], settings=settings)
        return found

    return read


def _parsedatetime() -> Reader:
    calendar = importlib.import_module("parsedatetime").Calendar()

    def read(phrase: str, said: datetime) -> datetime | None:
        at, status = calendar.parseDT(phrase, sourceTime=said.replace(tzinfo=None))
        found: datetime | None = at if status else None
        return found

    return read


_OTHERS: Mapping[str, Callable[[], Reader]] = {"dateparser": _dateparser, "parsedatetime": _parsedatetime}


def compare(read: Reader, known: Sequence[Label], texts: Mapping[tuple[str, str, str], str]) -> dict[str, float]:
    """Return how a parser of single phrases does on the dated ones.

    It is given the phrase alone, and is right where the instant it returns lies in the interval: it need not find the
    phrase, nor say how wide it is.
    """
    tally = Tally()
    for label in known:
        if not label.dated:
            continue
        at = read(texts[label.dataset, label.case, label.turn][label.first : label.stop], label.said)
        start, end = interval(label)
        instant = at.replace(tzinfo=UTC) if at is not None else None
        inside = instant is not None and (start is None or start <= instant) and (end is None or instant < end)
        tally.add(found=at is not None, right=inside)
    return tally.told()


def main(argv: Sequence[str]) -> int:
    """Score the labelled phrases; print one JSON object; return 0, or 2 where the data cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.evaluate timephrases", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds locomo/ and longmemeval/")
    parser.add_argument("--against", nargs="*", default=(), choices=list(_OTHERS), help="parsers to compare with")
    parser.add_argument("--wrong", action="store_true", help="show what went wrong on stderr (the data's text)")
    asked = parser.parse_args(argv)
    try:
        texts = _texts(asked.data)
        readers = {name: _OTHERS[name]() for name in asked.against}
    except (NotFound, FormatError, ImportError) as err:
        print(f"evaluate: {err}", file=sys.stderr)
        return 2
    known = [k for k in labels() if (k.dataset, k.case, k.turn) in texts]
    if not known:
        print(
            f"evaluate: {asked.data} holds none of the labelled turns: is it another part of the sets?", file=sys.stderr
        )
        return 2
    told: dict[str, object] = {"dataset": "timephrases", "data": "LoCoMo dev, LongMemEval_S dev", "unit": "phrase"}
    told["systems"] = _ours(known, texts, wrong=asked.wrong) | {n: compare(r, known, texts) for n, r in readers.items()}
    told["missing"] = len(labels()) - len(known)
    sentences = ordinary_sentences(texts.values())
    false = false_dates(sentences)
    told["false_dates"] = {"sentences": len(sentences), "with_a_date": len(false)}
    if asked.wrong:
        print(*false, sep="\n", file=sys.stderr)
    told["ms_per_1000_words"] = _speed([texts[k.dataset, k.case, k.turn] for k in known])
    print(json.dumps(told, ensure_ascii=False))
    return 0


def _speed(texts: Sequence[str]) -> float:
    words = sum(len(text.split()) for text in texts)
    said = datetime(2023, 6, 1, tzinfo=UTC)
    started = time.process_time()
    for text in texts:
        time_spans(text, reference=said)
    return round(1_000_000 * (time.process_time() - started) / max(words, 1), 2)
