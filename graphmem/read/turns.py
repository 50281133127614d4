"""Chat turns and steps in the index: words and vectors that know their neighbours.

A turn is often understood from the turns around it only, so its words are looked up with those of its neighbours at
falling weight. Only a turn's own words are stored; neighbours' words are added when a question is asked, so that a new
turn touches itself and four others.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from graphmem.model import Interaction
from graphmem.read.columns import Column, Floats, Ints
from graphmem.read.family import Arrays, Family, parts_of, prefixed
from graphmem.read.postings import Posting, Postings
from graphmem.read.rows import DISTANCES, NONE, UNKNOWN_TIME, microseconds
from graphmem.text.members import memberships
from graphmem.text.sentences import style_of
from graphmem.text.time import time_spans
from graphmem.text.tokens import chat_terms

__all__ = ["GATE", "SPREAD", "Turns", "meta_terms"]

#: How much of a neighbour's words counts, by distance: .5 * .6^(d - 1), measured flat around it.
SPREAD: Mapping[int, float] = {d: 0.5 * 0.6 ** (d - 1) for d in range(1, 5)}
#: A neighbour of more terms than this counts as if it had this many: long replies would drown the turn.
GATE = 12.0
#: A time is looked for in so many characters of a turn: those that come later seldom tell what it is about.
MOST_TIMED = 600

_MONTHS = "January February March April May June July August September October November December"
#: Sorting fewer rows than one in so many is quicker than looking through all of them.
_SPARSE = 32

_WEIGHTS = np.array([SPREAD[d] for d in DISTANCES], dtype=np.float32)


def meta_terms(interaction: Interaction) -> list[str]:
    """Return terms that a turn is found by and its neighbours are not: its speaker's name and its date.

    >>> from datetime import UTC, datetime
    >>> then = datetime(2023, 6, 8, tzinfo=UTC)
    >>> meta_terms(Interaction(id="1", session="chat", kind="message", text="Hi", speaker="Ada", at=then))
    ['ada', '8', 'june', '2023']
    """
    at = interaction.at
    return list(_meta_terms(interaction.speaker or "", None if at is None else at.date()))


@lru_cache(maxsize=10_000)
def _meta_terms(speaker: str, day: date | None) -> tuple[str, ...]:
    told = "" if day is None else f"{day.day} {_MONTHS.split()[day.month - 1]} {day.year}"
    return tuple(chat_terms(f"{speaker} {told}"))


def _small(values: int) -> int:
    return min(values, 255)


def _told(interaction: Interaction) -> tuple[int, int]:
    """Return the finest time that the beginning of a turn names, in microseconds; `UNKNOWN_TIME` where none."""
    if interaction.at is None:
        return int(UNKNOWN_TIME), int(UNKNOWN_TIME)
    spans = time_spans(interaction.text[:MOST_TIMED], reference=interaction.at)
    closed = [(s.end - s.start, s.start, s.end) for s in spans if s.kind == "interval" and s.start and s.end]
    if not closed:
        return int(UNKNOWN_TIME), int(UNKNOWN_TIME)
    _, start, end = min(closed)
    return microseconds(start), microseconds(end)


_Numbers = Column[np.bool_] | Column[np.uint8] | Column[np.float32] | Column[np.int64]


class Turns(Family):
    """Messages and steps of one namespace.

    Attributes:
        meta: postings of speakers' names and dates.
        members: postings of what a turn holds of categories, families and answer types, by `graphmem.text.members`.
        asks, times, proper, past, selves: the style numbers of `graphmem.text.sentences.Style` per row.
        told_from, told_until: the finest time that a turn's beginning names, microseconds since 1970.
        context_lengths: terms per row with its neighbours' share.
    """

    def __init__(self) -> None:
        super().__init__()
        self.meta = Postings()
        self.members = Postings()
        self.asks: Column[np.bool_] = Column(np.zeros(0, dtype=np.bool_))
        self.times: Column[np.uint8] = Column(np.zeros(0, dtype=np.uint8))
        self.proper: Column[np.uint8] = Column(np.zeros(0, dtype=np.uint8))
        self.past: Column[np.uint8] = Column(np.zeros(0, dtype=np.uint8))
        self.selves: Column[np.uint8] = Column(np.zeros(0, dtype=np.uint8))
        self.told_from: Column[np.int64] = Column(np.zeros(0, dtype=np.int64), fill=int(UNKNOWN_TIME))
        self.told_until: Column[np.int64] = Column(np.zeros(0, dtype=np.int64), fill=int(UNKNOWN_TIME))
        self.context_lengths: Column[np.float32] = Column(np.zeros(0, dtype=np.float32))

    @property
    def nbytes(self) -> int:
        """Bytes held, about."""
        return super().nbytes + self.meta.nbytes + self.members.nbytes + 25 * len(self.rows)

    def _columns(self) -> dict[str, _Numbers]:
        return {
            "asks": self.asks,
            "times": self.times,
            "proper": self.proper,
            "past": self.past,
            "selves": self.selves,
            "told_from": self.told_from,
            "told_until": self.told_until,
            "context_lengths": self.context_lengths,
        }

    # --- words with their neighbours --------------------------------------------------------------------------------

    def own_posting(self, term: str) -> Posting:
        """Return the rows that hold a term, their speakers' names and dates included."""
        text, meta = self.words.term(term), self.meta.term(term)
        if not len(meta.rows):
            return text
        return _summed([text.rows, meta.rows], [text.tf, meta.tf], n=len(self.rows))

    def context_posting(self, term: str) -> Posting:
        """Return the rows that hold a term or have it near: `own_posting` plus the neighbours' gated share."""
        text, meta = self.words.term(term), self.meta.term(term)
        shares = text.tf * _gate(self.words.lengths[text.rows])
        around = np.ascontiguousarray(self.rows.neighbours.view[text.rows].T)
        counts = [text.tf, meta.tf, *(weight * shares for weight in _WEIGHTS)]
        return _summed([text.rows, meta.rows, *around], counts, n=len(self.rows))

    def own_lengths(self) -> Floats:
        """Return the terms per row, speaker and date included."""
        return self.words.lengths + self.meta.lengths

    # --- upkeep -----------------------------------------------------------------------------------------------------

    def _describe(self, first: int, told: Sequence[Interaction]) -> None:
        self.words.add_all(first, [chat_terms(i.searchable) for i in told])
        self.meta.add_all(first, [meta_terms(i) for i in told])
        self.members.add_all(first, [memberships(i.text, caption=i.caption) for i in told])
        for column in self._columns().values():
            column.grow(first + len(told))
        styles = [style_of(i.text) for i in told]
        self.asks.view[first:] = [style.asks for style in styles]
        self.times.view[first:] = [_small(style.time_words) for style in styles]
        self.proper.view[first:] = [_small(style.proper_names) for style in styles]
        self.past.view[first:] = [_small(style.first_person_past) for style in styles]
        self.selves.view[first:] = [_small(style.first_person) for style in styles]
        times = np.array([_told(i) for i in told], dtype=np.int64)
        self.told_from.view[first:], self.told_until.view[first:] = times[:, 0], times[:, 1]

    def _undescribe(self, row: int) -> None:
        super()._undescribe(row)
        self.meta.remove(row)
        self.members.remove(row)

    def _settled(self, changed: Ints, embedded: Ints) -> None:
        lengths = np.append(self.words.lengths, np.float32(0))
        around = self.rows.neighbours.view[changed]
        given = np.minimum(lengths[around], GATE) @ _WEIGHTS
        self.context_lengths.view[changed] = self.own_lengths()[changed] + given
        near = self.rows.neighbours.view[embedded].ravel()
        moved = np.unique(np.concatenate([changed, embedded, near[near != NONE]]))
        self.vectors.smooth(moved[self.rows.alive.view[moved]], self.rows.neighbours.view)

    def _compact(self, kept: npt.NDArray[np.int64]) -> None:
        super()._compact(kept)
        self.meta.compact(kept)
        self.members.compact(kept)
        for column in self._columns().values():
            column.keep(kept)

    def state(self) -> Arrays:
        """Return everything as arrays by name."""
        common = super().state()
        own = {name: column.view for name, column in self._columns().items()}
        postings = prefixed("meta", self.meta.state()) | prefixed("members", self.members.state())
        return common | postings | prefixed("turns", own)

    def load(self, state: Arrays) -> None:
        """Take over the arrays of `state`."""
        super().load(state)
        self.meta = Postings.from_state(parts_of("meta", state))
        self.members = Postings.from_state(parts_of("members", state))
        own = parts_of("turns", state)
        for name, column in self._columns().items():
            column.replace(own[name])


def _gate(lengths: Floats) -> Floats:
    """Return min(1, 12 / terms)."""
    return np.minimum(np.float32(1), np.float32(GATE) / np.maximum(lengths, np.float32(1)))


def _summed(rows: Sequence[Ints], counts: Sequence[Floats], *, n: int) -> Posting:
    """Add up counts, > 0, of n rows; within each of the lists, a row stands at most once, and `NONE` doesn't count."""
    total: Floats = np.zeros(n + 1, dtype=np.float32)  # the last is NONE's
    for places, values in zip(rows, counts, strict=True):
        total[places] += values
    if sum(map(len, rows)) < n // _SPARSE:
        every: Ints = np.unique(np.concatenate(rows))
        touched = every[np.searchsorted(every, 0) :]
    else:
        touched = np.flatnonzero(total[:n]).astype(np.int32)
    return Posting(touched, total[touched])
