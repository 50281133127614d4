"""Tags: the broad classes that an interaction is about, a few words that many interactions share. Pure.

A-MEM's notes have tags beside keywords (arXiv 2502.12110), which a language model words. Here a word speaks for a tag
by its predicate family (`text.families`) or, by how much of its use, by its classes and topical files (`text.classes`),
and the kinds of the entities named speak for theirs. Keywords tell an interaction from others, tags bring it together
with others.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from graphmem.learn.keywords import words_of
from graphmem.model import EntityKind
from graphmem.text.classes import Sense, shipped_classes
from graphmem.text.families import shipped_families

__all__ = ["TAGS", "tags_of"]

#: Tags of one interaction, and what must speak for one: half the uses of a word, or an entity.
MOST, LEAST = 3, 0.5
#: What the kind of an entity counts: less than what is said of it.
KIND = 0.5

#: Families by tag: those by all their words, and those whose verbs are said of anything ("see", "write", "play").
_BY_ALL: Mapping[str, str] = {
    "marriage": "family", "cook": "food", "eat": "food", "travel": "travel", "outdoors": "nature", "sport": "sport",
    "learn": "education", "teach": "education", "help": "helping", "health": "health", "liking": "preferences",
    "plan": "plans", "grow": "plants", "death": "death", "acquire": "shopping", "feeling": "feelings",
}  # fmt: skip
_BY_NOUNS: Mapping[str, str] = {
    "residence": "home", "work": "work", "family": "family", "pet": "animals", "perform": "music", "read": "books",
    "watch": "film", "listen": "music", "write": "writing", "meet": "friends", "repair": "home", "picture": "art",
    "attend": "events",
}  # fmt: skip
#: Classes by tag, those first that say more: of a meaning, the first one that is its own speaks.
_CLASSES: Mapping[str, str] = {
    "health": "disorder.n.01 illness.n.01 injury.n.01 pain.n.01 symptom.n.01 health_professional.n.01",
    "film": "movie.n.01 broadcast.n.02 show.n.03 actor.n.01",
    "music": "music.n.01 music.n.03 musical_composition.n.01 musical_instrument.n.01 musical_organization.n.01 "
    "musician.n.01 musician.n.02 singer.n.01 concert.n.01 dance.n.03",
    "books": "book.n.01 book.n.02 novel.n.01 poem.n.01 periodical.n.01 literary_composition.n.01 story.n.02 "
    "publication.n.01 writer.n.01",
    "art": "art.n.01 art.n.02 fine_arts.n.01 graphic_art.n.01 plastic_art.n.01 picture.n.01 picture.n.02 craft.n.01 "
    "handicraft.n.02 sewing.n.02",
    "sport": "sport.n.01 athletic_game.n.01 sports_equipment.n.01 exercise.n.01",
    "games": "computer_game.n.01 game.n.01 game.n.03 plaything.n.01",
    "technology": "computer.n.01 electronic_equipment.n.01 software.n.01",
    "food": "food.n.01 food.n.02 beverage.n.01 dish.n.02 meal.n.01 vegetable.n.01 edible_fruit.n.01",
    "animals": "animal.n.01 domestic_animal.n.01",
    "plants": "plant.n.02 flower.n.01 gardening.n.01",
    "travel": "travel.n.01 vehicle.n.01",
    "nature": "body_of_water.n.01 geological_formation.n.01 shore.n.01 camping.n.01 park.n.01",
    "clothing": "clothing.n.01 footwear.n.02 jewelry.n.01 fabric.n.01",
    "home": "furniture.n.01",
    "family": "relative.n.01 parent.n.01 spouse.n.01 child.n.02",
    "friends": "friend.n.01",
    "education": "course.n.01 degree.n.03 discipline.n.01 skill.n.01",
    "awards": "award.n.02 award.n.03 trophy.n.02 victory.n.01",
    "events": "social_event.n.01 celebration.n.02 ceremony.n.01 holiday.n.02 meeting.n.01 conference.n.01 party.n.02",
    "work": "occupation.n.01 professional.n.01 worker.n.01",
    "feelings": "emotion.n.01 feeling.n.01",
    "places": "city.n.01 country.n.02 town.n.01 municipality.n.01 building.n.01",
}
_OF_CLASS = {name: tag for tag, names in _CLASSES.items() for name in names.split()}
_ORDER = {name: place for place, name in enumerate(_OF_CLASS)}
_FILES: Mapping[str, str] = {
    "noun.food": "food", "noun.animal": "animals", "noun.plant": "plants", "noun.feeling": "feelings",
    "noun.possession": "money", "verb.consumption": "food", "verb.weather": "weather", "verb.emotion": "feelings",
}  # fmt: skip
_KINDS: Mapping[str, str] = {
    "person": "people", "organisation": "organisations", "place": "places", "event": "events", "work": "works",
    "product": "products", "group": "groups", "language": "languages",
}  # fmt: skip

#: Every tag that rules give; a chat model gives words of its own.
TAGS = frozenset(m for of in (_BY_ALL, _BY_NOUNS, _OF_CLASS, _FILES, _KINDS) for m in of.values())


def tags_of(text: str, *, kinds: Iterable[EntityKind] = ()) -> tuple[str, ...]:
    """Return the tags of a text, at most `MOST`, what most of it speaks for first.

    Args:
        text: what was said.
        kinds: of the entities that it names.

    >>> tags_of("We baked a lemon cake for my sister's birthday party.")
    ('food', 'events', 'family')
    """
    spoken: defaultdict[str, float] = defaultdict(float)
    for word in dict.fromkeys(words_of(text)):
        for tag, share in _of_word(word):
            spoken[tag] += share
    for tag in {_KINDS[kind] for kind in kinds if kind in _KINDS}:
        spoken[tag] += KIND
    ranked = sorted((-share, tag) for tag, share in spoken.items() if share >= LEAST)
    return tuple(tag for _, tag in ranked[:MOST])


@lru_cache(maxsize=1 << 15)
def _of_word(word: str) -> tuple[tuple[str, float], ...]:
    """Return what a word speaks for and how much, each share at most 1: by its family, else by its commoner part."""
    noun, verb = shipped_classes().find(word, "noun"), shipped_classes().find(word, "verb")
    known = max((w for w in (noun, verb) if w is not None), key=lambda w: w.uses, default=None)
    if tag := _of_family(word, acts=known is None or known is verb):
        return ((tag, 1.0),)
    if known is None or known.proper:
        return ()
    shares: defaultdict[str, float] = defaultdict(float)
    for sense in known.senses:
        if tag := _of_sense(sense):
            shares[tag] = min(1.0, shares[tag] + sense.share)
    return tuple(shares.items())


def _of_family(word: str, *, acts: bool) -> str | None:
    """Return the tag of a word's family; its verbs only where the word is more of a verb."""
    families = shipped_families()
    named = [*families.nouns.get(word, ()), *families.adjectives.get(word, ())]
    found = [_BY_ALL.get(f) or _BY_NOUNS.get(f) for f in named]
    found += [_BY_ALL.get(f) for f in families.verbs.get(word, ()) if acts]
    return next((tag for tag in found if tag), None)


def _of_sense(sense: Sense) -> str | None:
    classes = sorted(sense.classes & _ORDER.keys(), key=_ORDER.__getitem__)
    return _OF_CLASS[classes[0]] if classes else _FILES.get(sense.lexfile)
