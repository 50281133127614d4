"""GraphMemStore: LangGraph's long-term store over a memory, on SQLite and on Neo4j.

What it does otherwise than LangGraph's InMemoryStore, and why:

- values are kept as JSON: tuples come back as lists, and what is not JSON is refused when it is put;
- `created_at` stays when an item is overwritten, as `Item` documents it;
- a search without a query tells the latest put first, as LangGraph's database stores do;
- items that are not indexed follow the scored ones on the same pages, so that paging shows each item once;
- comparing what does not compare (a missing field, a text with a number) does not pass, instead of raising;
- a get creates no namespace, and a namespace whose last item was deleted is not listed;
- scores come from words, vectors and the graph together, not from a cosine alone, and the memory's embedder is used.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from langgraph.store.base import (
    BaseStore,
    GetOp,
    ListNamespacesOp,
    MatchCondition,
    Op,
    PutOp,
    Result,
    SearchItem,
    SearchOp,
    TTLConfig,
    get_text_at_path,
    validate_op_namespace,
)
from langgraph.store.base import Item as StoreItem

from graphmem.aio import AsyncMemory, in_thread
from graphmem.errors import InvalidInput
from graphmem.integrations.items import Item, Items, Put, checked_value
from graphmem.integrations.langgraph.sweeper import Sweeper
from graphmem.memory import Memory

__all__ = ["GraphMemStore"]

#: Batches that run at a time for callers in an event loop.
_THREADS = 4
#: Minutes between two sweeps where nobody says.
_SWEEP_MINUTES = 5.0


class GraphMemStore(BaseStore):
    """A LangGraph store whose items are part of a memory: recall finds them, and on Neo4j people see them.

    Several stores and processes may share one memory. The store does not close it.

    Args:
        memory: where items are kept; its namespace holds them all, in sessions named `store/` and their path.
        fields: paths into a value (`"content"`, `"chapters[*].title"`) whose text is searched; none is all of it. A
            put's own `index` goes before.
        ttl: LangGraph's `TTLConfig`: `default_ttl` in minutes, `refresh_on_read`, `omit_expired`,
            `sweep_interval_minutes` for `start_ttl_sweeper`. Without a sweep expired items stay, hidden or not.
        background: leave drawing facts out of items to a worker of the memory.
        clock: tells the time, an aware instant.

    Raises (all operations): InvalidInput and InvalidNamespaceError for what cannot be taken, both `ValueError`s;
    StoreError where the memory's store is not there.
    """

    supports_ttl = True

    def __init__(
        self,
        memory: Memory | AsyncMemory,
        *,
        fields: Sequence[str] = (),
        ttl: TTLConfig | None = None,
        background: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        whose = memory.memory if isinstance(memory, AsyncMemory) else memory
        self.items = Items(whose, background=background, clock=clock)
        self.ttl_config = ttl
        self.sweeper = Sweeper(self.sweep_ttl)
        self._fields = _checked_fields(fields)
        self._clock = clock
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="graphmem-store")

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Run operations: reads first, then the writes; of several puts of one item the last counts."""
        asked = [_checked(op) for op in ops]
        results: list[Result] = [None] * len(asked)
        gets = {place: op for place, op in enumerate(asked) if isinstance(op, GetOp)}
        for place, item in self._got(gets).items():
            results[place] = item
        for place, op in enumerate(asked):
            if isinstance(op, SearchOp):
                results[place] = self._searched(op)
            elif isinstance(op, ListNamespacesOp):
                results[place] = self._listed(op)
        puts = {(op.namespace, op.key): self._put(op) for op in asked if isinstance(op, PutOp)}
        if puts:
            self.items.put(list(puts.values()))
        return results

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """Run operations on a worker thread, as `batch` does."""
        return await in_thread(self._pool, self.batch, list(ops))

    # --- reading ----------------------------------------------------------------------------------------------------

    def _got(self, gets: Mapping[int, GetOp]) -> dict[int, Result]:
        found = self.items.get({(op.namespace, op.key) for op in gets.values()})
        live = {item.address: item for item in self._unexpired(list(found.values()))}
        hits = {place: live[op.namespace, op.key] for place, op in gets.items() if (op.namespace, op.key) in live}
        self.items.touch([item for place, item in hits.items() if gets[place].refresh_ttl])
        return {place: _told(item) for place, item in hits.items()}

    def _searched(self, op: SearchOp) -> list[SearchItem]:
        end = op.offset + op.limit
        if op.query and op.query.strip() and op.limit:
            found = self.items.search(
                op.query, prefix=op.namespace_prefix, condition=op.filter, keep=self._unexpired, top_k=end
            )
        else:
            found = self.items.leading(op.namespace_prefix, condition=op.filter, keep=self._unexpired, top_k=end)
        page = found[op.offset : end]
        if op.refresh_ttl:
            self.items.touch(page)
        return [_scored(item) for item in page]

    def _listed(self, op: ListNamespacesOp) -> list[tuple[str, ...]]:
        conditions = op.match_conditions or ()
        paths = self._live_paths() if self._omits else self.items.paths()
        matching = [path for path in paths if all(_matches(condition, path) for condition in conditions)]
        cut = sorted({path[: op.max_depth] for path in matching})
        return cut[op.offset : op.offset + op.limit]

    # --- time to live -----------------------------------------------------------------------------------------------

    @property
    def _omits(self) -> bool:
        return bool(self.ttl_config and self.ttl_config.get("omit_expired"))

    def _unexpired(self, items: Sequence[Item]) -> list[Item]:
        return self.items.unexpired(items) if self._omits else list(items)

    def _live_paths(self) -> list[tuple[str, ...]]:
        return sorted({item.path for item in self._unexpired(self.items.scan())})

    def sweep_ttl(self) -> int:
        """Delete the items that have expired, and return how many there were."""
        return self.items.sweep()

    def start_ttl_sweeper(self, sweep_interval_minutes: float | None = None) -> "Future[None]":
        """Sweep every so many minutes on a thread of its own until `stop_ttl_sweeper`; the result ends with it.

        None takes `sweep_interval_minutes` of the store's `ttl`, else 5.
        """
        configured = (self.ttl_config or {}).get("sweep_interval_minutes")
        return self.sweeper.start(minutes=sweep_interval_minutes or configured or _SWEEP_MINUTES)

    def stop_ttl_sweeper(self, timeout: float | None = None) -> bool:
        """Stop sweeping, and tell whether the sweeper ended within so many seconds (None: wait for it)."""
        return self.sweeper.stop(timeout)

    # --- writing ----------------------------------------------------------------------------------------------------

    def _put(self, op: PutOp) -> Put:
        text = None
        if op.value is not None:
            text = _text_of(checked_value(op.value), index=op.index, fields=self._fields)
        return Put(address=(op.namespace, op.key), value=op.value, text=text, ttl=op.ttl)


