"""A memory's embedder for LangChain. The other way, `Memory.open(embedder=...)` takes any LangChain `Embeddings`."""

from langchain_core.embeddings import Embeddings

from graphmem.models.registry import load_embedder
from graphmem.ports import Embedder

__all__ = ["GraphMemEmbeddings"]


class GraphMemEmbeddings(Embeddings):
    """LangChain's `Embeddings` over an embedder of graphmem's: unit vectors, no key, no network.

    Args:
        embedder: `memory.embedder`, or any; None is the built-in model.

    >>> len(GraphMemEmbeddings().embed_query("Where does Ada work?"))
    384
    """

    def __init__(self, embedder: Embedder | None = None) -> None:
        self.embedder = embedder if embedder is not None else load_embedder()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return a vector of unit length for each text."""
        return [[float(x) for x in row] for row in self.embedder.embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question."""
        return [float(x) for x in self.embedder.embed_question(text)]
