"""Step 4 of writing, against a store: read the slots that a batch touches, judge them, write only the difference."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from graphmem.model import Change, Fact, Interaction, Ruling
from graphmem.ports import Batch, Store
from graphmem.text.correction import may_correct
from graphmem.text.slots import Slots
from graphmem.write.changes import changes_of
from graphmem.write.merged import roots_of
from graphmem.write.validity import DERIVED, Episode, Touched, contested, difference, judge, ruling_id, touched

__all__ = ["Judged", "Rulings"]

_ALL = 1 << 31
#: Times that a slot is judged anew because somebody else wrote meanwhile; each of them judges, too.
_TRIES = 20
_HAND = "hand"


@dataclass(frozen=True, slots=True)
class Judged:
    """A batch with the rulings that follow from it.

    Args:
        batch: what is to be saved.
        seq: the change counter it was judged at; 0 where it touches no slot.
        forms: what bears on the slots it touches.
        changes: what happened to each fact.
    """

    batch: Batch
    seq: int = 0
    forms: Touched = field(default_factory=Touched)
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Rulings:
    """The rulings of one namespace: derived from what its slots were told, and kept in step with it."""

    store: Store
    namespace: str
    origin: str
    slots: Slots

    def judged(self, batch: Batch, interactions: Sequence[Interaction], *, now: datetime) -> Judged:
        """Return the batch with the rulings that follow once its facts are there."""
        forms = touched(batch.facts, slots=self.slots)
        if not forms:
            return Judged(batch)
        seq = self.store.seq(self.namespace)
        roots = self._roots({end for f in batch.facts for end in (f.subject_id, f.object_id)})
        known = self._known(forms, roots)
        told = {i.id: i for i in interactions}
        rulings, undone = self._difference(known, roots, batch=batch, told=told, now=now)
        changes = changes_of(batch.facts, known={f.id for f in known}, rulings=rulings)
        return Judged(replace(batch, rulings=rulings, undone=undone), seq, forms, changes)

    def settle(self, judged: Judged, *, saved: int, now: datetime) -> None:
        """Judge anew where somebody else wrote between the judgement and the save: writers converge.

        Args:
            judged: what was saved.
            saved: the change counter of the save.
            now: the moment of writing.
        """
        if judged.forms and saved != judged.seq + 1:
            roots = self._roots(judged.forms.subjects | judged.forms.values)
            self._repeat(lambda: (self._known(judged.forms, roots), roots), now=now)

    def review(self, subjects: Iterable[str], *, now: datetime) -> None:
        """Judge every slot of these entities, by id: some were forgotten, merged or parted, or a person decided."""
        ids = sorted(set(subjects))
        if ids:
            self._repeat(lambda: self._whole(ids), now=now, whole=True)

    def catch_up(self, waiting: Iterable[str], *, now: datetime) -> None:
        """Judge what is noted to wait for it (`Batch.unjudged`), and strike it off.

        Struck off last: until then another open finds it again, and judging twice changes nothing.
        """
        ids = sorted(set(waiting))
        if ids:
            self.review(ids, now=now)
            self.store.save(self.namespace, Batch(judged=ids), now=now)

    def decide(
        self, decided: Sequence[Ruling], *, undone: Sequence[str] = (), subjects: Iterable[str], now: datetime
    ) -> list[Ruling]:
        """Write a person's rulings, undo others by id, and what follows for these entities, in one transaction.

        Returns: the person's rulings as they were written.
        """
        made = [self._made(r, now) for r in decided]
        seq = self.store.seq(self.namespace)
        ids = sorted(set(subjects))
        known, roots = self._whole(ids)
        rulings, more = self._difference(known, roots, now=now, whole=True, decided=made, dropped=frozenset(undone))
        batch = Batch(rulings=[*made, *rulings], undone=[*undone, *more])
        if self.store.save(self.namespace, batch, now=now).seq != seq + 1:
            self.review(ids, now=now)
        return made

    def _whole(self, subjects: Sequence[str]) -> tuple[list[Fact], dict[str, str]]:
        """Return every fact of these entities and of those they were merged with, and what was merged with what."""
        whole = sorted({*subjects, *self._roots(subjects)})
        facts = self.store.facts(self.namespace, subjects=whole, expired=True, top_k=_ALL)
        return facts, self._roots({*whole, *(f.object_id for f in facts)})

    # --- reading and judging ----------------------------------------------------------------------------------------

    def _repeat(
        self, read: Callable[[], tuple[list[Fact], dict[str, str]]], *, now: datetime, whole: bool = False
    ) -> None:
        for _ in range(_TRIES):
            seq = self.store.seq(self.namespace)
            known, roots = read()
            rulings, undone = self._difference(known, roots, now=now, whole=whole)
            if not rulings and not undone:
                return
            saved = self.store.save(self.namespace, Batch(rulings=rulings, undone=undone), now=now)
            if saved.seq == seq + 1:
                return

    def _difference(
        self,
        known: Sequence[Fact],
        roots: Mapping[str, str],
        *,
        now: datetime,
        batch: Batch | None = None,
        told: Mapping[str, Interaction] | None = None,
        whole: bool = False,
        decided: Sequence[Ruling] = (),
        dropped: frozenset[str] = frozenset(),
    ) -> tuple[list[Ruling], list[str]]:
        """Return the rulings to add, and the ids of those to undo."""
        facts = {f.id: f for f in (*(batch.facts if batch else ()), *known)}
        ids = contested(facts.values(), slots=self.slots, roots=roots)
        there = [f.id for f in known if whole or f.id in ids]
        standing = self._standing(there, ids if not whole else set(there))
        standing = [r for r in standing if r.id not in dropped]
        if not ids and not standing:
            return [], []
        roots = {**roots, **self._roots({facts[i].object_id for i in ids})}
        episodes = self._episodes([facts[i] for i in sorted(ids)], there, batch=batch, told=told or {}, now=now)
        decisions = [r for r in (*standing, *decided) if r.kind not in DERIVED]
        found = difference(standing, judge(episodes, decisions, slots=self.slots, roots=roots))
        return [self._made(r, now) for r in found.new], list(found.undone)

    def _standing(self, there: Sequence[str], ids: set[str]) -> list[Ruling]:
        rulings = self.store.rulings(self.namespace, facts=list(there), top_k=_ALL) if there else []
        return [r for r in rulings if r.older in ids]

    def _made(self, ruling: Ruling, now: datetime) -> Ruling:
        made = replace(ruling, created_at=now)
        return replace(made, id=ruling_id(self.origin, made))

    def _known(self, touched: Touched, roots: Mapping[str, str]) -> list[Fact]:
        """Return the stored facts of the slots: one lookup for those of one value, one for those of several."""
        values = {roots.get(v, v) for v in touched.values}
        same = sorted({*touched.values, *(end for end, root in roots.items() if root in values)})
        found = self._of_slots(touched.one, roots) + self._of_slots(touched.several, roots, objects=same)
        return list({f.id: f for f in found}.values())

    def _of_slots(
        self, forms: Mapping[str, set[str]], roots: Mapping[str, str], *, objects: Sequence[str] | None = None
    ) -> list[Fact]:
        if not forms:
            return []
        wanted: dict[str, set[str]] = {}
        for subject, predicates in forms.items():
            wanted.setdefault(roots.get(subject, subject), set()).update(predicates)
        subjects = sorted({*forms, *(end for end, root in roots.items() if root in wanted)})
        every = sorted({p for predicates in wanted.values() for p in predicates})
        found = self.store.facts(
            self.namespace, subjects=subjects, objects=objects, predicates=every, expired=True, top_k=_ALL
        )
        return [f for f in found if f.predicate in wanted[roots.get(f.subject_id, f.subject_id)]]

    def _roots(self, entities: Iterable[str]) -> dict[str, str]:
        """Return, for entities merged with others, the smallest id of those that are one; the rest is left out."""
        return roots_of(self.store, self.namespace, entities)

    def _episodes(
        self,
        facts: Sequence[Fact],
        there: Sequence[str],
        *,
        batch: Batch | None,
        told: Mapping[str, Interaction],
        now: datetime,
    ) -> list[Episode]:
        """Return every time that these facts were said: as the store holds it, and as the batch adds."""
        by_id = {f.id: f for f in facts}
        stored = self.store.sayings(self.namespace, [i for i in there if i in by_id])
        said = {(s.fact, s.interaction): s.at for s in stored}
        for assertion in batch.assertions if batch else ():
            if assertion.fact in by_id and assertion.interaction in told:
                said[assertion.fact, assertion.interaction] = told[assertion.interaction].at
        texts = self._texts({i for _, i in said}, told)
        episodes = [Episode(by_id[f], at, i, texts.get(i, "")) for (f, i), at in said.items()]
        by_hand = [f for f in facts if f.extractor == _HAND]
        return episodes + [Episode(f, f.valid_at or f.created_at or now) for f in by_hand]

    def _texts(self, interactions: set[str], told: Mapping[str, Interaction]) -> dict[str, str]:
        """Return the texts that may set something right; most don't, and are spared the looking."""
        missing = sorted(interactions - told.keys())
        read = self.store.interactions(self.namespace, missing) if missing else []
        rows = [*read, *(told[i] for i in interactions & told.keys())]
        return {i.id: i.text for i in rows if may_correct(i.text)}