def _checked(op: Op) -> Op:
    """Return the operation with its path as a tuple and its key as a text."""
    if not isinstance(op, GetOp | PutOp | SearchOp | ListNamespacesOp):
        raise InvalidInput(f"{op!r} is no operation of a store: use GetOp, PutOp, SearchOp or ListNamespacesOp")
    for path in _paths(op):
        if isinstance(path, str):  # its letters would be taken for labels
            raise InvalidInput(f"the namespace is the text {path!r}: give a tuple of labels, ({path!r},)")
    validate_op_namespace(op)
    if isinstance(op, GetOp | PutOp):
        return op._replace(namespace=tuple(op.namespace), key=str(op.key))
    if op.limit < 0 or op.offset < 0:
        raise InvalidInput(f"limit is {op.limit} and offset {op.offset}; neither may be negative")
    return op._replace(namespace_prefix=tuple(op.namespace_prefix)) if isinstance(op, SearchOp) else op


def _paths(op: GetOp | PutOp | SearchOp | ListNamespacesOp) -> list[Sequence[str]]:
    """Return the paths that an operation names."""
    if isinstance(op, ListNamespacesOp):
        return [condition.path for condition in op.match_conditions or ()]
    return [op.namespace_prefix if isinstance(op, SearchOp) else op.namespace]


def _checked_fields(fields: Sequence[str]) -> tuple[str, ...]:
    if isinstance(fields, str):
        raise InvalidInput(f"fields is the text {fields!r}: give a list of paths, [{fields!r}]")
    return tuple(fields)


def _text_of(value: dict[str, Any], *, index: Any, fields: Sequence[str]) -> str | None:
    """Return the text of the fields that are searched, a line each; None for all of the value, "" for none."""
    if index is False:
        return ""
    paths = fields if index is None else _checked_fields(index)
    if not paths or "$" in paths:
        return None
    texts = [text for path in paths for text in get_text_at_path(value, path)]
    return "\n".join(dict.fromkeys(text for text in texts if text.strip()))


def _matches(condition: MatchCondition, path: Sequence[str]) -> bool:
    """Tell whether a path begins or ends as the condition says; `*` is any label."""
    wanted, kind = condition.path, condition.match_type
    if kind not in {"prefix", "suffix"}:
        raise InvalidInput(f"the match type {kind!r} is not known: use prefix or suffix")
    if len(path) < len(wanted):
        return False
    part = path[: len(wanted)] if kind == "prefix" else path[len(path) - len(wanted) :]
    return all(want in ("*", label) for want, label in zip(wanted, part, strict=True))


def _told(item: Item) -> StoreItem:
    return StoreItem(
        value=dict(item.value),
        key=item.key,
        namespace=item.path,
        created_at=item.created_at,
        updated_at=item.updated_at,
    )


def _scored(item: Item) -> SearchItem:
    return SearchItem(
        namespace=item.path,
        key=item.key,
        value=dict(item.value),
        created_at=item.created_at,
        updated_at=item.updated_at,
        score=item.score,
    )
