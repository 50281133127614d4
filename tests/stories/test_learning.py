"""An agent works on queries with a memory at its side: what it did is kept, and the next query gets guidance."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from graphmem import Memory, Message, RecallOptions
from graphmem.errors import InvalidInput, NotFound
from graphmem.learn.feedback import Tuning
from graphmem.learn.options import LearningOptions
from graphmem.learn.queries import Query
from tests.conftest import WHEN

Opener = Callable[..., Memory]


def _booked(memory: Memory, number: int, *, tool: str, outcome: str, hours: int) -> Query:
    """A closed query about a table, done with one tool."""
    query = memory.query(f"Book a table for {number} in Porto", agent="planner", at=WHEN + timedelta(hours=hours))
    query.step(f"tried by {tool}", role="caller", tool=tool, result=outcome, reward=1 if outcome == "success" else -1)
    query.close(outcome="success" if outcome == "success" else "failure")
    return query


def test_the_next_query_is_guided_by_the_last(opened: Opener) -> None:
    """What worked on a similar query comes back with its key steps, what failed as a warning, facts beside them."""
    memory = opened()
    memory.remember("The Lighthouse in Porto seats forty people.", speaker="Ada", at=WHEN)
    _booked(memory, 6, tool="web", outcome="success", hours=1)
    _booked(memory, 4, tool="phone", outcome="failure", hours=2)
    guidance = memory.query("Book a table for 9 in Porto", at=WHEN + timedelta(hours=3)).guidance()
    assert [s.text for t in guidance.traces for s in t.steps] == ["tried by web"]
    assert [s.text for t in guidance.warnings for s in t.steps] == ["tried by phone"]
    assert "The Lighthouse" in str(guidance)
    assert all(t.cosine > 0.7 for t in guidance.traces)


def test_guidance_reads_without_its_context(opened: Opener) -> None:
    """In a prompt, what worked leaves out what was punished on the way; who said what is known, and when."""
    memory = opened()
    memory.remember("I moved to Porto.", speaker="Ada", at=WHEN)
    with memory.query("Book a table for 6 in Porto", at=WHEN) as query:
        query.step("called", result="engaged", reward=-1)
        query.step("wrote", result="confirmed", reward=1)
        query.close(outcome="success")
    told = str(memory.guidance("Book a table for 4 in Porto"))
    assert "- Book a table for 6 in Porto: wrote -> confirmed\n" in told
    assert "engaged" not in told
    assert f"- [{WHEN:%Y-%m-%d}] Ada: I moved to Porto." in told
    lines = [line for line in told.splitlines() if line]
    assert len(set(lines)) == len(lines)


def test_lessons_rise_from_outcomes(opened: Opener) -> None:
    """After enough contrary outcomes a lesson stands, says what to do, names its support, and is offered."""
    memory = opened(extractor=None)
    for n in range(5):
        _booked(memory, n + 2, tool="web", outcome="success", hours=2 * n)
        _booked(memory, n + 12, tool="phone", outcome="failure", hours=2 * n + 1)
    advised = {(i.feature.name, i.polarity): i for i in memory.insights() if i.feature is not None}
    assert {("web", 1), ("phone", -1)} <= set(advised)
    assert len(advised["web", 1].supports) >= 4
    query = memory.query("Book a table for 20 in Porto", at=WHEN + timedelta(hours=30))
    offered = query.guidance().insights
    assert offered
    assert offered[0].insight.text in str(query.guidance())
    assert "similar queries support it" in offered[0].why


def test_credit_follows_the_outcome(opened: Opener) -> None:
    """An insight that was used gains one by a success, loses two by a failure, and is retired, not deleted, below 0."""
    memory = opened(extractor=None)
    lesson = memory.insight("Call before noon: the office closes early.")
    assert (lesson.score, lesson.origin, lesson.supports) == (2, "asserted", ())

    def work(hours: int, outcome: str) -> None:
        with memory.query("Renew a passport", at=WHEN + timedelta(hours=hours)) as query:
            query.used(lesson)
            query.close(outcome="success" if outcome == "success" else "failure")

    work(1, "success")
    assert memory.insights()[0].score == 3
    work(2, "failure")
    work(3, "failure")
    assert memory.insights() == []
    retired = memory.insights(retired=True)[0]
    assert (retired.score, retired.retired_at is not None) == (-1, True)
    assert sorted(s.polarity for s in retired.supports) == [-1, -1, 1]


def test_a_quoted_lesson_counts_as_used(opened: Opener) -> None:
    """A step that quotes an offered insight, or cites its id, leans on it without being told."""
    memory = opened(extractor=None)
    lesson = memory.insight("Ask for the night desk when booking late.")
    with memory.query("Booking late at night: ask for a desk") as query:
        assert [a.insight.id for a in query.guidance().insights] == [lesson.id]
        query.step("Thinking: ask for the night desk when booking late, so I call")
        query.close(outcome="success")
    assert memory.insights()[0].score == 3


def test_what_nobody_closed_stays_open_and_teaches_nothing(opened: Opener, tmp_path: Path) -> None:
    """A crash leaves a query open: it is listed, no guidance comes from it, and another process goes on with it."""
    path = tmp_path / "memory.db"
    memory = opened(path)
    query = memory.query("Book a ferry to Faro")
    with suppress(RuntimeError), query:
        query.step("looked at the timetable")
        raise RuntimeError("the agent crashed")
    memory.close()
    again = opened(path)
    assert [q.text for q in again.queries(is_open=True)] == ["Book a ferry to Faro"]
    other = again.query("Book a ferry to Tavira")
    assert other.guidance().traces == ()
    resumed = again.query("Book a ferry to Faro", id=query.id)
    resumed.step("bought two tickets")
    resumed.close(outcome="success")
    assert [len(t.steps) for t in other.guidance().traces] == [2]


def test_a_query_is_closed_once(opened: Opener) -> None:
    """Closing twice, and a step after closing, are refused in words; of two agents closing at once one succeeds."""
    memory = opened(extractor=None)
    query = memory.query("Water the plants")
    query.close(outcome="success")
    with pytest.raises(InvalidInput, match="closed"):
        query.close(outcome="success")
    with pytest.raises(InvalidInput, match="closed"):
        query.step("more water")
    with pytest.raises(InvalidInput, match="outcome"):
        memory.query("Feed the cat").close(outcome="meh")  # type: ignore[arg-type]
    shared = memory.query("Paint the fence")
    handles = [memory.query("Paint the fence", id=shared.id) for _ in range(4)]
    refused: list[Exception] = []

    def close(handle: Query) -> None:
        try:
            handle.close(outcome="success")
        except InvalidInput as err:
            refused.append(err)

    threads = [threading.Thread(target=close, args=(h,)) for h in handles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3


def test_several_agents_write_steps_into_one_query(opened: Opener, tmp_path: Path) -> None:
    """Two memories on one file add steps to one query; none is lost, and each follows its own."""
    path = tmp_path / "memory.db"
    one, two = opened(path, extractor=None), opened(path, extractor=None)
    query = one.query("Organise the fair", agent="planner")
    other = two.query("Organise the fair", agent="planner", id=query.id)
    for n in range(5):
        query.step(f"wrote invitation {n}", role="writer")
        other.step(f"built stand {n}", role="builder")
    other.close(outcome="success", answer="all set")
    traces = one.query("Organise the fair again").guidance().traces
    assert len(traces[0].steps) >= 5
    found = one.recall("built stand 3", top_k=1, options=RecallOptions(kinds=("step",)))
    assert found[0].text == "built stand 3"


def test_sub_goals_form_a_tree(opened: Opener) -> None:
    """A sub-goal knows its parent; a circle is refused; an unknown parent is not found."""
    memory = opened(extractor=None)
    trip = memory.query("Plan the trip", id="trip")
    hotel = trip.query("Find a hotel")
    assert memory.queries(is_open=True)[0].parent in (None, "trip")
    with pytest.raises(InvalidInput, match="circle"):
        memory.query("Plan the trip", id="trip", parent=hotel.id)
    with pytest.raises(NotFound):
        memory.query("Something", parent="nobody")


def test_roles_see_their_own_steps(opened: Opener) -> None:
    """Guidance for a role shows what that role did, where it did anything."""
    memory = opened(extractor=None)
    with memory.query("Ship the release") as query:
        query.step("wrote the notes", role="writer", reward=1)
        query.step("ran the tests", role="tester", reward=1)
        query.close(outcome="success")
    shown = memory.query("Ship the next release").guidance(role="tester").traces[0]
    assert [s.role for s in shown.steps] == ["tester"]


def test_a_function_answers_queries(opened: Opener) -> None:
    """A decorated function's result closes its query as a success, its error as a failure, and the error goes on."""
    memory = opened(extractor=None)

    @memory.answers(agent="clerk")
    def answer(text: str, *, query: Query | None = None) -> str:
        assert query is not None
        query.step(f"looked up {text}")
        if "impossible" in text:
            raise LookupError(text)
        return "42"

    assert answer("the meaning") == "42"
    with pytest.raises(LookupError):
        answer("the impossible")
    outcomes = {q.text: (q.outcome, q.answer, q.agent) for q in memory.queries()}
    assert outcomes == {"the meaning": ("success", "42", "clerk"), "the impossible": ("failure", None, "clerk")}


