"""Who words what is consolidated: a chat model where one is given and answers well, rules where not; each says so."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graphmem.chat import RULES, ChatModel
from graphmem.errors import ModelError, ModelUnavailable
from graphmem.learn.drafts import Draft, reworded
from graphmem.model import Degradation
from graphmem.rows import Link, Node
from graphmem.text.batches import batches

__all__ = ["Wording"]

#: Materials in one call, and characters of all their texts.
BATCH, CHARACTERS = 8, 48_000


class Wording:
    """Words the drafts of one consolidation.

    What a model worded stays as long as what it is of does, whoever consolidates. A model that cannot be reached is
    not asked again in this run; of one that answers in no agreed form, only that call's drafts keep the rules' words.

    Args:
        chat: the model, None for rules alone.
        dry_run: ask nothing; what would be asked is worded by rules and marked as the model's.
    """

    def __init__(self, chat: ChatModel | None, *, dry_run: bool) -> None:
        self._chat = chat
        self._dry_run = dry_run
        self._reachable = True
        self._said: dict[str, Degradation] = {}

    @property
    def degraded(self) -> tuple[Degradation, ...]:
        """What rules worded in the model's place, and why, each reason once."""
        return tuple(self._said.values())

    def wanted(self, node: Node) -> bool:
        """Whether a standing node is to be worded anew though nothing else changed: rules worded it, and could not."""
        return self._chat is not None and node.attributes.get("by", RULES) == RULES

    def worded(self, drafts: Sequence[Draft], known: Mapping[str, Node]) -> tuple[list[Node], list[Link]]:
        """Return the drafts' nodes, each in its best words, and their DERIVED_FROM links, in order."""
        nodes = {d.node.id: kept for d in drafts if (kept := _kept(d, known.get(d.node.id))) is not None}
        if self._chat is not None:
            due = [d for d in drafts if d.node.id not in nodes and any(t.strip() for t in d.material.texts)]
            for batch in batches(due, most=BATCH, characters=CHARACTERS, length=_characters):
                nodes |= self._asked(self._chat, batch)
        found = [nodes.get(d.node.id, d.node) for d in drafts]
        links: list[Link] = []
        for node, draft in zip(found, drafts, strict=True):
            ids = draft.picked if node.attributes["by"] == RULES else draft.sources
            links += [Link(type="DERIVED_FROM", source=node.id, target=i) for i in ids]
        return found, links

    def _asked(self, chat: ChatModel, batch: Sequence[Draft]) -> dict[str, Node]:
        if self._dry_run:
            marked = {"by": chat.name}
            return {d.node.id: replace(d.node, attributes={**d.node.attributes, **marked}) for d in batch}
        why = "the model could not be reached before"
        if self._reachable:
            try:
                gists = chat.gists([d.material for d in batch])
            except ModelError as err:
                self._reachable = not isinstance(err, ModelUnavailable)
                why = str(err)
                self._said.setdefault(why, Degradation(f"summaries worded by rules instead of {chat.name}", why))
            else:
                told = zip(batch, gists, strict=True)
                return {d.node.id: reworded(d, gist, by=chat.name) for d, gist in told}
        return {d.node.id: _marked(d.node, why) for d in batch}


def _marked(node: Node, why: str) -> Node:
    return replace(node, attributes={**node.attributes, "degraded": why})


def _kept(draft: Draft, known: Node | None) -> Node | None:
    """Return the draft in the words that a model found for the same material before, None where there are none."""
    if known is None or known.expired_at is not None or known.attributes.get("by", RULES) == RULES:
        return None
    if known.attributes.get("made_of") != draft.node.attributes["made_of"]:
        return None
    words = {k: known.attributes[k] for k in ("by", "keywords", "tags", "picked") if k in known.attributes}
    return replace(draft.node, name=known.name, text=known.text, attributes={**draft.node.attributes, **words})


def _characters(draft: Draft) -> int:
    return sum(map(len, draft.material.texts))
