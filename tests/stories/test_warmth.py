"""How well things are retained, and what consolidation may add to recall."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from graphmem import Memory, Message
from graphmem.errors import InvalidInput, NotFound
from graphmem.learn.heat import Tiers
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
