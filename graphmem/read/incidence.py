"""Who mentions what: passages and entities as one growing table of entries, looked up from both sides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphmem.read.columns import Column, Floats, Ints

__all__ = ["ABOUT", "GIVEN", "NAMED", "OWN", "Incidence"]

#: Where an entry comes from: another passage's title stands in the text; the write path told it; the passage's title.
NAMED, GIVEN, OWN = 1, 2, 4
#: The passage is about the entity.
ABOUT = 8
_SOURCES = NAMED | GIVEN | OWN
_TAIL_FLOOR, _TAIL_SHARE = 20_000, 0.05

_Places = npt.NDArray[np.int64]


@dataclass(slots=True)
class _Side:
    """Entry numbers by passage or by entity: sorted up to `sorted_to`, lists behind it."""

    order: _Places
    starts: _Places
    tail: dict[int, list[int]]

    def places(self, key: int) -> _Places:
        late = self.tail.get(key)
        early = self.order[self.starts[key] : self.starts[key + 1]] if key + 1 < len(self.starts) else self.order[:0]
        return early if late is None else np.concatenate([early, np.array(late, dtype=np.int64)])


def _side(keys: Ints) -> _Side:
    order = np.argsort(keys, kind="stable")
    starts = np.zeros(int(keys.max(initial=-1)) + 2, dtype=np.int64)
    np.cumsum(np.bincount(keys, minlength=len(starts) - 1), out=starts[1:])
    return _Side(order, starts, {})


class Incidence:
    """Entries (passage, entity, weight, marks), at most one per pair. Entries lose their marks, never their place.

    Args:
        passage: n int32, of earlier entries.
        entity: n int32.
        weight: n float32.
        marks: n uint8, NAMED | GIVEN | OWN | ABOUT; 0 is an entry that no longer holds.
    """

    def __init__(
        self,
        passage: Ints | None = None,
        entity: Ints | None = None,
        weight: Floats | None = None,
        marks: npt.NDArray[np.uint8] | None = None,
    ) -> None:
        self._passage: Column[np.int32] = Column(np.zeros(0, dtype=np.int32) if passage is None else passage)
        self._entity: Column[np.int32] = Column(np.zeros(0, dtype=np.int32) if entity is None else entity)
        self._weight: Column[np.float32] = Column(np.zeros(0, dtype=np.float32) if weight is None else weight)
        self._marks: Column[np.uint8] = Column(np.zeros(0, dtype=np.uint8) if marks is None else marks)
        self._df: Column[np.int32] = Column(np.zeros(0, dtype=np.int32))
        self._owners: Column[np.int32] = Column(np.zeros(0, dtype=np.int32))
        self._sort()
        self._count()

    def __len__(self) -> int:
        return len(self._marks)

    @property
    def passage(self) -> Ints:
        """Passages of all entries, n int32."""
        return self._passage.view

    @property
    def entity(self) -> Ints:
        """Entities of all entries, n int32."""
        return self._entity.view

    @property
    def weight(self) -> Floats:
        """Weights of all entries, n float32."""
        return self._weight.view

    @property
    def marks(self) -> npt.NDArray[np.uint8]:
        """Marks of all entries, n uint8."""
        return self._marks.view

    @property
    def df(self) -> Ints:
        """Number of passages that mention each entity, int32."""
        return self._df.view

    @property
    def owners(self) -> Ints:
        """Number of passages whose title has each alias, int32."""
        return self._owners.view

    def _sort(self) -> None:
        self._by_passage, self._by_entity = _side(self._passage.view), _side(self._entity.view)
        self._sorted_to = len(self)

    def _count(self) -> None:
        entities = int(self._entity.view.max(initial=-1)) + 1
        holding, own = self._marks.view > 0, (self._marks.view & OWN) > 0
        self._df = Column(np.bincount(self._entity.view[holding], minlength=entities).astype(np.int32))
        self._owners = Column(np.bincount(self._entity.view[own], minlength=entities).astype(np.int32))

    def grow_entities(self, entities: int) -> None:
        """Make room for entity numbers below `entities`."""
        self._df.grow(entities)
        self._owners.grow(entities)

    def of_passage(self, passage: int) -> _Places:
        """Return the places of a passage's entries that hold."""
        return self._holding(self._by_passage.places(passage))

    def of_entity(self, entity: int) -> _Places:
        """Return the places of an entity's entries that hold."""
        return self._holding(self._by_entity.places(entity))

    def of_entities(self, entities: Sequence[int]) -> tuple[_Places, _Places]:
        """Return the places of some entities' entries that hold, and which of the entities (0..) each is of."""
        parts = [self._by_entity.places(entity) for entity in entities]
        places = np.concatenate([np.zeros(0, dtype=np.int64), *parts])
        owners = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        holding = self._marks.view[places] > 0
        return places[holding], owners[holding]

    def _holding(self, places: _Places) -> _Places:
        return places[self._marks.view[places] > 0]

    def put(self, passage: int, entities: Mapping[int, float], *, mark: int) -> list[int]:
        """Make exactly these the entities (with weights in (0, 1]) that a passage has from one source.

        Args:
            passage: whose.
            entities: entity number -> weight; the largest weight of an entry's sources stays.
            mark: NAMED, GIVEN or OWN.
        Returns: the entities that are new from this source.
        """
        known = {int(self._entity.view[at]): int(at) for at in self._by_passage.places(passage)}
        for entity, at in known.items():
            if entity not in entities and self._marks.view[at] & mark:
                self._set(at, int(self._marks.view[at]) & ~mark)
        self._append(passage, [entity for entity in entities if entity not in known], known)
        added = []
        for entity, weight in entities.items():
            place = known[entity]
            marks = int(self._marks.view[place])
            if not marks & mark:
                added.append(entity)
            self._weight.view[place] = max(weight, self._weight.view[place] if marks & _SOURCES else 0.0)
            self._set(place, marks | mark)
        return added

    def mark_about(self, passage: int, entities: Mapping[int, bool]) -> None:
        """Set or clear the ABOUT mark of a passage's entities; a passage stays about its own title."""
        for at in self._by_passage.places(passage):
            marks = int(self._marks.view[at])
            about = entities.get(int(self._entity.view[at]), False) or bool(marks & OWN)
            if marks & _SOURCES:
                self._set(int(at), marks | ABOUT if about else marks & ~ABOUT)

    def clear(self, passage: int) -> None:
        """Take all marks from a passage's entries."""
        for at in self.of_passage(passage):
            self._set(int(at), 0)

    def tidy(self) -> None:
        """Sort the tail in once it has outgrown its share: amortised, a fraction of a millisecond a passage."""
        if len(self) - self._sorted_to > max(_TAIL_FLOOR, _TAIL_SHARE * self._sorted_to):
            self._sort()

    def _append(self, passage: int, entities: Sequence[int], known: dict[int, int]) -> None:
        """Open an entry without marks for each of these entities, and tell its place in `known`."""
        if not entities:
            return
        first, count = len(self), len(entities)
        self.grow_entities(max(entities) + 1)
        self._passage.extend(np.full(count, passage, dtype=np.int32))
        self._entity.extend(np.array(entities, dtype=np.int32))
        self._weight.grow(first + count)
        self._marks.grow(first + count)
        self._by_passage.tail.setdefault(passage, []).extend(range(first, first + count))
        for place, entity in enumerate(entities, start=first):
            self._by_entity.tail.setdefault(entity, []).append(place)
            known[entity] = place

    def _set(self, place: int, marks: int) -> None:
        """Set an entry's marks and keep the counts in step: ABOUT alone is nothing, and a title is always ABOUT."""
        marks = (marks | ABOUT if marks & OWN else marks) if marks & _SOURCES else 0
        before, entity = int(self._marks.view[place]), self._entity.view[place]
        self._df.view[entity] += bool(marks) - bool(before)
        self._owners.view[entity] += bool(marks & OWN) - bool(before & OWN)
        self._marks.view[place] = marks
