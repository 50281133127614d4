"""The course of a slot is the same as if every claim were compared with every live one; told at once, it costs less."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.model import Fact
from graphmem.write.timeline import Claim, Course
from tests.property.plain_course import PlainCourse

DAY = datetime(2026, 1, 1, tzinfo=UTC)
VALUES = ("Lisbon", "Porto", "Rome", "Oslo", "Bern")


def day(n: int | None) -> datetime | None:
    return None if n is None else DAY + timedelta(days=n)


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    """Tellings of one slot: few beginnings, ends and days, so that many come together."""
    days = st.one_of(st.none(), st.integers(0, draw(st.integers(0, 5))))
    found: dict[tuple[object, ...], Claim] = {}
    for number in range(draw(st.integers(2, 16))):
        value, start = draw(st.sampled_from(VALUES)), day(draw(days))
        length = draw(st.sampled_from((None, None, None, 1, 3)))
        end = start + timedelta(days=length) if start is not None and length is not None else None
        positive = draw(st.sampled_from((True, True, True, False)))
        fact = Fact("Ada", "lives_in", value, id=f"{value} {start} {end} {positive}", negated=not positive)
        claim = Claim(
            fact=fact,
            value=value,
            start=start,
            end=end if positive else None,
            said=day(draw(days)),
            interaction=f"i{number}",
            text="",
            positive=positive,
            plan=False,
            slot="home",
            over=draw(st.sampled_from((False, False, True))),
        )
        found.setdefault((fact.id, claim.said), claim)
    return list(found.values())


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_a_course_is_as_if_each_met_each(data: st.DataObject) -> None:
    """Rulings and what holds in the end are those of comparing all pairs, whatever is pinned or reverted."""
    told = data.draw(claims())
    ids = sorted({c.fact.id for c in told})
    pinned = data.draw(st.one_of(st.just([]), st.lists(st.sampled_from(ids), max_size=2)))
    pairs = data.draw(
        st.one_of(st.just([]), st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=2))
    )
    quick = Course.of(told, frozenset(pinned), frozenset(pairs))
    plain = PlainCourse.of(told, frozenset(pinned), frozenset(pairs))
    assert sorted(map(repr, quick.rulings())) == sorted(map(repr, plain.rulings()))
    assert quick.live == plain.live
