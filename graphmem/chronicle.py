"""The verbs of time: facts as of an instant, what happened to one, timelines, and a person's word on it."""

from collections.abc import Sequence
from datetime import datetime
from time import perf_counter

from graphmem.arguments import checked_verbs
from graphmem.errors import NotFound
from graphmem.identity import name_key
from graphmem.model import Fact, Ruling, RulingKind
from graphmem.read.believed import needs_rulings, own_words, seen_in, told_beside
from graphmem.read.chronicle import FactHistory, SlotSuggestion, Timeline, suggested, threads
from graphmem.read.validity_view import View
from graphmem.upkeep import Upkeep, logged
from graphmem.write.admit import checked_count, checked_instant, checked_name
from graphmem.write.merged import merged_groups, origin_of
from graphmem.write.rulings import Rulings
from graphmem.write.validity import DERIVED

__all__ = ["Chronicle"]

_ALL = 1 << 31
#: The kinds of a person's word.
_OWN: tuple[RulingKind, ...] = ("retraction", "pin", "revert")


@checked_verbs
class Chronicle(Upkeep):
    """What was true when, what was known when, and who decided."""

    def facts(
        self,
        *,
        about: str | None = None,
        predicate: str | None = None,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        include_superseded: bool = False,
        top_k: int = 100,
    ) -> list[Fact]:
        """Return facts, the latest said first: those that hold now, and those of the past that nothing took back.

        Args:
            about: an entity by name, alias or merge; as subject or object.
            predicate: one relation, as `works_at`.
            as_of: an aware instant: facts that held in the world then, as far as it is known when they held.
            known_at: an aware instant: what this memory knew then (system time).
            include_superseded: also what others took the place of, what is over and what was retracted.
            top_k: at most so many.

        Raises:
            InvalidInput: an instant without a zone.
        """
        view = self._view(as_of=as_of, known_at=known_at, include_superseded=include_superseded)
        ids = None if about is None else self._entity_ids(about)
        if ids == []:
            return []
        asked = checked_count(top_k)
        while True:
            read = self.store.facts(self.namespace, about=ids, predicate=predicate, expired=True, top_k=asked)
            found = self._seen(read, view)
            if len(found) >= top_k or len(read) < asked:
                return self._plainly(found[:top_k], view)
            asked *= 4

    def fact_history(self, fact: Fact | str) -> FactHistory:
        """Return who said a fact (or its id) and when, and all that was decided on it, undone rulings included.

        Raises:
            NotFound: there is no such fact.
        """
        found = self._fact(fact)
        rulings = self.store.rulings(self.namespace, facts=[found.id], undone=True)
        ends = {end for r in rulings for end in (r.older, r.newer) if end is not None} - {found.id}
        others = self.store.facts(self.namespace, ids=sorted(ends), expired=True, top_k=len(ends)) if ends else []
        return FactHistory(
            fact=found,
            sayings=tuple(self.store.sayings(self.namespace, [found.id])),
            rulings=tuple(rulings),
            others=tuple(sorted(others, key=lambda f: f.id)),
        )

    def rulings(
        self, *, about: str | None = None, kinds: Sequence[RulingKind] | None = None, undone: bool = False
    ) -> list[Ruling]:
        """Return what was decided, in order: on facts about an entity, of some kinds; `undone` rulings too."""
        facts = None
        if about is not None:
            told = self.store.facts(self.namespace, about=self._entity_ids(about), expired=True, top_k=_ALL)
            facts = [f.id for f in told]
        found = self.store.rulings(self.namespace, facts=facts, undone=undone, top_k=_ALL)
        return [r for r in found if kinds is None or r.kind in kinds]

    def timeline(
        self,
        *,
        about: str,
        since: datetime | None = None,
        until: datetime | None = None,
        top_k: int = 1_000,
    ) -> Timeline:
        """Return what happened to an entity, as threads of facts and interactions, oldest first in each.

        Superseded facts are part of it, with what took their place and why.

        Args:
            about: the entity, by name, alias or merge.
            since: what was at or after this aware instant.
            until: what was before this aware instant.
            top_k: facts read at most, the latest said first.

        Raises:
            NotFound: no entity is called so.
            InvalidInput: an instant without a zone.
        """
        first, last = checked_instant(since, what="since"), checked_instant(until, what="until")
        ids = self._entity_ids(about)
        if not ids:
            raise NotFound(f"no entity is called {about!r} in {self.namespace!r}; memory.entities() lists them")
        told = self.store.facts(self.namespace, about=ids, expired=True, top_k=checked_count(top_k))
        facts = [f for f in told if _within(f.valid_at or f.at, f.closed_at or f.invalid_at, first, last)]
        sources = sorted({s for f in told for s in f.sources})
        said = self.store.interactions(self.namespace, sources)
        interactions = [i for i in said if _within(i.at, i.at, first, last)]
        rulings = self.store.rulings(self.namespace, facts=[f.id for f in facts], top_k=_ALL) if facts else []
        found = threads(facts, interactions, rulings, slots=self._slots, about=frozenset(ids))
        return Timeline(about=about, threads=found)

    def suggest_slots(self, *, least: int = 20, share: float = 0.9) -> tuple[SlotSuggestion, ...]:
        """Return relations that seem to hold one value at a time and that no slot knows; nothing is changed.

        Args:
            least: entities that must have the relation.
            share: of them, the part that must have one value only, 0 to 1.
        """
        facts = self.store.facts(self.namespace, expired=True, top_k=_ALL)
        return suggested(facts, slots=self._slots, least=least, share=share)

    # --- a person's word --------------------------------------------------------------------------------------------

    def retract(self, fact: Fact | str, *, who: str, why: str = "") -> Ruling:
        """Say that a fact was never so: it is not held at any time, and ends nothing any more; `revert` undoes it.

        Args:
            fact: the fact, or its id.
            who: who says so; kept.
            why: why; kept.

        Raises:
            NotFound: there is no such fact.
        """
        return self._decided("retraction", self._fact(fact), who=who, why=why)

    def pin(self, fact: Fact | str, *, who: str, why: str = "") -> Ruling:
        """Say that a fact holds, whatever is told later: nothing ends it, until `revert` undoes this.

        Args:
            fact: the fact, or its id.
            who: who says so; kept.
            why: why; kept.

        Raises:
            NotFound: there is no such fact.
        """
        return self._decided("pin", self._fact(fact), who=who, why=why)

    def revert(self, what: Fact | Ruling | str, *, who: str, why: str = "") -> list[Ruling]:
        """Undo what ended a fact, or one ruling: a person's word is taken back, a derived ruling does not come again.

        A fact whose end is undone stands beside what had taken its place, as a conflict that says so.

        Args:
            what: a fact or its id (all standing rulings on it that end it), or a ruling.
            who: who says so; kept.
            why: why; kept.
        Returns: the rulings that were undone.

        Raises:
            NotFound: there is no such fact or ruling, or nothing to undo.
        """
        if isinstance(what, Ruling):
            targets = [r for r in self._standing(what.older) if r.id == what.id]
            fact = self._fact(what.older)
        else:
            fact = self._fact(what)
            targets = [r for r in self._standing(fact.id) if r.kind not in ("conflict", "pin", "revert")]
        if not targets:
            raise NotFound("nothing stands that could be undone; memory.fact_history(fact) shows what was decided")
        own = [r.id for r in targets if r.kind in _OWN]
        derived = [r for r in targets if r.kind in DERIVED]
        who = checked_name(who, what="who")
        new = [Ruling(older=r.older, kind="revert", newer=r.newer, reason=why, decided_by=who) for r in derived]
        self._decide(new, undone=own, fact=fact, action="revert")
        return targets

    # --- shared -----------------------------------------------------------------------------------------------------

    def _decided(self, kind: RulingKind, fact: Fact, *, who: str, why: str) -> Ruling:
        known = [r for r in self._standing(fact.id) if r.kind == kind]
        if known:
            return known[0]
        ruling = Ruling(older=fact.id, kind=kind, reason=why, decided_by=checked_name(who, what="who"))
        return self._decide([ruling], undone=[], fact=fact, action=kind)[0]

    def _decide(self, new: list[Ruling], *, undone: list[str], fact: Fact, action: str) -> list[Ruling]:
        started, present = perf_counter(), self._present(None)
        with self._lock:
            made = self._writing(present).rulings.decide(new, undone=undone, subjects=[fact.subject_id], now=present)
        logged(action, self.namespace, started, rulings=len(new) + len(undone))
        return made

    def _standing(self, fact_id: str) -> list[Ruling]:
        return [r for r in self.store.rulings(self.namespace, facts=[fact_id]) if r.older == fact_id]

    def _fact(self, fact: Fact | str) -> Fact:
        id_ = fact if isinstance(fact, str) else fact.id
        found = self.store.facts(self.namespace, ids=[id_], expired=True, top_k=1) if id_ else []
        if not found:
            raise NotFound(f"no fact {id_!r} in {self.namespace!r}; memory.facts() lists them")
        return found[0]

    def _view(self, *, as_of: datetime | None, known_at: datetime | None, include_superseded: bool) -> View:
        return View(
            self._present(None),
            self._slots,
            as_of=checked_instant(as_of, what="as_of"),
            known_at=checked_instant(known_at, what="known_at"),
            include_superseded=include_superseded,
        )

    def _seen(self, facts: Sequence[Fact], view: View) -> list[Fact]:
        """Return the facts that a view shows, in their order."""
        return seen_in(self.store, self.namespace, facts, view)

    def _plainly(self, facts: Sequence[Fact], view: View) -> list[Fact]:
        """Return facts, their texts without what was said in the same breath and is not in the view."""
        beside = told_beside(self.store, self.namespace, facts) if needs_rulings(view) else []
        shown = {f.id for f in self._seen(beside, view)}
        return own_words(facts, hidden=[f for f in beside if f.id not in shown])

    def _resume_in_background(self) -> None:
        super()._resume_in_background()
        if not self._read_only:
            with self._lock:
                self._judge_waiting()

    def _judge_waiting(self) -> None:
        """Judge anew what was noted to wait for it, here or by whom a crash cut short. Call it with the lock held."""
        waiting = self.store.unjudged(self.namespace)
        if waiting:
            origin = origin_of(self.store, self.namespace)
            Rulings(self.store, self.namespace, origin, self._slots).catch_up(waiting, now=self._present(None))

    def _entity_ids(self, name: str) -> list[str]:
        """Return the ids of the entities of that name or alias, and of all they were merged with."""
        found = {e.id for e in self.store.entities(self.namespace, keys=[name_key(name)])}
        return sorted(found.union(merged_groups(self.store, self.namespace, found)))


def _within(start: datetime | None, end: datetime | None, since: datetime | None, until: datetime | None) -> bool:
    """Tell whether what lasted from start to end overlaps [since, until); what is undated does only without bounds."""
    if since is None and until is None:
        return True
    if start is None:
        return False
    return (until is None or start < until) and (since is None or end is None or end > since or start >= since)
