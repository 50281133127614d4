"""LangGraph and LangChain agents: a store for their items, and a middleware that remembers and recalls.

>>> from graphmem import Memory
>>> from graphmem.integrations.langgraph import GraphMemStore
>>> with Memory.open(":memory:") as memory:
...     store = GraphMemStore(memory)
...     store.put(("memories", "ada"), "tea", {"content": "Ada drinks tea without milk"})
...     store.search(("memories",), query="What does Ada drink?")[0].key
'tea'
"""

from importlib import import_module
from typing import TYPE_CHECKING

from graphmem.integrations.extras import extra

if TYPE_CHECKING:
    from graphmem.integrations.langgraph.middleware import GraphMemMiddleware
    from graphmem.integrations.langgraph.store import GraphMemStore

__all__ = ["GraphMemMiddleware", "GraphMemStore"]

_ELSEWHERE = {
    "GraphMemMiddleware": "graphmem.integrations.langgraph.middleware",
    "GraphMemStore": "graphmem.integrations.langgraph.store",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: the middleware needs all of LangChain, the store does not."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with extra("langgraph"):
        value = getattr(import_module(_ELSEWHERE[name]), name)
    globals()[name] = value
    return value
