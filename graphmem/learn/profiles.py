"""Profiles of people and agents: stable facts, preferences and traits, with the dates and where it was said. Pure.

Stable is what was said again and never taken back. Preferences and traits are told by `learn.character`. What a profile
says is kept as its links to facts, each with the part that the fact plays; the text is for people and for search.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from graphmem.identity import derive_id
from graphmem.learn.character import Part, Way, newest_of, way_of
from graphmem.model import Entity, Fact
from graphmem.rows import Link, Node

__all__ = ["FORM", "Drawn", "Profile", "Told", "bearing", "profile", "profile_of"]

#: Interactions that must say so, for a fact to be stable.
LEAST_SAID = 2
#: Lines of each part of a profile.
MOST_LINES = 20
#: Of what is drawn: profiles of an earlier form are drawn anew.
FORM = 2
_HEADS: Mapping[Part, str] = {"fact": "Facts", "preference": "Preferences", "trait": "Traits"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of a profile: what is so, and the evidence.

    Args:
        text: a readable rendering.
        part: `fact`, `preference` or `trait`.
        way: of a preference `likes`, `dislikes`, `prefers` or `favourite`; of a trait `is` or `does`; None of a fact.
        value: what is liked, what somebody is or does it with: the fact's object.
        fact: the fact's id.
        sources: ids of the interactions that say so, by instant.
        since: when it was first said; None unknown.
    """

    text: str
    part: Part
    way: Way | None
    value: str
    fact: str
    sources: tuple[str, ...]
    since: datetime | None = None

    def __str__(self) -> str:
        """Return the line as people read it."""
        times = f"said {len(self.sources)} times" if len(self.sources) > 1 else "said once" if self.sources else "told"
        since = f", since {self.since:%Y-%m-%d}" if self.since is not None else ""
        return f"{self.text.rstrip('.')} ({times}{since})."


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of a person or agent, as `consolidate` left it, each part the most often said first.

    Args:
        name: whose; as it is spelt.
        entity: the entity's id; "" where nothing was drawn.
        facts: stable ones: several interactions say so, and nobody contradicts.
        preferences: likes, dislikes, favourites.
        traits: what they are like, and habits.
    """

    name: str
    entity: str = ""
    facts: tuple[Told, ...] = ()
    preferences: tuple[Told, ...] = ()
    traits: tuple[Told, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything is known."""
        return bool(self.facts or self.preferences or self.traits)

    def __str__(self) -> str:
        """Return it for a prompt: a line each, under the name of its part."""
        return _text((*self.facts, *self.preferences, *self.traits))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A person's node with its links."""

    node: Node
    links: tuple[Link, ...]


def bearing(person: Entity, facts: Sequence[Fact]) -> list[Fact]:
    """Return the plain, current facts about a person that may stand in the profile."""
    own = [f for f in facts if f.subject_id == person.id and f.modality is None]
    current = [f for f in own if f.expired_at is None and f.invalid_at is None and f.closed_at is None]
    return [f for f in current if way_of(f) is not None or (not f.negated and len(f.sources) >= LEAST_SAID)]


def profile(person: Entity, facts: Sequence[Fact], *, denied: Mapping[str, object], origin: str) -> Drawn | None:
    """Return a person's profile to be kept, None where there is nothing to tell.

    Args:
        person: whose.
        facts: what is known of them.
        denied: ids of facts that others conflict with.
        origin: the namespace's, which ids derive from.
    """
    told = _told([f for f in bearing(person, facts) if f.id not in denied])
    if not told:
        return None
    id_ = derive_id(origin, "Profile", person.id)
    by_part = {part: [t for t in told if t.part == part] for part in _HEADS}
    node = Node(
        id=id_,
        label="Profile",
        name=person.name,
        text=_text(told),
        attributes={
            "entity": person.id,
            "facts": len(by_part["fact"]),
            "preferences": [t.text for t in by_part["preference"]],
            "traits": [t.text for t in by_part["trait"]],
        },
        at=max((t.since for t in told if t.since is not None), default=None),
    )
    links = [Link(type="DESCRIBES", source=id_, target=person.id)]
    links += [Link(type="DERIVED_FROM", source=id_, target=t.fact, attributes=_marks(t)) for t in told]
    return Drawn(node, tuple(links))


def profile_of(node: Node, links: Sequence[Link], facts: Sequence[Fact]) -> Profile:
    """Return the profile that a node holds, in today's words.

    Args:
        node: of the label Profile.
        links: its DERIVED_FROM links.
        facts: what they lead to; those that are gone since are left out.
    """
    known = {f.id: f for f in facts}
    told = [_line(known[k.target], _way(k)) for k in links if k.target in known]
    ranked = sorted(told, key=_rank)
    parts = {part: tuple(t for t in ranked if t.part == part) for part in _HEADS}
    return Profile(
        name=node.name,
        entity=str(node.attributes.get("entity", "")),
        facts=parts["fact"],
        preferences=parts["preference"],
        traits=parts["trait"],
    )


def _told(facts: Sequence[Fact]) -> list[Told]:
    """Return a profile's lines, part by part; a fact that is told in the same words as another stands once."""
    ways = [(f, way_of(f)) for f in facts]
    stands = newest_of((f, w) for f, w in ways if w is not None)
    kept = [(f, w) for f, w in ways if w not in ("likes", "dislikes") or f.id in stands]
    lines: dict[str, Told] = {}
    for line in sorted((_line(f, w) for f, w in kept), key=_rank):
        lines.setdefault(line.text, line)
    return [t for part in _HEADS for t in [t for t in lines.values() if t.part == part][:MOST_LINES]]


def _line(fact: Fact, way: Way | None) -> Told:
    part: Part = "fact" if way is None else "trait" if way in ("is", "does") else "preference"
    return Told(
        text=fact.text, part=part, way=way, value=fact.object, fact=fact.id, sources=fact.sources, since=fact.at
    )


def _rank(told: Told) -> tuple[int, str, str]:
    return -len(told.sources), told.text, told.fact


def _marks(told: Told) -> dict[str, str]:
    return {"part": told.part} if told.way is None else {"part": told.part, "way": told.way}


def _way(link: Link) -> Way | None:
    told = link.attributes.get("way")
    return next((w for w in get_args(Way) if w == told), None)


def _text(told: Sequence[Told]) -> str:
    parts = [(head, [str(t) for t in told if t.part == part]) for part, head in _HEADS.items()]
    return "\n".join("\n".join([f"{head}:", *lines]) for head, lines in parts if lines)
