"""Embedders on ONNX Runtime: `model.onnx` and `tokenizer.json` in, unit vectors out, the same whatever the batch."""

import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from graphmem.errors import InvalidInput, ModelUnavailable
from graphmem.models.tokens import read_tokens
from graphmem.ports import Vectors
from graphmem.token_ports import TokenVectors

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

__all__ = ["OnnxEmbedder", "OnnxModel", "available_cores", "sha256_of"]

_log = logging.getLogger("graphmem.models")

#: Texts run together. Of 1 to 32, 8 was fastest by a little (docs/models.md); lengths are sorted, so little is padded.
BATCH = 8
#: A call of so few texts looks among so many that were embedded last: a task is embedded when it is opened, for
#: guidance, and for what is recalled with it.
FEW, RECENT = 4, 64
#: WordPiece takes no word of over 100 characters, so the text beyond this many a token is cut before it is tokenised.
CHARACTERS_PER_TOKEN = 100
#: Operators whose scale is taken from the whole batch: with one of them a vector would depend on its neighbours.
_BATCH_DEPENDENT = (b"DynamicQuantizeLinear", b"DynamicQuantizeMatMul")
_Batch = Sequence[Sequence[int]]
_T = TypeVar("_T")
_TOKEN_OUTPUTS = ("last_hidden_state", "token_embeddings")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxModel:
    """Where an ONNX embedding model is, and how a vector is read off it.

    Args:
        name: the model's name, stored with the memory.
        weights: the `.onnx` file: token ids and mask in, one vector per token out.
        tokenizer: the `tokenizer.json`.
        pooling: `mean` over the tokens, or the `cls` token's vector.
        query_prefix: what the model wants before a question, "" for nothing.
        max_tokens: tokens read of a text, [CLS] and [SEP] included; > 2.
        one_at_a_time: never batch; None finds out from the weights whether a batch would change a vector.
    """

    name: str
    weights: Path
    tokenizer: Path
    pooling: Literal["mean", "cls"] = "mean"
    query_prefix: str = ""
    max_tokens: int = 256
    one_at_a_time: bool | None = None


