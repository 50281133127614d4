"""Slots: which relations hold one value at a time, and which tell that one began or ended. Data, and a reader of it.

The table is `data/slots.toml`; a file of the user's in the same form adds to it (`Memory.open(slots=)`).
A relation that no slot knows holds several values: only the same object, denied, ends it.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from graphmem.errors import InvalidInput
from graphmem.model import Fact
from graphmem.text.verbs import gerund, is_past_form, participles, past, third_person

__all__ = ["Place", "Slots", "shipped_slots", "span_of"]

#: What a relation says of its slot: the state itself, that it is over, that it began, that it ended. An `event` is
#: told in the past and known to no slot ("bought"): it happened, and goes on having happened.
SlotRole = Literal["holds", "over", "begins", "ends", "event"]

_VERBS = ("holds", "begins", "ends")
_WORDS = (*_VERBS, "names", "each", "nouns")
_FLAGS: Mapping[str, tuple[object, ...]] = {
    "one": (True, False),
    "fixed": (True, False),
    "values": ("all", "named"),
}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FAVOURITE = re.compile(r"(?:has_)?favou?rite_(\w+)")
#: "Ada's job title", "the capital of Portugal": a thing of somebody's, named by what it is.
_POSSESSED = re.compile(r"(?P<owner>.+?)(?:'s|’s|(?<=s)'|(?<=s)’) (?P<noun>[a-z][\w -]*)")
_OF = re.compile(r"(?:the )?(?P<noun>[a-z][\w -]*?) of (?P<owner>.+)", re.DOTALL)
_PAST_FORMS = frozenset({"was", "were", "had", "did", "went", "left", "found", "felt", "fell", "used"})
_STOPS = ("stopped", "stops", "quit", "quits", "ceased", "ceases")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a relation stands: its slot, and what it says of it.

    Args:
        slot: the slot's name; a relation that no slot knows is its own.
        role: what the relation says.
        one: the slot holds one value at a time.
        named: only values written like names exclude each other.
        fixed: the slot's value never changes.
    """

    slot: str
    role: SlotRole = "holds"
    one: bool = False
    named: bool = False
    fixed: bool = False


@dataclass(frozen=True)
class Slots:
    """Every slot, by the relations that fill it.

    Args:
        places: by relation, in the order of the tables.
        nouns: by the noun of "the N of X is Y", words joined by `_`.
        forms: by slot, every relation of it: what a write reads back.
    """

    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    nouns: Mapping[str, Place] = field(default_factory=dict)
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, *paths: Path) -> "Slots":
        """Return the shipped slots, with those of the caller's files; a slot of the same name takes ours' place.

        Raises: InvalidInput: a file that can't be read, or isn't of the form that `slots.toml` describes.
        """
        ours = resources.files("graphmem.text").joinpath("data", "slots.toml").read_text(encoding="utf-8")
        tables = _tables(ours, "slots.toml")
        for path in paths:
            tables |= _tables(_read(path), str(path))
        return _compiled(tables)

    def of(self, predicate: str, subject: str = "") -> tuple[Place, ...]:
        """Return where a relation stands, never empty.

        >>> [(p.slot, p.role) for p in shipped_slots().of("lived_in")]
        [('residence', 'over')]
        >>> [p.slot for p in shipped_slots().of("favorite_colour")], shipped_slots().of("likes")[0].one
        (['favourite_colour'], False)
        >>> shipped_slots().of("is", "capital of Portugal")[0].one
        True
        """
        known = self.places.get(predicate)
        if known is not None:
            return known
        if predicate in ("is", "is_a"):
            noun = self._noun(subject)
            return (noun,) if noun is not None else (Place(predicate),)
        favourite = _FAVOURITE.fullmatch(predicate)
        if favourite is not None:
            return (Place(f"favourite_{favourite[1]}", one=True),)
        return _of_unknown(predicate)

    def forms_of(self, place: Place, predicate: str) -> tuple[str, ...]:
        """Return every relation that may bear on a relation's slot, itself included."""
        return self.forms.get(place.slot, ()) or tuple(dict.fromkeys((predicate, *_kindred(place, predicate))))

    def possessed(self, name: str) -> tuple[str, str] | None:
        """Return whose and what a name says, where it is a thing that one has one of at a time; None else.

        >>> shipped_slots().possessed("Ada's favourite colour"), shipped_slots().possessed("capital of Portugal")
        (('Ada', 'favourite_colour'), ('Portugal', 'capital'))
        >>> shipped_slots().possessed("Ada's sister")
        """
        match = _POSSESSED.fullmatch(name) or _OF.fullmatch(name)
        if match is None:
            return None
        noun = match["noun"].lower().replace(" ", "_").replace("favorite_", "favourite_")
        return (match["owner"], noun) if noun.startswith("favourite_") or noun in self.nouns else None

    def _noun(self, subject: str) -> Place | None:
        found = self.possessed(subject)
        return self.nouns.get(found[1], Place("is_thing", one=True)) if found is not None else None


@cache
def shipped_slots() -> Slots:
    """Return the slots that come with the library."""
    return Slots.load()


def span_of(fact: Fact, said: datetime | None, place: Place) -> tuple[datetime | None, datetime | None] | None:
    """Return from when to when a state holds as it was told, rulings apart; None where no such instant is known.

    A state begins when it was told to, else when it was said. One that is told to be over ("lived in") ends when it
    was told to, else when it was said, and without a known beginning holds at no known instant.
    """
    start, end = fact.valid_at, fact.invalid_at
    if place.role == "over":
        end = end or said
        return (start, end) if start is not None and end is not None and start < end else None
    if start is None and said is not None and (end is None or said < end):
        start = said
    return start, end


