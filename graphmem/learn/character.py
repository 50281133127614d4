"""What a fact says of somebody's character: what they like or don't, what they are like, what they keep doing. Pure.

Preferences are facts of the family `liking`, in the present, and favourites; of one thing, what was said last stands.
Traits are adjectives of disposition ("patient"; after Goldberg's markers of the big five, Psychological Assessment 4,
1992: words of the kind, our own list), any other adjective that is no feeling once it was said again, and habits: acts
that are said to be usual, or are told of in the present again and again.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from graphmem.model import Fact
from graphmem.text.families import shipped_families

__all__ = ["Part", "Way", "newest_of", "way_of"]

Part = Literal["fact", "preference", "trait"]
#: How a fact bears on character: a preference of that sort, a trait that somebody is or does.
Way = Literal["likes", "dislikes", "prefers", "favourite", "is", "does"]


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


#: Interactions that must say so: an adjective that may be a mood, an act that is not said to be usual.
SAID_AGAIN = 2
_DISLIKES = _words("hates dislikes detests loathes fears dreads afraid scared")
#: What one says to be polite.
_COURTESIES = frozenset({"appreciates", "admires"})
_PAST = frozenset({"was", "were", "had"})
_DISPOSITIONS = _words(
    "active adaptable adventurous affectionate ambitious anxious assertive bold brave calm careful careless caring "
    "cautious cheerful clumsy competitive considerate conscientious creative curious decisive diligent direct "
    "disciplined disorganised disorganized easygoing efficient energetic extroverted fearless forgetful forgiving "
    "friendly funny generous gentle grumpy hardworking hard-working helpful honest humble imaginative impatient "
    "impulsive independent introverted inventive jealous kind lazy loyal messy meticulous modest moody neat nervous "
    "optimistic organised organized outgoing patient perfectionist persistent pessimistic playful polite practical "
    "private punctual quiet rational realistic rebellious relaxed reliable reserved resilient responsible rude selfish "
    "sensitive sentimental serious shy sociable spontaneous stubborn superstitious sympathetic talkative thorough "
    "thoughtful thrifty tidy timid tolerant trustworthy vain vegan vegetarian warm-hearted witty"
)
#: Families of acts that somebody may be in the habit of; the rest are states, or happen once.
_ACTS = _words(
    "cook eat travel outdoors sport compete play perform read watch listen write learn teach help repair grow picture "
    "attend meet pet"
)
_USUAL = re.compile(
    r"\b(?:always|usually|often|regularly|daily|weekly|monthly|(?:every|each) (?:single |other )?"
    r"(?:day|morning|noon|afternoon|evening|night|week|weekend|month|year|spring|summer|autumn|fall|winter|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)|(?:once|twice|\w+ times) a (?:day|week|month|year)|"
    r"on (?:(?:mon|tues|wednes|thurs|fri|satur|sun)days|weekends))\b",
    re.IGNORECASE,
)


def way_of(fact: Fact) -> Way | None:
    """Return how a fact bears on its subject's character, None where it doesn't.

    Args:
        fact: plain and current; a denied one ("does not like mushrooms") may be a dislike, and is nothing else.
    """
    first = fact.predicate.split("_")[0]
    if first in ("favourite", "favorite"):
        return None if fact.negated else "favourite"
    if first in _PAST or (first.endswith("ed") and first != "interested"):
        return None
    if shipped_families().of(fact.predicate) == "liking" and first not in _COURTESIES:
        return _liking(fact, first)
    return None if fact.negated else _trait(fact)


def _liking(fact: Fact, first: str) -> Way:
    if _DISLIKES & set(fact.predicate.split("_")):
        return "likes" if fact.negated else "dislikes"
    if fact.negated:
        return "dislikes"
    return "prefers" if first == "prefers" else "likes"


def _trait(fact: Fact) -> Way | None:
    again = len(fact.sources) >= SAID_AGAIN
    if fact.predicate == "is":
        word = fact.object.casefold()
        lasting = again and " " not in word and shipped_families().adjectives.get(word, ("",))[0] != "feeling"
        return "is" if word in _DISPOSITIONS or (lasting and _is_adjective(word)) else None
    present = fact.predicate.split("_")[0].endswith("s") and not fact.predicate.startswith(("is_", "has_"))
    if not present:
        return None
    usual = again or _USUAL.search(fact.text) is not None
    return "does" if usual and _is_own(fact) and shipped_families().of(fact.predicate) in _ACTS else None


def _is_own(fact: Fact) -> bool:
    """Return whether a sentence begins with whom it is about: else what is usual may be somebody else's."""
    return fact.text.casefold().startswith(fact.subject.casefold())


def _is_adjective(word: str) -> bool:
    """Return whether a word has the form of an adjective that lasts ("ambidextrous"), not of a state ("tired")."""
    return word.endswith(("able", "ful", "ic", "ish", "ive", "less", "ous"))


def newest_of(facts: Iterable[tuple[Fact, Way]]) -> Mapping[str, Way]:
    """Return the preferences that stand, by the fact's id: of likes and dislikes of one thing, the last said ones.

    Args:
        facts: of one person, with their ways; those that are no likes or dislikes are left out.
    """
    sides: dict[str, list[tuple[Fact, Way]]] = {}
    for fact, way in facts:
        if way in ("likes", "dislikes"):
            sides.setdefault(fact.object_id, []).append((fact, way))
    stands: dict[str, Way] = {}
    for told in sides.values():
        _, last = max(told, key=lambda one: (one[0].at.timestamp() if one[0].at is not None else 0.0, one[0].id))
        stands |= {fact.id: way for fact, way in told if way == last}
    return stands
