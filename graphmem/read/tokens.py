"""Late interaction (ColBERT, Khattab & Zaharia, SIGIR 2020, arXiv:2004.12832): token vectors, packed, kept, compared.

A token vector is 4 bits a dimension: numbers -7..7 of the vector scaled by its greatest, its length worked out again
when it is compared. Against 32 bits, LoCoMo's R@k move by less than half a point either way (docs/ranking.md).
"""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphmem.embedding import question_tokens, tokens_of
from graphmem.errors import InvalidInput, ModelError
from graphmem.model import Degradation, Interaction, NamespaceInfo, Rerank
from graphmem.ports import ChangeKind, Embedder, Store
from graphmem.read.columns import Floats
from graphmem.text.embedding_text import embedding_text, embeds
from graphmem.text.tokens import chat_terms
from graphmem.token_ports import TokenCache, TokenEmbedder, TokenHead, TokenRow, TokenVectors

__all__ = [
    "AskedTokens",
    "TokenBook",
    "asked_tokens",
    "best_cosines",
    "checked_rerank",
    "packed",
    "question_words",
    "token_embedder",
]

#: Numbers of a packed vector go from -_MOST to _MOST, and are kept _MOST + 1 higher.
_MOST = 7
_log = logging.getLogger("graphmem")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
#: Interactions and facts of a page of the change log.
_PAGE = 8_000
#: Interactions whose vectors are made and kept together.
_CHUNK = 128
_READ: frozenset[ChangeKind] = frozenset({"interactions"})


def packed(vectors: Floats) -> bytes:
    """Return t x d unit vectors as t rows of ceil(d / 2) bytes: first half of the dimensions low, second half high."""
    tokens, dimension = vectors.shape
    half = (dimension + 1) // 2
    greatest = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-12)
    numbers = np.full((tokens, 2 * half), _MOST + 1, dtype=np.uint8)
    numbers[:, :dimension] += np.rint(vectors / greatest * _MOST).astype(np.int8).view(np.uint8)
    low, high = numbers[:, :half], numbers[:, half:]
    both: npt.NDArray[np.uint8] = low | (high << 4)
    return both.tobytes()


