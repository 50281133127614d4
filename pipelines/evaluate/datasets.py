"""The three benchmarks by name."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from pipelines.evaluate.cases import Case, Dataset, DatasetName
from pipelines.evaluate.locomo import load_locomo
from pipelines.evaluate.longmemeval import load_longmemeval
from pipelines.evaluate.multihop import load_multihop

__all__ = ["LOADERS", "load"]

LOADERS: Mapping[DatasetName, Callable[[Path], Iterator[Case]]] = MappingProxyType(
    {"locomo": load_locomo, "longmemeval": load_longmemeval, "multihop": load_multihop}
)


def load(name: DatasetName, *, path: Path) -> Dataset:
    """Return the benchmark at `path`, read lazily.

    Raises, when read: NotFound where there is no such path, FormatError where the file is another's.
    """
    return Dataset(name, LOADERS[name](path))
