"""Consolidation beside everything else: while it works, others read, write and forget, and nothing gets lost."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np

from graphmem import Memory, Message
from graphmem.rows import Vectors
from tests.conftest import WHEN

Opener = Callable[..., Memory]
PATIENCE = 60.0


class Embedder:
    """Embeds by letters; before it embeds anything while `meanwhile` is set, another thread does that once."""

    name, revision, dimension = "letters", "1", 26

    def __init__(self) -> None:
        self.meanwhile: Callable[[], object] | None = None
        self.in_time: list[bool] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the letters' shares."""
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            self.in_time.append(_on_another_thread(act))
        counts = np.array([[1 + t.lower().count(chr(97 + n)) for n in range(26)] for t in texts], dtype=np.float32)
        rows = counts.reshape(-1, 26)
        unit: Vectors = np.divide(rows, np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
        return unit

    def embed_question(self, text: str) -> Vectors:
        """Return a question's."""
        unit: Vectors = self.embed([text])[0]
        return unit


def _on_another_thread(act: Callable[[], object]) -> bool:
    """Return whether another thread comes through it; what keeps a lock meanwhile would have it wait."""
    done = threading.Event()

    def through() -> None:
        act()
        done.set()

    thread = threading.Thread(target=through, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return done.is_set()


def _told(memory: Memory, *, sessions: int) -> None:
    for n in range(sessions):
        at = WHEN + timedelta(days=n)
        texts = (f"I grow {n} tomatoes.", f"Nobody has as many as {n}.", f"I sold {n} of them.")
        memory.remember([Message(t, speaker="Ada", at=at) for t in texts], session=f"day {n}")


def _kept(memory: Memory) -> list[tuple[object, ...]]:
    nodes = memory.store.nodes(memory.namespace, top_k=10_000)
    links = memory.store.links(memory.namespace)
    told = [(n.id, n.name, n.text, sorted(map(str, n.attributes.items()))) for n in nodes]
    return sorted(told) + sorted((k.type, k.source, k.target, k.key) for k in links)


def test_nobody_waits_for_rules(opened: Opener, tmp_path: Path) -> None:
    """Between the transactions of a consolidation by rules, others recall, remember and forget.

    What is forgotten leaves no word behind, and the next run ends where one that nobody disturbed does.
    """
    memory = opened(tmp_path / "beside.db", extractor=None, embedder=Embedder())
    _told(memory, sessions=4)
    first = memory.history()[0]

    def meanwhile() -> None:
        assert memory.recall("Who grows tomatoes?").hits
        memory.remember([Message("I grow melons now.", speaker="Ada", at=WHEN + timedelta(days=9))], session="news")
        memory.forget(interactions=[first.id])

    acts = iter([meanwhile])
    came_through: list[bool] = []

    def tick(step: str, count: int) -> None:
        act = next(acts, lambda: memory.recall("Who grows tomatoes?"))
        came_through.append(_on_another_thread(act))

    memory.consolidate(tick=tick)
    assert len(came_through) > 1
    assert all(came_through)
    assert not any(first.text in n.text for n in memory.store.nodes(memory.namespace, expired=True, top_k=10_000))
    memory.consolidate()
    plain = opened(tmp_path / "plain.db", extractor=None, embedder=Embedder())
    _told(plain, sessions=4)
    plain.remember([Message("I grow melons now.", speaker="Ada", at=WHEN + timedelta(days=9))], session="news")
    plain.forget(interactions=[first.id])
    plain.consolidate()
    assert _kept(memory) == _kept(plain)
    assert sum(memory.consolidate().written.values()) == 0


def test_credit_earned_meanwhile_is_kept(opened: Opener, extractor: object) -> None:
    """A lesson that is credited between a step's reading it and writing it keeps the credit: the step begins again."""
    embedder = Embedder()
    memory = opened(extractor=extractor, embedder=embedder)

    def say(text: str, days: range) -> None:
        for n in days:
            memory.remember([Message(text, speaker="Ada", at=WHEN + timedelta(days=n))], session=f"{text} {n}")

    say("I live in Lisbon.", range(3))
    memory.consolidate(steps=["insights"])
    lesson = next(i for i in memory.insights() if "Lisbon" in i.text)
    say("I live in Lisbon.", range(3, 4))
    say("I play the violin.", range(3))
    with memory.query("Where to send the violin?") as query:
        query.used(lesson)

        def credit() -> None:
            query.close(outcome="success")

        embedder.meanwhile = credit
        memory.consolidate(steps=["insights"])
    assert embedder.in_time == [True]
    found = {i.id: i for i in memory.insights()}
    assert found[lesson.id].score == lesson.score + 1
    assert found[lesson.id].evidence["said"] == 4
    assert any("violin" in i.text for i in found.values())


def test_a_lesson_stays_when_it_served(opened: Opener) -> None:
    """A lesson that rests on a fact outlasts the credit of a query that used it, and what comes after."""
    memory = opened(embedder=Embedder())
    for n in range(3):
        memory.remember([Message("I live in Lisbon.", speaker="Ada", at=WHEN + timedelta(days=n))], session=f"day {n}")
    memory.consolidate(steps=["insights"])
    (lesson,) = memory.insights()
    with memory.query("Where to send the parcel?") as query:
        query.used(lesson)
        query.close(outcome="success")
    memory.consolidate(steps=["insights"])
    assert [(i.id, i.score) for i in memory.insights()] == [(lesson.id, lesson.score + 1)]