# --- relations that no slot knows -----------------------------------------------------------------------------------


def _of_unknown(predicate: str) -> tuple[Place, ...]:
    first, _, rest = predicate.partition("_")
    act, _, tail = rest.partition("_")
    if first in _STOPS and act.endswith("ing"):
        doing = _doing(act)
        return (Place("_".join(filter(None, (doing, tail))), "ends"),)
    gone_by = first in _PAST_FORMS or is_past_form(first) or (first.endswith("ed") and len(first) > 4)
    return (Place(predicate, "event" if gone_by else "holds"),)


def _kindred(place: Place, predicate: str) -> Iterator[str]:
    """The state that an end ends, and the ends that may end a state: "eats", "stopped_eating"."""
    if place.role == "ends":
        yield place.slot
        return
    verb, _, tail = predicate.partition("_")
    for doing in _acts(verb):
        for stop in _STOPS[:3]:
            yield "_".join(filter(None, (stop, doing, tail)))
    if predicate.startswith(("favourite_", "favorite_")):
        yield predicate.replace("favourite_", "favorite_", 1)
        yield predicate.replace("favorite_", "favourite_", 1)


def _bases(verb: str) -> Iterator[str]:
    """What may be the base of a third person: "eats" is of "eat", "dances" of "dance", "tries" of "try"."""
    if verb.endswith("s"):
        yield verb[:-1]
    if verb.endswith("es"):
        yield verb[:-2]
    if verb.endswith("ies"):
        yield verb[:-3] + "y"


def _acts(verb: str) -> list[str]:
    """The -ing form of a third person, none where it is no third person."""
    return [gerund(base) for base in _bases(verb) if third_person(base) == verb][:1]


def _doing(act: str) -> str:
    """The third person of an -ing form; of two that may be meant, the one whose -ing form is this one."""
    stem = act.removesuffix("ing")
    for base in (stem, stem + "e", stem[:-1]):
        if len(base) > 1 and gerund(base) == act:
            return third_person(base)
    return third_person(stem)


# --- the file -------------------------------------------------------------------------------------------------------


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as err:
        raise InvalidInput(f"slots in {path} can't be read: {err}") from err


def _tables(text: str, path: str) -> dict[str, dict[str, Any]]:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        raise InvalidInput(f"slots in {path} are no TOML: {err}") from err
    for name, table in told.items():
        if not (_NAME.fullmatch(name) and isinstance(table, dict) and all(_sound(*item) for item in table.items())):
            raise InvalidInput(
                f"[{name}] in {path}: a slot is a lower-case word with {', '.join(_WORDS)} as texts, one and fixed as "
                'true or false, and values as "all" or "named"'
            )
    return told


def _sound(key: str, value: object) -> bool:
    return isinstance(value, str) if key in _WORDS else value in _FLAGS.get(key, ())


def _compiled(tables: Mapping[str, Mapping[str, Any]]) -> Slots:
    places: dict[str, list[Place]] = {}
    nouns: dict[str, Place] = {}
    forms: dict[str, list[str]] = {}
    for name, table in tables.items():
        flags = {
            "one": table.get("one", True),
            "named": table.get("values") == "named",
            "fixed": table.get("fixed", False),
        }
        for form, slot, role in _relations(name, table):
            places.setdefault(form, []).append(Place(slot, role, **flags))
            forms.setdefault(slot, []).append(form)
        for noun in table.get("nouns", "").split():
            nouns[noun] = Place("is_thing", **flags)
            if noun not in places:
                places[noun] = [Place(noun, **flags)]
                forms.setdefault(noun, []).append(noun)
    forms["is_thing"] = ["is", "is_a"]
    return Slots(
        {form: tuple(dict.fromkeys(found)) for form, found in places.items()},
        nouns,
        {slot: tuple(dict.fromkeys(found)) for slot, found in forms.items()},
    )


def _relations(name: str, table: Mapping[str, str]) -> Iterator[tuple[str, str, SlotRole]]:
    for verb in table.get("holds", "").split():
        for form in _present(verb):
            yield form, name, "holds"
        for form in (_inflected(verb, "past"), f"used_to_{verb}"):
            yield form, name, "over"
        for stop in _STOPS:
            yield f"{stop}_{_inflected(verb, 'doing')}", name, "ends"
    for verb in table.get("begins", "").split():
        for form in (*_present(verb), _inflected(verb, "past"), *_perfects(verb)):
            yield form, name, "begins"
    for verb in table.get("ends", "").split():
        for form in (*_present(verb), _inflected(verb, "past"), *_perfects(verb)):
            yield form, name, "ends"
    for word in table.get("names", "").split():
        yield word, name, "holds"
    for word in table.get("each", "").split():
        yield word, word, "holds"


def _inflected(phrase: str, form: Literal["past", "doing", "third"]) -> str:
    verb, _, rest = phrase.partition("_")
    spelt = {"past": past(gerund(verb), lemma=verb), "doing": gerund(verb), "third": third_person(verb)}[form]
    return f"{spelt}_{rest}" if rest else spelt


def _present(phrase: str) -> tuple[str, ...]:
    return phrase, _inflected(phrase, "third"), "is_" + _inflected(phrase, "doing")


def _perfects(phrase: str) -> Iterator[str]:
    verb, _, rest = phrase.partition("_")
    for form in participles(verb):
        yield f"{form}_{rest}" if rest else form