def test_ablations_leave_one_side_out(opened: Opener) -> None:
    """Insights or similar queries can be switched off, and then they are not offered."""
    memory = opened(extractor=None)
    _booked(memory, 6, tool="web", outcome="success", hours=1)
    memory.insight("Book a table by the web form.")
    text = "Book a table for 7 in Porto"
    memory.learning = LearningOptions(use_insights=False)
    without_insights = memory.query(text, id="a").guidance()
    memory.learning = LearningOptions(use_traces=False)
    without_traces = memory.query(text, id="b").guidance()
    assert (without_insights.insights, bool(without_insights.traces)) == ((), True)
    assert (bool(without_traces.insights), without_traces.traces) == (True, ())
    with pytest.raises(InvalidInput, match="half_life"):
        LearningOptions(half_life=0)


def test_consolidation_is_idempotent_and_follows_what_is_forgotten(opened: Opener) -> None:
    """Summaries name their sources; a second run writes nothing; a forgotten session takes its summary with it."""
    memory = opened()
    garden = [
        "I planted tomatoes in the garden.",
        "The tomatoes need water every day.",
        "My garden has ten tomatoes now.",
    ]
    trains = ["The night train to Vienna was late.", "Trains in Austria are clean.", "I take the train on Friday."]
    chat = [Message(t, speaker="Ada", at=WHEN + timedelta(minutes=n)) for n, t in enumerate(garden + trains)]
    memory.remember(chat, session="chat")
    planned = memory.consolidate(dry_run=True)
    assert planned.written["sessions"] > 0
    done = memory.consolidate()
    assert done.written == planned.written
    assert sum(memory.consolidate().written.values()) == 0
    nodes = memory.store.nodes(memory.namespace, labels=["Segment"])
    assert {n.attributes["level"] for n in nodes} == {"segment", "session", "memory"}
    said = {i.id for i in memory.history(session="chat")}
    sources = memory.store.links(memory.namespace, types=["DERIVED_FROM"], sources=[n.id for n in nodes])
    assert sources
    assert {link.target for link in sources} <= said
    memory.forget(session="chat")
    memory.consolidate()
    assert memory.store.nodes(memory.namespace, labels=["Segment"]) == []


