"""Profiles of people: what was said of them again and never taken back, with the dates and where it was said. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphmem.identity import derive_id
from graphmem.model import Entity, Fact
from graphmem.rows import Link, Node

__all__ = ["Profile", "profile"]

#: Interactions that must say so, for a fact to be stable.
LEAST_SAID = 2
#: Lines of a profile.
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's node with its links, and the facts on it, the most often said first."""

    node: Node
    links: tuple[Link, ...]
    facts: tuple[Fact, ...]


def profile(person: Entity, facts: Sequence[Fact], *, denied: Mapping[str, object], origin: str) -> Profile | None:
    """Return a person's profile, None where nothing is stable.

    Stable are plain, current facts about the person that several interactions say, and nobody contradicts.

    Args:
        person: whose.
        facts: what is known of them.
        denied: ids of facts that others conflict with.
        origin: the namespace's, which ids derive from.
    """
    stable = [f for f in facts if _stable(f, person) and f.id not in denied]
    if not stable:
        return None
    ranked = sorted(stable, key=lambda f: (-len(f.sources), f.text, f.id))[:MOST_LINES]
    id_ = derive_id(origin, "Profile", person.id)
    node = Node(
        id=id_,
        label="Profile",
        name=person.name,
        text="\n".join(map(_line, ranked)),
        attributes={"entity": person.id, "facts": len(ranked)},
        at=max((f.at for f in ranked if f.at is not None), default=None),
    )
    links = [Link(type="DESCRIBES", source=id_, target=person.id)]
    links += [Link(type="DERIVED_FROM", source=id_, target=f.id) for f in ranked]
    return Profile(node, tuple(links), tuple(ranked))


def _stable(fact: Fact, person: Entity) -> bool:
    own = fact.subject_id == person.id and not fact.negated and fact.modality is None
    return own and fact.expired_at is None and fact.invalid_at is None and len(fact.sources) >= LEAST_SAID


def _line(fact: Fact) -> str:
    since = f", since {fact.at:%Y-%m-%d}" if fact.at is not None else ""
    return f"{fact.text.rstrip('.')} (said {len(fact.sources)} times{since})."
