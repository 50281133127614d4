"""LongMemEval_S (Wu et al., ICLR 2025): a question over some 48 chats with an assistant; one case a question."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from graphmem.model import Message, Role
from pipelines.evaluate.cases import Case, Question, Unit
from pipelines.evaluate.files import data_file, parse_date, records, text_of

__all__ = ["load_longmemeval"]

_ROLES: dict[str, Role] = {
    "user": "user", "human": "user", "assistant": "assistant", "ai": "assistant", "gpt": "assistant",
    "system": "system", "tool": "tool",
}  # fmt: skip
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Session:
    """A chat of the haystack: the name it is remembered by (ids of the set contain the word "answer"), date, turns."""

    name: str
    label: str
    at: datetime
    turns: list[Mapping[str, Any]]


AnsweredBy = Literal["user", "assistant"]


def load_longmemeval(path: Path, *, answered_by: AnsweredBy = "user") -> Iterator[Case]:
    """Yield one case a question; a case without questions is one that the protocol skips.

    Skipped are abstention questions (`_abs`) and, by the official protocol, those that no user turn answers. By
    `answered_by="assistant"` these are what is asked, and the others are skipped. Sessions are sorted by date.

    Raises:
        NotFound: no such path.
        FormatError: the file is not LongMemEval's JSON.
    """
    for number, record in enumerate(records(data_file(path))):
        yield _case(record, name=text_of(record.get("question_id")) or f"question-{number + 1}", by=answered_by)


def _case(record: Mapping[str, Any], *, name: str, by: AnsweredBy) -> Case:
    if "_abs" in name:
        return Case(name=name, units=(), questions=(), dropped={"abstention questions": 1})
    dropped: Counter[str] = Counter()
    units: list[Unit] = []
    marked: list[Unit] = []
    sessions = _sessions(record, dropped)
    for session in sessions:
        for index, turn in enumerate(session.turns):
            unit = _unit(turn, session, index)
            if unit is None:
                dropped["blank turns"] += 1
                continue
            units.append(unit)
            if turn.get("has_answer"):
                marked.append(unit)
    gold, skipped = _gold(marked, by)
    if not gold:
        return Case(name=name, units=(), questions=(), dropped={skipped: 1})
    answers = set(map(text_of, record.get("answer_session_ids") or []))
    named = frozenset(s.name for s in sessions if s.label in answers) or frozenset(u.session for u in marked)
    question = Question(
        id=name,
        text=text_of(record.get("question")),
        category=text_of(record.get("question_type")) or "all",
        gold=gold,
        gold_all=frozenset(u.key for u in marked),
        gold_sessions=named,
        now=parse_date(record.get("question_date")),
    )
    return Case(name=name, units=tuple(units), questions=(question,), dropped=dropped)


def _gold(marked: Sequence[Unit], by: AnsweredBy) -> tuple[frozenset[str], str]:
    """Return the keys of the turns that answer, and what to say where there are none that count."""
    from_users = frozenset(u.key for u in marked if u.from_user)
    if by == "user":
        return from_users, "questions that no user turn answers"
    others = frozenset(u.key for u in marked)
    return (frozenset(), "questions that a user turn answers") if from_users else (others, "questions without answer")


def _sessions(record: Mapping[str, Any], dropped: Counter[str]) -> list[_Session]:
    chats = record.get("haystack_sessions") or []
    dates = list(record.get("haystack_dates") or [])
    labels = list(map(text_of, record.get("haystack_session_ids") or []))
    dated: list[tuple[datetime, str, list[Mapping[str, Any]]]] = []
    last = _NO_DATE
    for index, turns in enumerate(chats):
        at = parse_date(dates[index]) if index < len(dates) else None
        if at is None:
            dropped["session dates unknown (a day after the one before is taken)"] += 1
            at = last + timedelta(days=1)
        last = at
        dated.append(
            (at, labels[index] if index < len(labels) else "", [t for t in turns or [] if isinstance(t, dict)])
        )
    dated.sort(key=lambda d: d[0])
    return [_Session(f"s{i:04d}", label, at, turns) for i, (at, label, turns) in enumerate(dated, start=1)]


def _unit(turn: Mapping[str, Any], session: _Session, index: int) -> Unit | None:
    text = text_of(turn.get("content"))
    if not text:
        return None
    role = _ROLES.get(text_of(turn.get("role")).lower())
    told = Message(text, role=role, at=session.at + timedelta(seconds=index))
    return Unit(key=f"{session.name}:{index}", session=session.name, told=told, text=text, words=text)