def test_notes_link_what_belongs_together(opened: Opener) -> None:
    """Notes carry keywords and lead to earlier turns alike; asked for again they stay, and the chat is untouched."""
    memory = opened(extractor=None)
    said = ["I planted tomatoes.", "My tomatoes grow well.", "The train was late.", "The night train was late again."]
    memory.remember([Message(t, speaker="Ada", at=WHEN + timedelta(minutes=n)) for n, t in enumerate(said)])
    assert memory.consolidate(steps=["sessions", "notes"]).written["notes"] == 4
    assert sum(memory.consolidate(steps=["sessions", "notes"]).written.values()) == 0
    turns = {i.id: i.text for i in memory.history()}
    notes = {
        n.id: turns[str(n.attributes["interaction"])]
        for n in memory.store.nodes(memory.namespace, labels=["Annotation"])
    }
    ties = memory.store.links(memory.namespace, types=["RELATED_TO"])
    assert {(notes[t.source], turns[t.target]) for t in ties} == {(said[1], said[0]), (said[3], said[2])}


def test_nearly_equal_insights_become_one(opened: Opener) -> None:
    """Consolidation merges what says the same into a new insight that inherits the support; the parts are kept."""
    memory = opened(extractor=None)
    query = memory.query("Book a table")
    query.close(outcome="success")
    memory.insight("Call the restaurant before noon.", supports=[query])
    memory.insight("Call the restaurant before noon!")
    memory.insight("Never lend Charles your bicycle.")
    memory.consolidate(steps=["insights"])
    merged = [i for i in memory.insights() if i.origin == "merged"]
    assert [len(i.supports) for i in merged] == [1]
    assert len(memory.insights()) == 2
    assert len(memory.insights(retired=True)) == 4
    assert sum(memory.consolidate(steps=["insights"]).written.values()) == 0


