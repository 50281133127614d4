"""What the part that a name plays tells of its kind: where somebody lives is a place. Pure, no list of names.

A tagger labels a name by its looks and its neighbours, and takes towns for persons; the relation drawn from the same
sentence often knows better, and so do the words that the name hangs on ("the city of X", "they met in X"). Families of
predicates (`text.families`) and their last words decide, and short lists of common words.
"""

from collections.abc import Iterable, Iterator, Mapping

from graphmem.identity import name_key
from graphmem.ports import Triple
from graphmem.text.families import family_of
from graphmem.text.lexicon import KIN
from graphmem.text.reading import Reading

__all__ = ["kinds_by_place", "kinds_by_role"]


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Labels that say less than a role does: nothing, or what a tagger gives to names that it doesn't know.
_VAGUE = frozenset({"unknown", "person", "product", "work"})
_UNKNOWN = frozenset({"unknown"})
#: By the family of a predicate and its last word: what a name after it is, and the labels that it overrules.
_OBJECTS: Mapping[tuple[str | None, str], tuple[str, frozenset[str]]] = {
    ("residence", "in"): ("place", _VAGUE | {"organisation"}),
    ("residence", "to"): ("place", _VAGUE),
    ("residence", "from"): ("place", _VAGUE),
    ("origin", "in"): ("place", _VAGUE | {"organisation"}),
    ("origin", "from"): ("place", _UNKNOWN),
    ("travel", "to"): ("place", _VAGUE),
    ("travel", "in"): ("place", _VAGUE),
    ("travel", "around"): ("place", _VAGUE),
    ("travel", "through"): ("place", _VAGUE),
    ("work", "at"): ("organisation", _VAGUE | {"place"}),
    ("work", "for"): ("organisation", _UNKNOWN),
    ("marriage", "to"): ("person", _VAGUE | {"organisation", "place"}),
}
#: Whom a person has as "partner" or "best_friend" is a person; whom a company has as one is left to the tagger.
_RELATIVE = ("person", _VAGUE | {"organisation", "place"})
_NOTHING: tuple[str, frozenset[str]] = ("", frozenset())
#: Families that only persons are the subjects of, and predicates that only they say.
_PERSONAL = frozenset({"marriage", "pet"})
_SAYING = frozenset({"said", "says", "told", "tells", "asked", "asks", "replied", "promised", "was_born_in", "born_in"})
#: "The city of X".
_REGIONS = _words("city town village capital suburb district county province state country region island port")
#: What a text may call a name by its class ("X is a company in ..."); a person's label is left alone, because names of
#: persons are linked by their parts.
_CLASSES = {
    "place": _REGIONS | _words("river lake mountain valley street park beach village neighbourhood neighborhood"),
    "organisation": _words("company firm startup business corporation agency bank charity university college"),
}
_CLASSED = frozenset({"unknown", "product", "work", "event", "place", "organisation"})
_AFTER_CLASS = _words("in on of at near that which who for from with by and between along")
#: Where one can only be, stay or go ("we met in X"), and what one goes to see ("we toured X").
_BEING = _words("live stay reside dwell settle meet grow arrive land travel trek hike drive fly wander holiday camp")
_GOING = frozenset(("visit", "tour", "explore"))
_WITHIN = frozenset(("in", "near", "around", "through", "across"))


def kinds_by_place(reading: Reading) -> dict[str, str]:
    """Return the names that stand where only a place stands, by their `name_key`, each as "place".

    Only those whose label is vague: a person who is visited stays a person.
    """
    shown: dict[str, str] = {}
    for name in {n.start: n for n in reading.names.values()}.values():
        token = reading.doc[name.start : name.end].root
        head = token.head
        region = token.dep_ == "pobj" and head.lower_ == "of" and head.head.lower_ in _REGIONS
        within = token.dep_ == "pobj" and head.lower_ in _WITHIN and head.head.lemma_ in _BEING
        gone = token.dep_ == "dobj" and head.lemma_ in _GOING
        labels = _VAGUE | {"organisation"} if region else _VAGUE if within else _VAGUE - {"person"} if gone else ()
        if name.kind in labels and name.text.lower() not in reading.scene.known:
            shown[name_key(name.text)] = "place"
    return shown


def kinds_by_role(triples: Iterable[Triple]) -> dict[str, str]:
    """Return the kinds that relations show, by the `name_key` of the name; the first relation that shows one decides.

    Only names are judged, never the things of a text ("lives in fear" makes no place of fear), and only where the
    tagger's label is one that the role overrules.

    >>> kinds_by_role([Triple(subject="Ada", predicate="lives_in", object="Porto", object_kind="person")])
    {'porto': 'place'}
    """
    shown: dict[str, str] = {}
    for triple in triples:
        kind, overruled = _shown(triple)
        if triple.object_kind in overruled and triple.object[:1].isupper():
            shown.setdefault(name_key(triple.object), kind)
        if triple.predicate == "is_a" and not triple.negated and triple.subject_kind in _CLASSED:
            shown.update({name_key(triple.subject): kind for kind in _class_of(triple.object)})
        personal = triple.predicate in _SAYING or family_of(triple.predicate) in _PERSONAL
        if personal and triple.subject_kind == "unknown" and triple.subject[:1].isupper():
            shown.setdefault(name_key(triple.subject), "person")
    return shown


def _shown(triple: Triple) -> tuple[str, frozenset[str]]:
    """Return the kind that a relation shows its object to be, and the labels that it overrules."""
    last = triple.predicate.rpartition("_")[2]
    if last in KIN and triple.subject_kind == "person":
        return _RELATIVE
    return _OBJECTS.get((family_of(triple.predicate), last), _NOTHING)


def _class_of(thing: str) -> Iterator[str]:
    """Yield the kind that a phrase's head is the class of, if any.

    >>> list(_class_of("small company in Belmora")), list(_class_of("friend of the company"))
    (['organisation'], [])
    """
    words = thing.lower().split()
    end = next((n for n, word in enumerate(words) if word in _AFTER_CLASS), len(words))
    if end:
        yield from (kind for kind, nouns in _CLASSES.items() if words[end - 1] in nouns)