def best_cosines(texts: Sequence[bytes], question: Floats) -> Floats:
    """Return, for each text, the best cosine of each of the question's tokens with one of the text's.

    Args:
        texts: n packed texts.
        question: q x d, unit rows.
    Returns: n x q float32; nan where a text has no tokens.
    """
    tokens, dimension = question.shape
    half = (dimension + 1) // 2
    found: Floats = np.full((len(texts), tokens), np.nan, dtype=np.float32)
    lengths = np.array([len(text) // half for text in texts], dtype=np.int64)
    has = np.flatnonzero(lengths)
    if not len(has):
        return found
    raw: npt.NDArray[np.uint8] = np.frombuffer(b"".join(texts), dtype=np.uint8).reshape(-1, half)
    low = (raw & 15).astype(np.float32) - np.float32(_MOST + 1)
    high = (raw >> 4).astype(np.float32) - np.float32(_MOST + 1)
    other = np.zeros((tokens, half), dtype=np.float32)
    other[:, : dimension - half] = question[:, half:]
    norms = np.sqrt(np.einsum("ij,ij->i", low, low) + np.einsum("ij,ij->i", high, high))
    cosines = (low @ question[:, :half].T + high @ other.T) / np.maximum(norms, np.float32(1e-9))[:, np.newaxis]
    starts = (np.cumsum(lengths) - lengths)[has]
    found[has] = np.maximum.reduceat(cosines, starts, axis=0)
    return found


def question_words(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[str, ...]]:
    """Return, for each word piece of a question, the terms of the word that it is of: () for what no turn is found by.

    >>> question_words("Who surfs?", [(0, 3), (4, 8), (8, 9), (9, 10)])
    [(), ('surf',), ('surf',), ()]
    """
    words = [(m.start(), m.end(), tuple(chat_terms(m.group()))) for m in _WORD.finditer(text)]
    return [next((terms for start, end, terms in words if start <= at < end), ()) for at, _ in spans]


def token_embedder(embedder: Embedder) -> TokenEmbedder:
    """Return the embedder as one that tells token vectors. InvalidInput: it is none; the message says the mend."""
    if isinstance(embedder, TokenEmbedder):
        return embedder
    raise InvalidInput(
        f"rerank='tokens' compares the vectors of single tokens, and {embedder.name} tells none: open the memory with "
        "the built-in embedder, 'bge-small' or a directory that holds model.onnx, give your embedder the methods of "
        "graphmem.token_ports.TokenEmbedder, or leave rerank out"
    )


def checked_rerank(rerank: Rerank | None, *, embedder: Embedder) -> Rerank | None:
    """Return how leading turns are ranked again. InvalidInput: no such way, or the embedder cannot."""
    if rerank not in (None, "tokens", "off"):
        raise InvalidInput(f"rerank is {rerank!r}: give 'tokens', 'off' or None")
    if rerank == "tokens":
        token_embedder(embedder)
    return rerank


class TokenBook:
    """The token vectors of a store's interactions: looked up, made where they are missing, and gone with the text.

    What is kept follows the change log: before anything is looked up or kept, what was forgotten since the last time,
    by whichever process, is deleted here, too. Not locked: the cache's transactions keep processes apart, and rows are
    kept only if nothing was forgotten since their texts were read.
    """

    def __init__(self, store: Store, embedder: Embedder, cache: TokenCache) -> None:
        self._store, self._embedder, self._cache = store, embedder, cache

    def settle(self, namespace: str) -> None:
        """Delete the vectors of what was forgotten, where any of the namespace are kept; nothing is made."""
        if self._cache.head(namespace) is not None:
            self._settled(namespace)

    def drop(self, namespace: str) -> None:
        """Delete all vectors of a namespace."""
        self._cache.drop(namespace)

    def close(self) -> None:
        """Release the cache."""
        self._cache.close()

    def begin(self, namespace: str, *, whole: bool = False) -> None:
        """From here on, `fill` makes what is new; `whole`: and all that is there. A namespace that began stays so."""
        info = self._store.namespace(namespace)
        if info is None:
            return
        birth, head = _birth(info), self._cache.head(namespace)
        if head is None or (head.birth, head.model) != (birth, self._model()):
            seq = 0 if whole else self._store.seq(namespace)
            self._cache.start(namespace, TokenHead(birth, self._model(), seq))

    def fill(self, namespace: str) -> None:
        """Make and keep the vectors of what was written since the last time. InvalidInput: no token embedder."""
        self._settled(namespace, fill=True)

    def question(self, text: str) -> "AskedTokens":
        """Return a question's tokens. InvalidInput: no token embedder. ModelError: it failed."""
        vectors = question_tokens(token_embedder(self._embedder), text)
        return AskedTokens(vectors, question_words(text, vectors.spans), self)

    def of(self, namespace: str, wanted: Mapping[str, int]) -> dict[str, bytes]:
        """Return the packed vectors of interactions by id, b"" for what is not embedded; unknown ones are left out.

        Args:
            namespace: whose.
            wanted: which arrival of each id is meant.
        """
        seq = self._settled(namespace)
        rows = self._cache.find(namespace, list(wanted))
        found = {row.interaction: row.tokens for row in rows if row.arrival == wanted[row.interaction]}
        missing = [id_ for id_ in wanted if id_ not in found]
        if missing:
            told = [i for i in self._store.interactions(namespace, missing) if i.arrival == wanted[i.id]]
            new = self._made(told)
            self._cache.put(namespace, new, seq=seq)
            found |= {row.interaction: row.tokens for row in new}
        return found

    def _made(self, interactions: Sequence[Interaction]) -> list[TokenRow]:
        told = [i for i in interactions if embeds(i)]
        vectors = tokens_of(token_embedder(self._embedder), [embedding_text(i) for i in told])
        tokens = {i.id: packed(v.vectors) for i, v in zip(told, vectors, strict=True)}
        return [TokenRow(i.id, i.arrival, tokens.get(i.id, b"")) for i in interactions]

    def _settled(self, namespace: str, *, fill: bool = False) -> int:
        """Bring the cache up to the change log, and return up to which change it is."""
        if self._store.namespace(namespace) is None:
            self._cache.drop(namespace)
            return 0
        self.begin(namespace)
        head = self._cache.head(namespace)
        if head is None:  # another process erased the namespace just now
            return 0
        seq, more = head.seq, self._store.seq(namespace) != head.seq
        while more:
            page = self._store.changes(namespace, since=seq, limit=_PAGE, only=_READ)
            if page.reset:
                self._cache.start(namespace, TokenHead(head.birth, head.model, page.seq))
            gone = [t.id for t in page.tombstones if t.label == "Interaction"]
            self._cache.forget(namespace, gone=gone, told=[(i.id, i.arrival) for i in page.interactions], seq=page.seq)
            if fill:
                self._fill(namespace, page.interactions, seq=page.seq)
            seq, more = page.seq, page.more
        return seq

    def _fill(self, namespace: str, interactions: Sequence[Interaction], *, seq: int) -> None:
        turns = [i for i in interactions if i.kind != "passage"]  # no signal of passages compares tokens
        for start in range(0, len(turns), _CHUNK):
            chunk = turns[start : start + _CHUNK]
            known = {row.interaction for row in self._cache.find(namespace, [i.id for i in chunk])}
            if new := [i for i in chunk if i.id not in known]:
                self._cache.put(namespace, self._made(new), seq=seq)

    def _model(self) -> str:
        return f"{self._embedder.name} {self._embedder.revision}"


def _birth(info: NamespaceInfo) -> str:
    return f"{info.origin} {info.created_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class AskedTokens:
    """A question's tokens before the interactions of any namespace.

    Args:
        asked: its token vectors.
        words: the terms of the word that each token is of.
        book: where the interactions' tokens are.
    """

    asked: TokenVectors
    words: Sequence[tuple[str, ...]]
    book: TokenBook

    def cosines(self, namespace: str, arrivals: Mapping[str, int]) -> Floats:
        """Return n x q: the best cosine of each of the question's tokens with one of each interaction's, nan: none.

        Args:
            namespace: whose.
            arrivals: n interactions by id, each with the arrival that is meant.
        """
        held = self.book.of(namespace, arrivals)
        return best_cosines([held.get(id_, b"") for id_ in arrivals], self.asked.vectors)


def asked_tokens(text: str, book: TokenBook | None) -> tuple[AskedTokens | None, tuple[Degradation, ...]]:
    """Return a question's tokens, None with what has to be said where they cannot be told.

    Raises: InvalidInput: nothing tells token vectors here.
    """
    if book is None:
        raise InvalidInput("this memory keeps no token vectors: open it with Memory.open, or leave rerank='tokens' out")
    try:
        return book.question(text), ()
    except ModelError as err:
        _log.warning("tokens not embedded", extra={"action": "recall", "error": type(err).__name__})
        return None, (Degradation("ranked without token vectors", f"the question's could not be told: {err}"),)