class OnnxEmbedder:
    """An `Embedder` over one ONNX model; thread-safe, loaded when built.

    One session of one thread is run from up to `threads` threads at once: measured faster than one session of many
    threads, on batches and on single texts (docs/models.md).

    Args:
        model: the files and how they are read.
        threads: batches computed at the same time, >= 1; None takes all available cores.

    Raises: ModelUnavailable: a file is missing, broken or no such model; InvalidInput: `threads` or a declaration.
    """

    def __init__(self, model: OnnxModel, *, threads: int | None = None) -> None:
        _check(model, threads)
        self._model = model
        self._threads = threads or available_cores()
        self._tokenizer = _load_tokenizer(model)
        self._session = _load_session(model.weights)
        self._inputs = [given.name for given in self._session.get_inputs()]
        self._output = _token_output(self._session, model.weights)
        self._batch = 1 if _alone(model) else BATCH
        self._revision = _revision(model)
        self._last: tuple[str, Encoding, Any] | None = None
        self._recent: dict[str, npt.NDArray[np.float32]] = {}
        self._lock = Lock()
        self._dimension = int(self._embed_ids([self._token_ids("a")]).shape[1])

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def revision(self) -> str:
        """16 hexadecimal digits of a hash of weights, tokenizer, pooling, prefix and length."""
        return self._revision

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return n x d float32, unit rows, in the order of the texts; equal texts are computed once."""
        unique = list(dict.fromkeys(texts))
        place = {text: i for i, text in enumerate(unique)}
        rows = self._embed_unique(unique)
        ordered: Vectors = rows[[place[text] for text in texts]]
        return ordered

    def embed_question(self, text: str) -> npt.NDArray[np.float32]:
        """Return d float32, unit length: a question, after the model's query prefix.

        Without a prefix, a text that was embedded just before is not computed again: a task is, for guidance.
        """
        with self._lock:
            row = None if self._model.query_prefix else self._recent.get(text)
        if row is None:
            _, _, hidden = self._question(text)
            row = _pool(hidden, np.ones((1, hidden.shape[1]), np.int64), self._model.pooling)[0]
        return row

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the contextual vectors of each text's word pieces, in the order of the texts."""
        encodings = [self._encoding(text) for text in texts]
        return [read_tokens(e, h) for e, h in zip(encodings, self._hidden_states(encodings), strict=True)]

    def embed_question_tokens(self, text: str) -> TokenVectors:
        """Return the contextual vectors of a question's word pieces; those of the model's query prefix are left out."""
        _, encoding, hidden = self._question(text)
        return read_tokens(encoding, hidden[0], skip=len(self._model.query_prefix))

    def _question(self, text: str) -> tuple[str, "Encoding", Any]:
        """Return a question's hidden states; those of the last one are kept, since its vector and tokens are asked."""
        asked = self._last
        if asked is None or asked[0] != text:
            encoding = self._encoding(self._model.query_prefix + text)
            asked = self._last = (text, encoding, self._hidden([list(encoding.ids)])[0])
        return asked

    def _hidden_states(self, encodings: Sequence["Encoding"]) -> list[Vectors]:
        """Return t x d hidden states per text, padding cut off."""
        order = sorted(range(len(encodings)), key=lambda i: len(encodings[i].ids))
        batches = [order[i : i + self._batch] for i in range(0, len(order), self._batch)]
        found: list[Vectors] = [np.zeros((0, self._dimension), dtype=np.float32)] * len(encodings)
        told = self._each([[list(encodings[i].ids) for i in batch] for batch in batches], self._hidden)
        for batch, (hidden, _) in zip(batches, told, strict=True):
            for row, i in enumerate(batch):
                found[i] = hidden[row, : len(encodings[i].ids)]
        return found

    def _embed_unique(self, texts: Sequence[str]) -> Vectors:
        """Return n x d float32; of few texts, those embedded just before are not computed again."""
        if not 0 < len(texts) <= FEW:
            return self._computed(texts)
        with self._lock:
            known = {text: self._recent[text] for text in texts if text in self._recent}
        new = [text for text in texts if text not in known]
        known |= dict(zip(new, self._computed(new), strict=True)) if new else {}
        with self._lock:
            self._recent |= known
            for text in list(self._recent)[:-RECENT]:
                del self._recent[text]
        return np.stack([known[text] for text in texts])

    def _computed(self, texts: Sequence[str]) -> Vectors:
        ids = [self._token_ids(text) for text in texts]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        batches = [order[i : i + self._batch] for i in range(0, len(order), self._batch)]
        out: Vectors = np.empty((len(ids), self._dimension), dtype=np.float32)
        found = self._each([[ids[i] for i in batch] for batch in batches], self._embed_ids)
        for batch, rows in zip(batches, found, strict=True):
            out[batch] = rows
        return out

    def _each(self, batches: Sequence[_Batch], function: Callable[[_Batch], _T]) -> list[_T]:
        workers = min(self._threads, len(batches))
        if workers <= 1:
            return [function(batch) for batch in batches]
        with ThreadPoolExecutor(workers, thread_name_prefix="graphmem-embed") as pool:
            return list(pool.map(function, batches))

    def _encoding(self, text: str) -> "Encoding":
        head = text[: CHARACTERS_PER_TOKEN * self._model.max_tokens]
        # A lone surrogate is no character that could be tokenised; it is read as "?".
        return self._tokenizer.encode(head.encode("utf-8", "replace").decode("utf-8"))

    def _token_ids(self, text: str) -> list[int]:
        return list(self._encoding(text).ids)

    def _embed_ids(self, batch: _Batch) -> Vectors:
        return _pool(*self._hidden(batch), self._model.pooling)

    def _hidden(self, batch: _Batch) -> tuple[Any, npt.NDArray[np.int64]]:
        """Return n x tokens x d hidden states and the mask of what is no padding."""
        length = max(map(len, batch))
        ids = np.zeros((len(batch), length), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        known = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run([self._output], {name: known[name] for name in self._inputs})[0]
        return hidden, mask


def available_cores() -> int:
    """Return how many cores this process may use, at least 1."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def sha256_of(path: Path) -> str:
    """Return a file's sha256 in hexadecimal; ModelUnavailable where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as err:
        raise ModelUnavailable(f"cannot read the model file {path}: {err.strerror or err}") from err


def _pool(hidden: Any, mask: npt.NDArray[np.int64], pooling: str) -> Vectors:
    """One unit row per text from n x tokens x d hidden states: mean over unmasked tokens, or the first token."""
    if pooling == "cls":
        rows = hidden[:, 0]
    else:
        weight = mask[:, :, None].astype(np.float32)
        rows = (hidden * weight).sum(axis=1) / weight.sum(axis=1)
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit.astype(np.float32, copy=False)


def _check(model: OnnxModel, threads: int | None) -> None:
    if threads is not None and threads < 1:
        raise InvalidInput(f"threads must be at least 1, not {threads}")
    if model.pooling not in ("mean", "cls"):
        raise InvalidInput(f"pooling of {model.name} must be 'mean' or 'cls', not {model.pooling!r}")
    if model.max_tokens <= 2:
        raise InvalidInput(f"max_tokens of {model.name} must be over 2 ([CLS] and [SEP] take two)")
    for path in (model.weights, model.tokenizer):
        if not path.is_file():
            raise ModelUnavailable(f"the embedder {model.name} lacks its file {path}")


def _load_tokenizer(model: OnnxModel) -> "Tokenizer":
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(model.tokenizer))
    except Exception as err:  # the package raises bare Exception
        raise ModelUnavailable(f"{model.tokenizer} is not a tokenizer.json: {err}") from err
    tokenizer.no_padding()
    tokenizer.enable_truncation(model.max_tokens)
    return tokenizer


def _load_session(weights: Path) -> Any:
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    except Exception as err:  # ONNX Runtime's errors share no public base class
        raise ModelUnavailable(f"{weights} cannot be loaded as an ONNX model: {err}") from err


def _token_output(session: Any, weights: Path) -> str:
    """Return the name of the output that holds one vector per token."""
    unknown = {given.name for given in session.get_inputs()} - {"input_ids", "attention_mask", "token_type_ids"}
    outputs = {out.name: len(out.shape) for out in session.get_outputs()}
    named = [name for name in _TOKEN_OUTPUTS if outputs.get(name) == 3]
    found = named or [name for name, rank in outputs.items() if rank == 3]
    if unknown or not found:
        raise ModelUnavailable(f"{weights} is no text encoder: inputs unknown {sorted(unknown)}, outputs {outputs}")
    return found[0]


def _alone(model: OnnxModel) -> bool:
    if model.one_at_a_time is not None:
        return model.one_at_a_time
    data = model.weights.read_bytes()
    return any(operator in data for operator in _BATCH_DEPENDENT)


def _revision(model: OnnxModel) -> str:
    # A model over 2 GB keeps its tensors in files beside it, named after it.
    files = [*sorted(model.weights.parent.glob(model.weights.name + "*")), model.tokenizer]
    parts = [*map(sha256_of, files), model.pooling, model.query_prefix, str(model.max_tokens)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
