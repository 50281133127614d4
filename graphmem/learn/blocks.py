"""Core blocks: a few named, size-limited texts that always go into an agent's context; every edit is kept.

MemGPT's core memory, with history: an edit is a new version that supersedes the last one, which stays readable.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from graphmem.arguments import checked_verbs
from graphmem.errors import InvalidInput, NotFound, Outdated
from graphmem.identity import derive_id
from graphmem.learn.desk import Desk
from graphmem.learn.rows import caption
from graphmem.rows import Batch, Link, Node
from graphmem.write.admit import checked_name, checked_text

__all__ = ["Block", "Core"]

#: Characters a block holds unless it is told otherwise.
LIMIT = 2_000
#: Blocks of a namespace: all of them go into every context.
MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A core block: its name, text and limit in characters, its version from 1, and who wrote it when."""

    name: str
    text: str
    limit: int = LIMIT
    version: int = 1
    by: str | None = None
    at: datetime | None = None


@checked_verbs
class Core:
    """The core blocks of a memory, as `Memory.core`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __str__(self) -> str:
        """Render all blocks for a prompt, by name; "" where there is none."""
        return "\n\n".join(f"[{b.name}]\n{b.text}" for b in self.blocks())

    def blocks(self) -> list[Block]:
        """Return the blocks as they are now, by name."""
        return sorted((_block(n) for n in self._nodes() if n.expired_at is None), key=lambda b: b.name)

    def __getitem__(self, name: str) -> Block:
        """Return a block by name; NotFound where there is none."""
        found = next((b for b in self.blocks() if b.name == name), None)
        if found is None:
            raise NotFound(f"no core block is called {name!r}; memory.core.set makes one")
        return found

    def history(self, name: str) -> list[Block]:
        """Return every version of a block, the oldest first."""
        return sorted((b for b in map(_block, self._nodes()) if b.name == name), key=lambda b: b.version)

    def set(self, name: str, text: str, *, limit: int | None = None, by: str | None = None) -> Block:
        """Write a block: a new version that supersedes the last one. The same text again changes nothing.

        Raises:
            InvalidInput: the text is empty or longer than the block's limit, or there are too many blocks.
            Outdated: somebody else edited it at the same moment; read it again, then decide.
        """
        checked_name(name, what="a block's name")
        checked_text(text, what="a block's text")
        desk = self._desk
        known = {b.name: b for b in self.blocks()}
        last = known.get(name)
        new = Block(
            name=name,
            text=text,
            limit=limit or (last.limit if last else LIMIT),
            version=last.version + 1 if last else 1,
            by=by,
            at=desk.clock(),
        )
        if len(text) > new.limit:
            raise InvalidInput(f"block {name!r} holds {new.limit} characters, not {len(text)}: shorten the text")
        if last is None and len(known) >= MOST:
            raise InvalidInput(f"there are {MOST} core blocks, and all go into every context: edit one of them")
        if last is not None and (last.text, last.limit) == (new.text, new.limit):
            return last
        self._write(new, last)
        return new

    def drop(self, name: str) -> None:
        """Take a block out of the context; its history stays. NotFound: there is none."""
        last = self[name]
        node = self._node(last)
        with self._desk.lock:
            present = self._desk.clock()
            batch = Batch(nodes=[replace(node, expired_at=present)], expect={node.id: node.revision})
            self._desk.store.save(self._desk.namespace, batch, now=present)

    def _write(self, new: Block, last: Block | None) -> None:
        desk = self._desk
        with desk.lock:
            present = desk.clock()
            desk.writer(present)  # the namespace exists from here on
            row = Node(
                id=self._id(new),
                label="Block",
                name=caption(new.name),
                text=new.text,
                attributes={"block": new.name, "limit": new.limit, "version": new.version, "by": new.by},
                at=new.at,
            )
            nodes, links, expect = [row], [], {row.id: 0}
            if last is not None:
                before = self._node(last)
                nodes.append(replace(before, expired_at=present))
                links.append(Link(type="SUPERSEDES", source=row.id, target=before.id, attributes={"reason": "edited"}))
                expect[before.id] = before.revision
            desk.store.save(desk.namespace, Batch(nodes=nodes, links=links, expect=expect), now=present)

    def _id(self, block: Block) -> str:
        return derive_id(self._desk.origin, "Block", block.name, block.version)

    def _node(self, block: Block) -> Node:
        found = self._desk.store.nodes(self._desk.namespace, ids=[self._id(block)], expired=True)
        if not found:
            raise Outdated(f"block {block.name!r} was edited by somebody else: read it again")
        return found[0]

    def _nodes(self) -> Sequence[Node]:
        return self._desk.store.nodes(self._desk.namespace, labels=["Block"], expired=True, top_k=100_000)


def _block(node: Node) -> Block:
    told = node.attributes
    by, limit, version = told.get("by"), told.get("limit"), told.get("version")
    return Block(
        name=str(told["block"]),
        text=node.text,
        limit=int(limit) if isinstance(limit, int | float) else LIMIT,
        version=int(version) if isinstance(version, int | float) else 1,
        by=None if by is None else str(by),
        at=node.at,
    )
