"""Made-up lives with exact gold: does a memory hold, for every person and instant, the values that were true?

A seeded generator gives each person a home, an employer, a spouse, a team and a favourite colour, and dated changes of
them, told in shuffled order: most when they happen, some late ("I lived in Porto from 3 March 2016 to 9 May 2018"),
some wrong at first and set right later, some as an end without another value. Every person is asked for as of each
change's day, the day before it, and today: right when `memory.facts(about=, as_of=)` holds exactly the values of then.

    python -m pipelines.evaluate biographies [--people 200] [--changes 30] [--seed 1] [--told triples|sentences|both]
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from graphmem import Fact, Memory, Message
from graphmem.text.slots import shipped_slots

__all__ = ["Change", "Life", "lives", "main", "scored"]

_DAY = timedelta(days=1)
START, TODAY = datetime(2010, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
_FIRST = (
    "Alma",
    "Boris",
    "Clara",
    "Dario",
    "Elsa",
    "Felix",
    "Greta",
    "Hugo",
    "Irma",
    "Jonas",
    "Karla",
    "Leon",
    "Marta",
    "Nils",
    "Olga",
    "Pavel",
    "Rita",
    "Simon",
    "Tessa",
    "Ugo",
    "Vera",
    "Walter",
    "Xenia",
    "Yann",
    "Zora",
)
_LAST = (
    "Abend",
    "Berg",
    "Costa",
    "Dahl",
    "Eklund",
    "Ferri",
    "Garcia",
    "Holm",
    "Ivanov",
    "Jansen",
    "Keller",
    "Lund",
    "Moreau",
    "Novak",
    "Orsi",
    "Petrov",
    "Quist",
)
_CITIES = (
    "Lisbon",
    "Porto",
    "Madrid",
    "Berlin",
    "Vienna",
    "Prague",
    "Oslo",
    "Helsinki",
    "Dublin",
    "Athens",
    "Rome",
    "Naples",
    "Geneva",
    "Warsaw",
    "Riga",
)
_FIRMS = (
    "Acme",
    "Initech",
    "Globex",
    "Umbrella",
    "Hooli",
    "Vandelay",
    "Soylent",
    "Wonka",
    "Stark",
    "Wayne",
    "Tyrell",
    "Cyberdyne",
    "Aperture",
)
_TEAMS = ("Rovers", "Wanderers", "Albion", "Rangers", "Dynamos", "Spartans", "Corinthians")
_COLOURS = ("blue", "green", "red", "yellow", "purple", "orange", "black", "white", "brown")
_SPOUSES = ("Anton", "Bella", "Carlo", "Doris", "Emil", "Frida", "Gustav", "Hanna", "Ivo", "Judith")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing that changes in a life: its relation, its values, and how it is told in sentences."""

    predicate: str
    values: Sequence[str]
    begins: str
    was: str
    ends: str
    right: str


