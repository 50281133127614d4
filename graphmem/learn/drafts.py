"""What a step of consolidation wants to be there: nodes and links, and drafts whose wording a chat model may better."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from graphmem.chat import RULES, Gist, Material
from graphmem.learn.rows import caption
from graphmem.read.learnt import Learnt
from graphmem.rows import Link, Node

__all__ = ["Draft", "Plan", "digest_of", "drafted", "listed", "picked_of", "reworded"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A node worded by rules, and what a chat model would need to word it better.

    Args:
        node: as the rules word it; `drafted` has marked it.
        picked: ids of what its words come from.
        material: what a summary is to be of.
        sources: ids of all that the material is of.
    """

    node: Node
    picked: tuple[str, ...]
    material: Material
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What one part of a step wants to be there.

    Args:
        nodes, links: wanted as they are.
        drafts: wanted, in these words or better ones, with DERIVED_FROM links to their sources.
        gone: ids of nodes that are to be retired.
        seen: revisions of nodes that were read to make it, 0 of those not there: where one is another by then, nothing
            is written, and its step begins again.
        interactions: how many interactions were read for it.
        marks: what its step notes once it is written, by the step's name (`Work.mark`).
    """

    nodes: Sequence[Node] = ()
    links: Sequence[Link] = ()
    drafts: Sequence[Draft] = ()
    gone: Sequence[str] = ()
    seen: Mapping[str, int] = field(default_factory=dict)
    interactions: int = 0
    marks: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def __add__(self, other: "Plan") -> "Plan":
        """Return both in one."""
        return Plan(
            nodes=[*self.nodes, *other.nodes],
            links=[*self.links, *other.links],
            drafts=[*self.drafts, *other.drafts],
            gone=[*self.gone, *other.gone],
            seen={**other.seen, **self.seen},
            interactions=self.interactions + other.interactions,
            marks={**self.marks, **other.marks},
        )

    def __len__(self) -> int:
        return len(self.nodes) + len(self.drafts) + len(self.gone)


def digest_of(texts: Sequence[str]) -> str:
    """Return 16 hex digits that tell texts apart: words made of the same ones need not be made again."""
    known = hashlib.sha256()
    for text in texts:
        known.update(text.encode("utf-8", "surrogatepass") + b"\x00")
    return known.hexdigest()[:16]


def drafted(node: Node, *, picked: Sequence[str], material: Material, sources: Sequence[str]) -> Draft:
    """Return a draft of a node: its attributes say who worded it (`by`), and of what (`made_of`)."""
    told = {**node.attributes, "by": RULES, "made_of": digest_of(material.texts)}
    return Draft(replace(node, attributes=told), tuple(dict.fromkeys(picked)), material, tuple(dict.fromkeys(sources)))


def reworded(draft: Draft, gist: Gist, *, by: str) -> Node:
    """Return the draft's node in a chat model's words; what the rules picked stays known, for what is built on it."""
    told = {**draft.node.attributes, "by": by, "keywords": list(gist.keywords), "picked": list(draft.picked)}
    if gist.tags:
        told["tags"] = list(gist.tags)
    return replace(draft.node, name=caption(gist.title), text=gist.text, attributes=told)


def picked_of(node: Node, learnt: Learnt) -> tuple[str, ...]:
    """Return the ids of what a drafted node's words come from, as the rules picked it."""
    if "picked" in node.attributes:
        return listed(node, "picked")
    return tuple(link.target for link in learnt.out(node.id, "DERIVED_FROM"))


def listed(node: Node, name: str) -> tuple[str, ...]:
    """Return an attribute that is a list of texts, () where it is none."""
    told = node.attributes.get(name)
    return tuple(map(str, told)) if isinstance(told, Sequence) and not isinstance(told, str) else ()