def test_core_blocks_keep_their_history(opened: Opener) -> None:
    """A block is edited in versions, keeps to its limit, and leaves the context when dropped, not its history."""
    memory = opened(extractor=None)
    memory.core.set("persona", "I plan trips.", by="ada")
    edited = memory.core.set("persona", "I plan trips and dinners.", by="charles")
    assert memory.core.set("persona", "I plan trips and dinners.") == edited
    assert str(memory.core) == "[persona]\nI plan trips and dinners."
    assert [(b.version, b.text, b.by) for b in memory.core.history("persona")] == [
        (1, "I plan trips.", "ada"),
        (2, "I plan trips and dinners.", "charles"),
    ]
    with pytest.raises(InvalidInput, match="characters"):
        memory.core.set("persona", "x" * 2_001)
    memory.core.drop("persona")
    assert (str(memory.core), len(memory.core.history("persona"))) == ("", 2)
    with pytest.raises(NotFound):
        memory.core["persona"]


def test_queries_and_insights_are_recalled(opened: Opener) -> None:
    """Recall ranks queries and insights side by side with the rest, with their reasons and the way there."""
    memory = opened(extractor=None)
    for n in range(5):
        _booked(memory, n + 2, tool="web", outcome="success", hours=2 * n)
        _booked(memory, n + 12, tool="phone", outcome="failure", hours=2 * n + 1)
    with memory.query("Translate the contract into Danish") as other:
        other.close(outcome="success")
    found = memory.recall("book a table", top_k=3, options=RecallOptions(types=("insight", "query")))
    insights, queries = ([h for h in found.hits if h.type == t] for t in ("insight", "query"))
    assert insights[0].text.startswith(("Use web", "Do not use phone"))
    assert insights[0].why.path.relations == ("SUPPORTED_BY",)
    assert sum(insights[0].why.parts.values()) == pytest.approx(insights[0].score, abs=1e-5)
    assert all("table" in h.text for h in queries)
    danish = memory.recall("Danish contract", top_k=1, options=RecallOptions(types=("query",)))
    assert danish[0].text == "Translate the contract into Danish"


def test_feedback_moves_the_ranking_of_its_namespace_alone(opened: Opener, tmp_path: Path) -> None:
    """Useful hits move this namespace's ranking; it lasts until it is undone."""
    path = tmp_path / "memory.db"
    chat = [
        Message(f"Ada likes {thing}.", speaker=who, at=WHEN) for who in ("Ada", "Charles") for thing in ("tea", "jazz")
    ]
    memory = opened(path, extractor=None)
    memory.remember(chat)
    found = memory.recall("What does Ada like?", top_k=4)
    memory.feedback(found, useful=[found[3]])
    assert memory.tuning.pairs == 3
    again = memory.recall("What does Ada like?", top_k=4)
    assert again[0].why.ranking.endswith("tuned")
    with pytest.raises(InvalidInput, match="hits"):
        memory.feedback(found, useful=["nobody"])
    with pytest.raises(InvalidInput, match="useful"):
        memory.feedback(found)
    memory.close()
    later = opened(path, extractor=None)
    assert later.tuning.pairs == 3
    later.tune(Tuning())
    assert [h.score for h in later.recall("What does Ada like?", top_k=4)] == [h.score for h in found]


def test_another_embedder_finds_what_was_learnt(opened: Opener, tmp_path: Path) -> None:
    """After going over to another embedder and back, queries and insights have vectors and guide again."""
    path = tmp_path / "memory.db"
    memory = opened(path, extractor=None)
    _booked(memory, 6, tool="web", outcome="success", hours=1)
    memory.store.drop_vectors(memory.namespace)
    memory.close()
    again = opened(path, extractor=None)
    assert again.guidance("Book a table for 7 in Porto").traces == ()
    again.reembed()
    assert len(again.guidance("Book a table for 7 in Porto").traces) == 1


def test_an_empty_memory_has_nothing_to_learn_from(opened: Opener) -> None:
    """Guidance and consolidation of nothing are empty, and bad arguments are told."""
    memory = opened(extractor=None)
    assert sum(memory.consolidate().written.values()) == 0
    query = memory.query("Anything")
    assert str(query.guidance()) == ""
    with pytest.raises(InvalidInput, match="top_k"):
        query.guidance(top_k=0)
    with pytest.raises(InvalidInput, match="step"):
        memory.consolidate(steps=["dreams"])  # type: ignore[list-item]
    with pytest.raises(InvalidInput):
        memory.query("  ")
    with pytest.raises(NotFound):
        memory.insight("A lesson.", supports=["nobody"])
