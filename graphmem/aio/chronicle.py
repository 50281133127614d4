"""The awaited verbs of time."""

from collections.abc import Sequence
from datetime import datetime

from graphmem.aio.threads import Threaded
from graphmem.model import Fact, Ruling, RulingKind
from graphmem.read.chronicle import FactHistory, SlotSuggestion, Timeline

__all__ = ["AsyncChronicle"]


class AsyncChronicle(Threaded):
    """What was true when, what was known when, and who decided."""

    async def facts(
        self,
        *,
        about: str | None = None,
        predicate: str | None = None,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        include_superseded: bool = False,
        top_k: int = 100,
    ) -> list[Fact]:
        """As `Memory.facts`."""
        return await self._call(
            self.memory.facts,
            about=about,
            predicate=predicate,
            as_of=as_of,
            known_at=known_at,
            include_superseded=include_superseded,
            top_k=top_k,
        )

    async def fact_history(self, fact: Fact | str) -> FactHistory:
        """As `Memory.fact_history`."""
        return await self._call(self.memory.fact_history, fact)

    async def rulings(
        self, *, about: str | None = None, kinds: Sequence[RulingKind] | None = None, undone: bool = False
    ) -> list[Ruling]:
        """As `Memory.rulings`."""
        return await self._call(self.memory.rulings, about=about, kinds=kinds, undone=undone)

    async def timeline(
        self,
        *,
        about: str,
        since: datetime | None = None,
        until: datetime | None = None,
        top_k: int = 1_000,
    ) -> Timeline:
        """As `Memory.timeline`."""
        return await self._call(self.memory.timeline, about=about, since=since, until=until, top_k=top_k)

    async def suggest_slots(self, *, least: int = 20, share: float = 0.9) -> tuple[SlotSuggestion, ...]:
        """As `Memory.suggest_slots`."""
        return await self._call(self.memory.suggest_slots, least=least, share=share)

    async def retract(self, fact: Fact | str, *, who: str, why: str = "") -> Ruling:
        """As `Memory.retract`."""
        return await self._call(self.memory.retract, fact, who=who, why=why)

    async def pin(self, fact: Fact | str, *, who: str, why: str = "") -> Ruling:
        """As `Memory.pin`."""
        return await self._call(self.memory.pin, fact, who=who, why=why)

    async def revert(self, what: Fact | Ruling | str, *, who: str, why: str = "") -> list[Ruling]:
        """As `Memory.revert`."""
        return await self._call(self.memory.revert, what, who=who, why=why)
