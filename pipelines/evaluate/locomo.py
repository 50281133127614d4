"""LoCoMo (Maharana et al., ACL 2024): chats of many sessions, evidence as `dia_id`s; one case a conversation."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from graphmem.model import Message
from pipelines.evaluate.cases import Case, Question, Unit
from pipelines.evaluate.files import data_file, parse_date, records, text_of

__all__ = ["CATEGORIES", "evidence_keys", "load_locomo", "turn_key"]

#: Category numbers of the set; 5 (adversarial) has no evidence that answers it and is left out.
CATEGORIES = {"1": "multi-hop", "2": "temporal", "3": "open-domain", "4": "single-hop"}

_SESSION = re.compile(r"session_(\d+)")
_KEY = re.compile(r"D0*(\d+):0*(\d+)")
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)


def turn_key(label: str) -> str | None:
    """Return a turn's label without zero padding, None if it is none.

    >>> turn_key("D30:05")
    'D30:5'
    >>> turn_key("D:11:26") is None
    True
    """
    found = _KEY.fullmatch(label.strip())
    return f"D{found[1]}:{found[2]}" if found else None


def evidence_keys(evidence: object) -> list[str]:
    """Return the labels in a question's evidence, split on `;`, commas and spaces, in their order, as they stand."""
    parts = evidence if isinstance(evidence, list | tuple) else [evidence]
    return [label for part in parts for label in re.split(r"[;,\s]+", text_of(part)) if label]


def load_locomo(path: Path) -> Iterator[Case]:
    """Yield one case a conversation.

    Raises:
        NotFound: no such path.
        FormatError: the file is not LoCoMo's JSON.
    """
    for number, record in enumerate(records(data_file(path))):
        name = text_of(record.get("sample_id")) or f"conversation-{number + 1}"
        yield _case(name, record)


def _case(name: str, record: Mapping[str, Any]) -> Case:
    conversation = record.get("conversation")
    dropped: Counter[str] = Counter()
    units = _units(conversation if isinstance(conversation, dict) else record, dropped)
    questions = _questions(name, record.get("qa") or [], {u.key for u in units}, dropped)
    # The data does not say when it is asked: a day after the last turn, so that no run depends on the clock.
    last = max((u.told.at for u in units if u.told.at), default=None)
    now = None if last is None else last + timedelta(days=1)
    return Case(name=name, units=units, questions=tuple(replace(q, now=now) for q in questions), dropped=dropped)


def _units(conversation: Mapping[str, Any], dropped: Counter[str]) -> tuple[Unit, ...]:
    numbers = sorted(int(m[1]) for n in conversation if (m := _SESSION.fullmatch(n)))
    units: dict[str, Unit] = {}
    end = _NO_DATE
    for number in numbers:
        turns = conversation.get(f"session_{number}") or []
        start = parse_date(conversation.get(f"session_{number}_date_time"))
        if start is None:
            dropped["session dates unknown (a day after the one before is taken)"] += 1
            start = end + timedelta(days=1)
        for index, turn in enumerate(turns):
            unit = _unit(turn, number=number, index=index, at=start + timedelta(seconds=index))
            if unit is None:
                dropped["blank turns"] += 1
            elif units.setdefault(unit.key, unit) is not unit:
                dropped["turns whose label was taken"] += 1
        end = start + timedelta(seconds=len(turns))
    return tuple(units.values())


def _unit(turn: object, *, number: int, index: int, at: datetime) -> Unit | None:
    if not isinstance(turn, dict):
        return None
    text, caption = text_of(turn.get("text")), text_of(turn.get("blip_caption")) or None
    if not text and not caption:
        return None
    speaker = " ".join(text_of(turn.get("speaker")).split())[:200] or None
    key = turn_key(text_of(turn.get("dia_id"))) or f"D{number}:{index + 1}"
    shown = f"{text} [shares {caption}]" if caption and text else text or caption or ""
    told = Message(text or caption or "", speaker=speaker, at=at, caption=caption if text else None)
    shown = f"{speaker}: {shown}" if speaker else shown
    words = f"{shown} {at.day} {at:%B} {at.year}"
    return Unit(key=key, session=f"session_{number}", told=told, text=shown, words=words)


def _questions(
    name: str, asked: Sequence[Mapping[str, Any]], keys: set[str], dropped: Counter[str]
) -> tuple[Question, ...]:
    questions = []
    for index, entry in enumerate(asked):
        category = CATEGORIES.get(text_of(entry.get("category")))
        labels = evidence_keys(entry.get("evidence"))
        if category is None or not labels:
            dropped["questions of no scored category" if category is None else "questions without evidence"] += 1
            continue
        found = {key for label in labels if (key := turn_key(label)) in keys and key}
        dropped["evidence labels that name no turn"] += sum(turn_key(label) not in keys for label in labels)
        if not found:
            dropped["questions whose evidence names no turn"] += 1
            continue
        gold = frozenset(found)
        text = text_of(entry.get("question"))
        questions.append(Question(id=f"{name}:{index}", text=text, category=category, gold=gold, gold_all=gold))
    return tuple(questions)
