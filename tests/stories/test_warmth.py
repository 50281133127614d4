"""How well things are retained, and what consolidation may add to recall."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from graphmem import Fact, Memory, Message, RecallOptions
from graphmem.errors import InvalidInput, NotFound
from graphmem.learn.feedback import Tuning
from graphmem.learn.heat import Tiers
from graphmem.learn.options import LearningOptions
from graphmem.learn.steps import EVERY_STEP
from graphmem.read.channels import POOL, Channels
from graphmem.read.pack import estimated_tokens
from tests.conftest import WHEN

Opener = Callable[..., Memory]


def test_use_keeps_warm_and_nothing_is_lost(opened: Opener) -> None:
    """What a query used is hot though it is old; the rest cools with time; cold or not, all of it is recalled."""
    memory = opened(extractor=None)
    said = [Message(f"Ada likes {what}.", speaker="Ada", at=WHEN) for what in ("tea", "jazz", "chess")]
    memory.remember(said)
    tea, *others = memory.history()
    with memory.query("What to give Ada?") as query:
        query.used(tea)
        query.close(outcome="success")
    first, second = memory.retained(tea, others[0].id)
    assert (first.strength, first.tier, second.strength) == (2, "hot", 1)
    assert first.retention > second.retention
    assert memory.tiers(now=WHEN + timedelta(days=1)) == Tiers(hot=3)
    assert memory.tiers(now=WHEN + timedelta(days=7)) == Tiers(hot=1, warm=2)
    assert memory.tiers(now=WHEN + timedelta(days=3650)).cold >= 2
    assert len(memory.recall("What does Ada like?", top_k=3)) == 3
    with pytest.raises(NotFound):
        memory.retained("nobody")
    with pytest.raises(InvalidInput):
        memory.tiers(now=WHEN.replace(tzinfo=None))


def test_channels_add_and_leave_nothing_out(opened: Opener) -> None:
    """A channel that is on tells its part of the score, moves hits by it, and finds the same; off, it is nothing."""
    memory = opened()
    plants = ["I planted tomatoes in the garden.", "The tomatoes need water.", "My garden has ten tomatoes."]
    trains = ["The night train was late.", "Ada works at Feedzai.", "I take the train on Friday."]
    chat = [Message(t, speaker="Ada", at=WHEN + timedelta(hours=n)) for n, t in enumerate(plants + trains)]
    memory.remember(chat, session="chat")
    memory.consolidate(steps=EVERY_STEP)
    plain = memory.recall("What grows in the garden?", top_k=6)
    memory.channels = Channels(router=0.5, association=0.5, communities=0.5, retention=0.5)
    told = memory.recall("What grows in the garden?", top_k=6)
    assert {h.id for h in told} == {h.id for h in plain}
    names = {"channel_router", "channel_association", "channel_communities", "channel_retention"}
    assert names <= set(told[0].why.parts)
    assert all(sum(h.why.parts.values()) == pytest.approx(h.score, abs=1e-4) for h in told)
    assert told[0].why.values["channel_router"] > 0
    assert any(h.why.values["channel_association"] > 0 for h in told)
    memory.channels = Channels(retention=1_000.0)
    soon = RecallOptions(now=WHEN + timedelta(days=1))
    newest = memory.recall("What grows in the garden?", top_k=2, options=soon)
    assert newest[0].at == chat[-1].at
    memory.channels = Channels()
    assert memory.recall("What grows in the garden?", top_k=6).hits == plain.hits
    with pytest.raises(InvalidInput):
        Channels(router=float("nan"))


def test_communities_bring_what_was_not_among_the_best(opened: Opener) -> None:
    """What states a routed community's facts is scored beside the hundred best, within the filters; off, it is not."""
    memory = opened()
    parties = [Message(f"The garden party was fun, number {n}.", speaker="Zoe", at=WHEN) for n in range(POOL + 5)]
    memory.remember(parties, session="garden")
    colleagues = [f"{name} works at Feedzai." for name in ("Ada", "Bob", "Cleo", "Dora")]
    memory.remember([Message(t, speaker="Eve", at=WHEN) for t in colleagues], session="work")
    memory.consolidate(steps=["communities"])
    question = "Was the garden party fun?"
    assert not {h.text for h in memory.recall(question, top_k=POOL)} & set(colleagues)
    memory.channels = Channels(communities=1_000.0)
    found = memory.recall(question, top_k=4)
    assert {h.text for h in found} == set(colleagues)
    assert all(sum(h.why.parts.values()) == pytest.approx(h.score, abs=1e-3) for h in found)
    inside = memory.recall(question, top_k=4, options=RecallOptions(session="garden"))
    assert len(inside) == 4
    assert not {h.text for h in inside} & set(colleagues)