ATTRIBUTES: Mapping[str, Attribute] = {
    "residence": Attribute("lives_in", _CITIES, "I moved to {} on {}.", "I lived in {} from {} to {}.",
                           "I moved out of {} on {}.", "Sorry, I moved to {}, not to {}."),
    "work": Attribute("works_at", _FIRMS, "I started working at {} on {}.", "I worked at {} from {} to {}.",
                      "I quit {} on {}.", "Correction: I started working at {}, not at {}."),
    "marriage": Attribute("married_to", _SPOUSES, "I married {} on {}.", "I was married to {} from {} to {}.",
                          "I divorced {} on {}.", "Actually, I married {}, not {}."),
    "team": Attribute("plays_for", _TEAMS, "I signed for {} on {}.", "I played for {} from {} to {}.",
                      "I stopped playing for {} on {}.", "I meant that I signed for {}, not for {}."),
    "favourite_colour": Attribute("favourite_colour", _COLOURS, "My favourite colour is {} since {}.", "", "", ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What was told once: which attribute, the value (None: it ended), from when to when, said when, wrong at first."""

    attribute: str
    value: str | None
    start: datetime
    said: datetime
    end: datetime | None = None
    before: str | None = None
    wrong: str | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """A person, what is told of them in shuffled order, and what was true: by attribute, (from, value) in order."""

    name: str
    told: tuple[Change, ...]
    truth: Mapping[str, tuple[tuple[datetime, str | None], ...]] = field(default_factory=dict)

    def at(self, when: datetime) -> dict[str, str]:
        """Return the values that hold at an instant."""
        found = {}
        for attribute, course in self.truth.items():
            past = [value for start, value in course if start <= when]
            if past and past[-1] is not None:
                found[attribute] = past[-1]
        return found

    def instants(self) -> list[datetime]:
        """Return the instants to ask about: the day of each change, the day before, and today."""
        days = {start for course in self.truth.values() for start, _ in course}
        return sorted({*days, *(d - _DAY for d in days), TODAY})


def lives(people: int, *, changes: int, seed: int) -> list[Life]:
    """Return made-up lives; the same arguments give the same lives."""
    chance = random.Random(seed)  # noqa: S311 - made-up data, no secret
    return [_life(number, changes, chance) for number in range(people)]


def _life(number: int, changes: int, chance: random.Random) -> Life:
    name = f"{_FIRST[number % len(_FIRST)]} {_LAST[number // len(_FIRST) % len(_LAST)]}"
    told: list[Change] = []
    truth: dict[str, tuple[tuple[datetime, str | None], ...]] = {}
    for attribute in ATTRIBUTES:
        days = sorted(chance.sample(range(30, 5_700, 7), changes // len(ATTRIBUTES)))
        course, said = _course(attribute, [START + n * _DAY for n in days], chance)
        truth[attribute] = tuple(course)
        told += said
    chance.shuffle(told)
    return Life(name, tuple(told), truth)


def _course(
    attribute: str, days: Sequence[datetime], chance: random.Random
) -> tuple[list[tuple[datetime, str | None]], list[Change]]:
    """The true course of one attribute, and how it is told."""
    kinds = ATTRIBUTES[attribute]
    course: list[tuple[datetime, str | None]] = []
    told: list[Change] = []
    value: str | None = None
    for place, day in enumerate(days):
        old, last = value, place == len(days) - 1
        if kinds.ends and old is not None and not told[-1].late and chance.random() < 0.15:
            value = None
            told.append(Change(attribute, None, day, day + _DAY, before=old))
        else:
            value = chance.choice([v for v in kinds.values if v != old])
            late = bool(kinds.was) and not last and chance.random() < 0.15
            wrong = chance.choice([v for v in kinds.values if v not in (old, value)])
            told.append(
                Change(
                    attribute,
                    value,
                    day,
                    TODAY - 30 * _DAY if late else day + _DAY,
                    end=days[place + 1] if late else None,
                    wrong=wrong if kinds.right and not late and chance.random() < 0.1 else None,
                    late=late,
                )
            )
        course.append((day, value))
    return course, told


# --- telling --------------------------------------------------------------------------------------------------------


def _triples(memory: Memory, life: Life) -> None:
    """Tell a life as triples; what was told wrong is taken back by a person."""
    for change in life.told:
        predicate = ATTRIBUTES[change.attribute].predicate
        if change.value is None:
            memory.remember(Fact(life.name, predicate, change.before or "", valid_at=change.start, negated=True))
            continue
        if change.wrong is not None:
            slip = memory.remember(Fact(life.name, predicate, change.wrong, valid_at=change.start))
            memory.retract(slip.ids[0], who="editor", why="told wrong")
        memory.remember(Fact(life.name, predicate, change.value, valid_at=change.start, invalid_at=change.end))


def _sentences(life: Life) -> Iterator[Message]:
    """Tell a life in sentences of its own."""
    for number, change in enumerate(life.told):
        words = ATTRIBUTES[change.attribute]
        day = _date(change.start)
        if change.value is None:
            text = words.ends.format(change.before, day)
        elif change.late and change.end is not None:
            text = words.was.format(change.value, day, _date(change.end))
        else:
            text = words.begins.format(change.wrong or change.value, day)
        yield Message(text, speaker=life.name, at=change.said, id=f"{life.name} {number}")
        if change.wrong is not None:
            text = words.right.format(change.value, change.wrong)
            yield Message(text, speaker=life.name, at=change.said + _DAY, id=f"{life.name} {number} right")


def _date(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


# --- scoring --------------------------------------------------------------------------------------------------------


@dataclass
class Score:
    """How many (person, instant, attribute) are right, and how many (person, instant) wholly."""

    values: int = 0
    right_values: int = 0
    views: int = 0
    right_views: int = 0


def scored(memory: Memory, life: Life, score: Score) -> None:
    """Ask for a life at every instant, and count what is exactly right."""
    for when in life.instants():
        gold = life.at(when)
        held = _held(memory, life, when)
        for attribute in ATTRIBUTES:
            score.values += 1
            score.right_values += held.get(attribute, set()) == ({gold[attribute]} if attribute in gold else set())
        score.views += 1
        score.right_views += held == {a: {v} for a, v in gold.items()}


def _held(memory: Memory, life: Life, when: datetime) -> dict[str, set[str]]:
    """The values of the slots that hold then, by slot."""
    found: dict[str, set[str]] = {}
    for fact in memory.facts(about=life.name, as_of=when, top_k=1_000):
        for place in shipped_slots().of(fact.predicate, fact.subject):
            if place.one and place.role != "ends" and not fact.negated and fact.modality is None:
                found.setdefault(place.slot, set()).add(fact.object)
    return found


def main(argv: Sequence[str]) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.evaluate biographies", description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--changes", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--told", choices=("triples", "sentences", "both"), default="both")
    asked = parser.parse_args(argv)
    made = lives(asked.people, changes=asked.changes, seed=asked.seed)
    for told in ("triples", "sentences"):
        if asked.told in (told, "both"):
            _run(told, made, asked.seed)
    return 0


def _run(told: str, made: Sequence[Life], seed: int) -> None:
    started, score = time.perf_counter(), Score()
    with Memory.open(":memory:", namespace="biographies") as memory:
        for number, life in enumerate(made):
            if told == "triples":
                _triples(memory, life)
            else:
                memory.remember(_sentences(life), session=life.name)
            scored(memory, life, score)
            if number % 20 == 19:
                print(f"{told}: {number + 1} people", file=sys.stderr, flush=True)
    values, views = score.right_values / max(1, score.values), score.right_views / max(1, score.views)
    print(f"told in {told}: right are {100 * values:.2f} % of {score.values} values, {100 * views:.2f} % of views")
    line = {"set": "biographies", "told": told, "people": len(made), "seed": seed, "values": values, "views": views}
    print(json.dumps({**line, "seconds": round(time.perf_counter() - started, 1)}))
