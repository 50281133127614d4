"""LangChain's documents as passages, and hits as documents. Pure."""

from collections.abc import Iterable
from typing import Any

from langchain_core.documents import Document

from graphmem.identity import instant_text
from graphmem.model import Hit, Passage

__all__ = ["document_of", "passages_of"]


def passages_of(documents: Iterable[Document]) -> Iterable[Passage]:
    """Yield a passage for each document, to be remembered: `memory.remember(passages_of(loader.lazy_load()))`.

    The metadata's `title` and `source` become the passage's; all of the metadata is kept and must be JSON.
    """
    for document in documents:
        yield Passage(
            document.page_content,
            title=_text(document.metadata.get("title")),
            source=_text(document.metadata.get("source")),
            id=document.id,
            metadata=dict(document.metadata),
        )


def _text(value: object) -> str | None:
    return None if value is None or not str(value).strip() else str(value)


def document_of(hit: Hit) -> Document:
    """Return a hit as a document: its text, its id, and in the metadata what ties it to the question.

    The metadata holds what was kept with the interaction, and `id`, `type`, `kind`, `session`, `speaker`, `role`, `at`,
    `title`, `source`, `namespace`, `score`, `parts` (of the score, by signal) and `path` (through the graph, in words);
    what is not known is left out.
    """
    told = hit.interaction
    own: dict[str, Any] = {
        "id": hit.id,
        "type": hit.type,
        "namespace": hit.namespace or None,
        "at": instant_text(hit.at),
        "score": hit.score,
        "parts": dict(hit.why.parts),
        "path": str(hit.why.path) or None,
    }
    if told is not None:
        fields = ("kind", "session", "speaker", "role", "title", "source", "caption")
        own |= {field: getattr(told, field) for field in fields}
    if hit.fact is not None:
        own |= {"subject": hit.fact.subject, "predicate": hit.fact.predicate, "object": hit.fact.object}
        own |= {"valid_at": instant_text(hit.fact.valid_at), "invalid_at": instant_text(hit.fact.invalid_at)}
    known = {name: value for name, value in own.items() if value is not None}
    return Document(hit.text, id=hit.id, metadata={**(told.metadata if told else {}), **known})
