"""What one recall asks of a store: few reads that each tell much, because a server is a round trip away."""

from collections.abc import Sequence
from typing import Protocol

from graphmem.rows import Surroundings

__all__ = ["RecallReads"]


class RecallReads(Protocol):
    """Reads that answer at once what several others of `Store` would; each is one round trip on a server."""

    def settings(self, names: Sequence[str]) -> tuple[str | None, ...]:
        """Return settings of the whole store in the order asked, None for what was never set."""

    def called(self, namespace: str, keys: Sequence[str], *, top_k: int) -> list[str]:
        """Return the names and aliases of those whom these keys name and of whom they are merged with, sorted.

        Args:
            namespace: whose.
            keys: keys of names or aliases.
            top_k: at most so many entities that the keys name, and so many merged with them, the most mentioned.
        """

    def shown(
        self,
        namespace: str,
        interactions: Sequence[str],
        *,
        beside: Sequence[str] = (),
        keys: Sequence[str] = (),
        rulings: bool = True,
        undone: bool = False,
        top_k: int = 1_000,
    ) -> Surroundings:
        """Return everything that is shown with hits.

        Args:
            namespace: whose.
            interactions: ids of the hits; unknown ones are left out.
            beside: ids of other interactions, of which nothing but themselves is wanted.
            keys: keys of entities that lie on the way to hits.
            rulings: whether those on the facts are wanted.
            undone: undone ones, too.
            top_k: at most so many facts, the last said; entities mentioned, the first by id; and entities of `keys`.
        """
