"""LangChain: a retriever, tools, embeddings, a chat history and documents over a memory.

>>> from graphmem import Memory
>>> from graphmem.integrations.langchain import GraphMemRetriever
>>> with Memory.open(":memory:") as memory:
...     receipt = memory.remember("I moved to Lisbon and started at Feedzai.", speaker="Ada")
...     GraphMemRetriever(memory=memory, k=1).invoke("Where does Ada work?")[0].page_content
'I moved to Lisbon and started at Feedzai.'
"""

from importlib import import_module
from typing import TYPE_CHECKING

from graphmem.integrations.extras import extra

if TYPE_CHECKING:
    from graphmem.integrations.langchain.documents import document_of, passages_of
    from graphmem.integrations.langchain.embeddings import GraphMemEmbeddings
    from graphmem.integrations.langchain.history import GraphMemChatMessageHistory
    from graphmem.integrations.langchain.retriever import GraphMemRetriever
    from graphmem.integrations.langchain.tools import graph_tools, item_tools, recall_tools

_ELSEWHERE = {
    "GraphMemChatMessageHistory": "history",
    "GraphMemEmbeddings": "embeddings",
    "GraphMemRetriever": "retriever",
    "document_of": "documents",
    "graph_tools": "tools",
    "item_tools": "tools",
    "passages_of": "documents",
    "recall_tools": "tools",
}

__all__ = [
    "GraphMemChatMessageHistory",
    "GraphMemEmbeddings",
    "GraphMemRetriever",
    "document_of",
    "graph_tools",
    "item_tools",
    "passages_of",
    "recall_tools",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with extra("langchain"):
        value = getattr(import_module(f"{__name__}.{_ELSEWHERE[name]}"), name)
    globals()[name] = value
    return value
