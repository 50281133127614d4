"""Laws of what supersedes what, over any tellings of a slot."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.identity import entity_id, fact_id
from graphmem.model import Fact, Ruling
from graphmem.read.validity_view import View, rulings_by_fact
from graphmem.text.slots import shipped_slots
from graphmem.write.validity import Episode, difference, judge

DAY = datetime(2026, 1, 1, tzinfo=UTC)
SLOTS = shipped_slots()
PREDICATES = ("lives_in", "lived_in", "moved_to", "moved_out_of")


def day(n: int | None) -> datetime | None:
    return None if n is None else DAY + timedelta(days=n)


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    start = draw(st.one_of(st.none(), st.integers(0, 8)))
    length = draw(st.one_of(st.none(), st.integers(1, 4)))
    end = None if length is None or start is None else start + length
    predicate, value = draw(st.sampled_from(PREDICATES)), draw(st.sampled_from(("Lisbon", "Porto", "Rome")))
    negated = predicate == "lives_in" and draw(st.booleans())
    modality = draw(st.sampled_from((None, None, None, "plan", "wish")))
    told = {"valid_at": day(start), "invalid_at": day(end), "negated": negated, "modality": modality}
    return Fact(
        "Ada",
        predicate,
        value,
        **told,
        id=fact_id("ns", "Ada", predicate, value, **told),
        subject_id=entity_id("ns", "Ada"),
        object_id=entity_id("ns", value),
        created_at=DAY + timedelta(days=100),
    )


@st.composite
def tellings(draw: st.DrawFn) -> list[Episode]:
    """What a few interactions said, each of one fact or two, dated or not."""
    found = []
    for number in range(draw(st.integers(1, 6))):
        said = day(draw(st.one_of(st.none(), st.integers(0, 10))))
        text = draw(st.sampled_from(("", "", "Actually it is {}, sorry.")))
        for fact in draw(st.lists(facts(), min_size=1, max_size=2, unique_by=lambda f: f.id)):
            found.append(Episode(fact, said, f"i{number}", text.format(fact.object)))
    return found


@st.composite
def decisions(draw: st.DrawFn, episodes: list[Episode]) -> list[Ruling]:
    kinds = draw(st.lists(st.sampled_from(("pin", "retraction", "revert")), max_size=2))
    ids = sorted({e.fact.id for e in episodes})
    return [
        Ruling(older=draw(st.sampled_from(ids)), kind=k, newer=draw(st.sampled_from(ids)) if k == "revert" else None)
        for k in kinds
    ]


def current(episodes: list[Episode], rulings: list[Ruling], at: datetime) -> list[Fact]:
    """The facts with a positive value of the slot at an instant."""
    view, by_fact = View(at, SLOTS, as_of=at), rulings_by_fact(rulings)
    first: dict[str, datetime] = {}
    for episode in episodes:
        first.setdefault(episode.fact.id, DAY - timedelta(days=999))
        if episode.said is not None:
            said = [e.said for e in episodes if e.fact.id == episode.fact.id and e.said is not None]
            undated = any(e.said is None for e in episodes if e.fact.id == episode.fact.id)
            first[episode.fact.id] = DAY - timedelta(days=999) if undated else min(said)
    told = {e.fact.id: e.fact for e in episodes}
    return [
        f
        for f in told.values()
        if f.modality is None
        and not f.negated
        and f.predicate != "moved_out_of"
        and view.shows(f, by_fact.get(f.id, []), said=first[f.id])
    ]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_one_value_at_a_time(data: st.DataObject) -> None:
    """At any instant a slot of one value has at most one, but for members of a conflict that says so."""
    episodes = data.draw(tellings())
    said = data.draw(decisions(episodes))
    rulings = judge(episodes, said, slots=SLOTS)
    retractions = [r for r in said if r.kind == "retraction"]
    for n in range(-1, 14):
        at = DAY + timedelta(days=n, hours=1)
        held = current(episodes, rulings + retractions, at)
        values = {f.object for f in held}
        if len(values) > 1:
            conflicts = [
                r
                for r in rulings
                if r.kind == "conflict" and (r.at is None or r.at <= at) and (r.until is None or at < r.until)
            ]
            members = {end for r in conflicts for end in (r.older, r.newer)}
            alone = values - {f.object for f in held if f.id in members}
            assert not alone, (values, alone)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_arrival_does_not_show(data: st.DataObject) -> None:
    """The same tellings in any order lead to the same rulings."""
    episodes = data.draw(tellings())
    said = data.draw(decisions(episodes))
    again = data.draw(st.permutations(episodes))
    assert judge(episodes, said, slots=SLOTS) == judge(again, list(reversed(said)), slots=SLOTS)


@settings(max_examples=80, deadline=None)
@given(tellings())
def test_rulings_are_sound(episodes: list[Episode]) -> None:
    """A ruling lasts for some time, is on a fact that was told, by another one, and is derived once."""
    told = {e.fact.id for e in episodes}
    rulings = judge(episodes, slots=SLOTS)
    assert len({(r.older, r.kind, r.newer, r.at, r.until) for r in rulings}) == len(rulings)
    for ruling in rulings:
        assert ruling.older in told
        assert ruling.newer in told
        assert ruling.older != ruling.newer
        assert ruling.at is None or ruling.until is None or ruling.at < ruling.until


@settings(max_examples=60, deadline=None)
@given(tellings(), tellings())
def test_difference_is_what_is_missing(before: list[Episode], after: list[Episode]) -> None:
    """What stands, less what is undone, with what is new, is what was wanted."""
    standing = [
        Ruling(older=r.older, kind=r.kind, newer=r.newer, at=r.at, until=r.until, evidence=r.evidence, id=str(n))
        for n, r in enumerate(judge(before, slots=SLOTS))
    ]
    wanted = judge(before + after, slots=SLOTS)
    told = difference(standing, wanted)
    key = lambda r: (r.older, r.kind, r.newer or "", str(r.at), str(r.until), r.evidence or "")  # noqa: E731
    left = [r for r in standing if r.id not in told.undone]
    assert sorted(map(key, [*left, *told.new])) == sorted(map(key, wanted))
