"""What queries, insights and consolidation need of a memory: its store, its writer, what was learnt, the clock."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from graphmem.chat import ChatModel
from graphmem.learn.meaning import meanings, vectors_of_nodes
from graphmem.learn.nouns import Insight, PastQuery
from graphmem.learn.options import LearningOptions
from graphmem.learn.rows import insight_node, query_node
from graphmem.ports import Embedder, Store
from graphmem.read.learnt import Learnt
from graphmem.read.recollection import Recollection
from graphmem.rows import Node
from graphmem.write.merged import origin_of
from graphmem.write.writer import Writer

__all__ = ["Desk"]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A memory as the learning path sees it.

    Args:
        store: where everything is.
        namespace: whose.
        embedder: what makes vectors.
        clock: the present.
        writer: the namespace's writer; call it with `lock` held.
        learnt: lends what was learnt, as of now, for the length of a `with`.
        recall: facts and interactions that bear on a text.
        lock: the memory's.
        options: the constants of learning.
        chat: what draws lessons and words summaries, None for rules alone.
    """

    store: Store
    namespace: str
    embedder: Embedder
    clock: Callable[[], datetime]
    writer: Callable[[datetime], Writer]
    learnt: Callable[[], AbstractContextManager[Learnt]]
    recall: Callable[[str, int], Recollection]
    lock: threading.RLock = field(repr=False)
    options: LearningOptions = field(default_factory=LearningOptions)
    chat: ChatModel | None = None

    @property
    def origin(self) -> str:
        """What ids derive from: the name the namespace was created with."""
        return origin_of(self.store, self.namespace)

    def query_row(self, query: PastQuery) -> Node:
        """Return the row of an open query, with its vector."""
        return query_node(query, vector=meanings(self.embedder, [query.text])[0])

    def insight_rows(self, insights: Sequence[Insight], *, known: Mapping[str, Node] | None = None) -> list[Node]:
        """Return the rows of insights, with their vectors: a known one's of the same words is not made again."""
        rows = [insight_node(i, vector=None) for i in insights]
        return vectors_of_nodes(self.embedder, rows, known=known or {})