def test_what_is_useful_is_used(opened: Opener) -> None:
    """Feedback strengthens what it calls useful, a recall only where that is asked for, and the use is kept."""
    memory = opened(extractor=None)
    said = ["Ada likes tea.", "Ada likes jazz.", "Ada likes chess."]
    memory.remember([Message(t, speaker="Ada", at=WHEN - timedelta(days=99)) for t in said])
    found = memory.recall("What does Ada like?", top_k=3)
    assert [r.strength for r in memory.retained(*found)] == [1, 1, 1]
    for _ in range(2):
        memory.feedback(found, useful=[found[1]])
    memory.feedback(found, useless=[found[0]])
    assert [(r.strength, r.tier) for r in memory.retained(*found)] == [(1, "cold"), (3, "hot"), (1, "cold")]
    assert memory.tiers().hot == 1
    memory.learning = LearningOptions(recall_counts=True)
    again = memory.recall("What does Ada like?", top_k=2)
    assert [r.strength - (r.id == found[1].id) * 2 for r in memory.retained(*again)] == [2, 2]
    memory.forget(interactions=[found[1].id])
    assert memory.store.links(memory.namespace, types=["USED"], sources=[found[1].id]) == []


def test_what_is_hot_has_the_first_claim_on_room(opened: Opener) -> None:
    """A context packed by warmth keeps what is hot where there is no room for all, and the order of the hits."""
    memory = opened(extractor=None)
    said = ["Ada likes tea.", "Ada likes jazz.", "Ada likes chess."]
    memory.remember([Message(t, speaker="Ada", at=WHEN - timedelta(days=99)) for t in said])
    found = memory.recall("What does Ada like?", top_k=3)
    memory.feedback(found, useful=[found[2]])
    costs = [estimated_tokens(line) + 1 for line in found.context(tokens=800).splitlines()]
    room = sum(sorted(costs)[1:])  # for any two of three
    plain, warm = (found.context(tokens=room, warm=told) for told in ((), memory.retained(*found)))
    assert [h.text in plain for h in found] == [True, True, False]
    assert [h.text in warm for h in found] == [True, False, True]
    assert warm.index(found[0].text) < warm.index(found[2].text)
    assert found.context(tokens=800, warm=memory.retained(*found)) == found.context(tokens=800)


def test_an_answer_tells_what_it_leans_on(opened: Opener) -> None:
    """What an answer cites was useful as if somebody had said so; one that cites nothing teaches nothing."""
    memory = opened(extractor=None)
    said = ["Ada likes tea with lemon and honey in the morning.", "Ada likes jazz.", "Ada likes chess."]
    memory.remember([Message(t, speaker="Ada", at=WHEN - timedelta(days=99)) for t in said])
    found = memory.recall("What does Ada like?", top_k=3)
    quoted = next(h for h in found if "lemon" in h.text)
    assert memory.feedback(found, answer="I do not know.") == memory.tuning == Tuning()
    memory.feedback(found, answer="She likes tea, with lemon and honey in the morning.")
    memory.feedback(found, answer=f"She does, see {found[2].id} and [3].")
    uses = {r.id: r.strength - 1 for r in memory.retained(*found)}
    assert uses == {found[0].id: 0, found[1].id: 0, quoted.id: 1, found[2].id: 1 + (found[2].id == quoted.id)}
    assert memory.tuning.pairs > 0


def test_many_things_are_asked_at_once(opened: Opener) -> None:
    """How well things are retained, and what a lesson rests on, is asked of any number of them."""
    memory = opened(extractor=None)
    memory.remember([Fact(f"Plot {n}", "has_tree", f"tree {n}") for n in range(1_001)])
    facts = memory.facts(top_k=2_000)
    assert len(memory.retained(*facts)) == 1_001
    assert len(memory.insight("Every plot has a tree.", supports=facts).supports) == 1_001
    assert memory.retained() == []
