"""The entities of a text: names, things worth a node, and the parties of the conversation."""

from collections import Counter
from collections.abc import Iterable

from graphmem.identity import better_kind, name_key
from graphmem.ports import FoundEntity, Triple
from graphmem.text.reading import Reading
from graphmem.text.roles import kinds_by_place, kinds_by_role

__all__ = ["entities_of", "title_and_alias"]


def title_and_alias(title: str) -> tuple[str, tuple[str, ...]]:
    """Return a title without its parenthesised addition, and the full title as an alias where they differ.

    >>> title_and_alias("Mercury (planet)")
    ('Mercury', ('Mercury (planet)',))
    """
    head, opened, _ = title.partition(" (")
    plain = " ".join(head.split())
    return (plain, (title,)) if opened and plain and title.rstrip().endswith(")") else (title.strip(), ())


def entities_of(reading: Reading, *, triples: Iterable[Triple]) -> tuple[FoundEntity, ...]:
    """Return each entity once: names and the ends of facts, with how often the text names it.

    The speaker and listener are entities though nobody names them, and persons whatever a tagger says; of other names
    a relation may know the kind better than the tagger (`text.roles`). A passage's title is what it is about; without
    one, the subject of its first fact is.
    """
    triples = tuple(triples)
    counts: Counter[str] = Counter()
    spelt: dict[str, str] = {}
    kinds: dict[str, list[str]] = {}

    def add(name: str, kind: str, count: int) -> None:
        key = name_key(name)
        counts[key] += count
        spelt.setdefault(key, name)
        kinds.setdefault(key, []).append(kind)

    scene = reading.scene
    for party in (scene.speaker, scene.listener):
        if party:
            add(party, "person", 0)
    for name in {n.start: n for n in reading.names.values()}.values():
        add(name.text, name.kind, 1)
    for referent in reading.referents.values():
        add(referent.name, referent.kind, 1)
    about = name_key(scene.title) if scene.title else None
    for triple in triples:
        add(triple.subject, triple.subject_kind, 0)
        add(triple.object, triple.object_kind, 0)
    parties = {name_key(party): "person" for party in (scene.speaker, scene.listener) if party}
    told = kinds_by_role(triples) | kinds_by_place(reading) | parties
    return tuple(
        FoundEntity(name=spelt[k], kind=told.get(k) or better_kind(kinds[k]), count=max(1, counts[k]), about=k == about)
        for k in spelt
    )
