"""What opening an index without a snapshot spends its seconds on: reading the log, taking texts apart, building."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps

from graphmem.ports import Store
from graphmem.read.index import Index
from graphmem.read.passages import Passages
from graphmem.read.turns import Turns

__all__ = ["Spent", "spending"]


@dataclass
class Spent:
    """Seconds on the clock and rows: `index` is all of it, `read` the store's part, `texts` words, names and times."""

    index: float = 0.0
    read: float = 0.0
    texts: float = 0.0
    rows: int = 0

    def told(self) -> dict[str, float]:
        """Return the split for a result line."""
        build = self.index - self.read - self.texts
        split = {"open_read_s": self.read, "open_tokenise_s": self.texts, "open_build_s": build}
        return {**{name: round(seconds, 2) for name, seconds in split.items()}, "open_rows_read": self.rows}


@contextmanager
def spending(store: type[Store]) -> Iterator[Spent]:
    """Time what indexes are opened with while the block runs; nothing is replaced, only timed."""
    spent = Spent()

    def counted(page: object) -> None:
        spent.rows += sum(len(getattr(page, kind)) for kind in ("interactions", "vectors", "nodes", "links"))

    with ExitStack() as stack:
        wrapped: list[tuple[type, str, Callable[..., object]]] = [(Index, "open", timed(Index.open, spent, "index"))]
        wrapped += [(store, "changes", timed(store.changes, spent, "read", then=counted))]
        wrapped += [(family, "_describe", timed(family._describe, spent, "texts")) for family in (Turns, Passages)]
        for owner, name, call in wrapped:
            stack.callback(setattr, owner, name, vars(owner)[name])
            setattr(owner, name, call)
        yield spent


def timed(
    call: Callable[..., object], spent: Spent, part: str, *, then: Callable[[object], None] = lambda _: None
) -> Callable[..., object]:
    """Return the call, adding its seconds to a part of what is spent."""

    @wraps(call)
    def wrapper(*args: object, **options: object) -> object:
        began = time.perf_counter()
        result = call(*args, **options)
        setattr(spent, part, getattr(spent, part) + time.perf_counter() - began)
        then(result)
        return result

    return wrapper
