"""The time grammar: phrases such as "two weekends ago" become intervals. Pure. See docs/time.md."""

from datetime import datetime, tzinfo

from graphmem.errors import InvalidInput
from graphmem.text.time.calendar import instant
from graphmem.text.time.gate import may_hold, may_open, openings
from graphmem.text.time.grammar import phrase
from graphmem.text.time.matches import Match, nothing
from graphmem.text.time.spans import Certainty, Direction, Granularity, Length, Recurrence, SpanKind, TimeSpan
from graphmem.text.time.tokens import Scan, tokens_of

__all__ = [
    "Certainty", "Direction", "Granularity", "Length", "Recurrence", "SpanKind", "TimeSpan", "time_spans",
]  # fmt: skip


def time_spans(
    text: str,
    *,
    reference: datetime,
    week_start: int = 0,
    zone: tzinfo | None = None,
    southern: bool = False,
    day_first: bool = False,
) -> tuple[TimeSpan, ...]:
    """Return the time phrases of a text, in order, none inside another.

    Args:
        text: any text; its length costs linearly, about 10 ms per 1,000 words.
        reference: when it was said, aware; "yesterday" is the day before it.
        week_start: first day of a week, 0 is Monday, 6 Sunday.
        zone: where days begin and end; None is the reference's own zone. A zone written in the text wins.
        southern: whether summer begins in December.
        day_first: whether 3/4/2023 is 3 April; otherwise it is March 4, where that can be.
    Returns: spans; where the text names no possible date, they have none (`unresolved`).
    Raises: InvalidInput: a reference without a zone, a week that starts on no day from 0 to 6.

    >>> from datetime import UTC
    >>> said = datetime(2023, 7, 14, tzinfo=UTC)
    >>> [(s.text, s.start.date().isoformat()) for s in time_spans("We camped two weekends ago.", reference=said)]
    [('two weekends ago', '2023-07-01')]
    """
    if reference.tzinfo is None:
        raise InvalidInput(f"the reference is {reference.isoformat()}, which has no time zone; say which")
    if not 0 <= week_start <= 6:
        raise InvalidInput(f"week_start is {week_start}; days are 0 (Monday) to 6 (Sunday)")
    if not may_hold(text):
        return ()
    there = zone or reference.tzinfo
    local = _local(reference, there)
    scan = Scan(text, tokens_of(text), local, week_start, southern, day_first)
    found: list[TimeSpan] = []
    read = 0
    for i in openings(scan.tokens):
        match = _read(scan, i) if i >= read and may_open(scan.tokens, i) else None
        if match is None:
            continue
        span = _span(scan, i, match, there)
        if span is not None:
            found.append(span)
        read = match.stop
    return tuple(found)


def _local(reference: datetime, zone: tzinfo) -> datetime:
    try:
        return reference.astimezone(zone).replace(tzinfo=None)
    except OverflowError:  # the first or last hours of the calendar
        return reference.replace(tzinfo=None)


def _read(scan: Scan, i: int) -> Match | None:
    try:
        return phrase(scan, i)
    except (OverflowError, ValueError):
        return nothing(i + 1) if scan.kind(i) in ("date", "iso") else None


def _span(scan: Scan, i: int, match: Match, zone: tzinfo) -> TimeSpan | None:
    first, last = scan.tokens[i].start, scan.tokens[match.stop - 1].stop
    inner = match.interval
    start = instant(inner.start, match.zone or zone) if inner else None
    end = instant(inner.end, match.zone or zone) if inner else None
    if inner and inner.start and inner.end and start and end and start == end:  # in the time that a clock skips
        end = start + (inner.end - inner.start)
    if start is not None and end is not None and end <= start:
        return None
    kind = "unresolved" if match.kind == "interval" and start is None and end is None else match.kind
    anchor = None
    if match.anchor is not None and match.anchor[0] < match.anchor[1]:
        anchor = scan.text[scan.tokens[match.anchor[0]].start : scan.tokens[match.anchor[1] - 1].stop]
    elif match.anchor is not None:
        anchor = ""
    return TimeSpan(
        offset=first,
        text=scan.text[first:last],
        kind=kind,
        start=start,
        end=end,
        granularity=inner.grain if inner else (match.length.unit if match.length else "day"),
        certainty=match.certainty,
        direction=match.direction,
        length=match.length,
        recurrence=match.recurrence,
        anchor=anchor,
    )
