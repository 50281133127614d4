"""GraphMemRetriever: recall as LangChain's chains and agents ask for documents."""

from collections.abc import Mapping
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables.config import run_in_executor
from pydantic import ConfigDict

from graphmem.aio import AsyncMemory
from graphmem.errors import InvalidInput
from graphmem.integrations.items.filters import checked_filter, passes
from graphmem.integrations.langchain.documents import document_of
from graphmem.memory import Memory
from graphmem.model import RecallOptions

__all__ = ["GraphMemRetriever"]


class GraphMemRetriever(BaseRetriever):
    """A retriever over a memory: the `k` things that bear most on the query, as documents.

    Args:
        memory: what is searched.
        k: how many documents, >= 1; `invoke(query, k=3)` says otherwise for one call.
        options: types, times, sessions, namespaces; one type keeps to `k`, several have `k` places each.
        filter: wanted values of a document's metadata, by name, with `$eq $ne $gt $gte $lt $lte`; the search widens
            until `k` documents pass. `invoke(query, filter=...)` says otherwise for one call.

    Raises (on invoke): InvalidInput: an empty query, k < 1, an unknown operator.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    memory: Memory | AsyncMemory
    k: int = 5
    options: RecallOptions | None = None
    filter: dict[str, Any] | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun | None = None,  # noqa: ARG002 # LangChain's signature
        k: int | None = None,
        filter: Mapping[str, Any] | None = None,  # noqa: A002 # as the field
    ) -> list[Document]:
        wanted = self.k if k is None else k
        condition = checked_filter(self.filter if filter is None else filter)
        memory = self.memory.memory if isinstance(self.memory, AsyncMemory) else self.memory
        if wanted < 1:
            raise InvalidInput(f"k is {wanted}; ask for at least 1 document")
        width = wanted if not condition else 2 * wanted + 8
        while True:
            hits = memory.recall(query, top_k=width, options=self.options)
            found = [document for hit in hits if passes((document := document_of(hit)).metadata, condition)]
            if not condition or len(found) >= wanted or len(hits) < width:
                return found[:wanted] if condition else found
            width *= 4

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun | None = None,  # noqa: ARG002 # LangChain's signature
        k: int | None = None,
        filter: Mapping[str, Any] | None = None,  # noqa: A002 # as the field
    ) -> list[Document]:
        return await run_in_executor(None, lambda: self._get_relevant_documents(query, k=k, filter=filter))
