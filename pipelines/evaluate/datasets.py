"""The benchmarks by name."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from pipelines.evaluate.cases import Case, Dataset, DatasetName
from pipelines.evaluate.files import data_file
from pipelines.evaluate.locomo import load_locomo
from pipelines.evaluate.longmemeval import load_longmemeval
from pipelines.evaluate.mixed import load_mixed
from pipelines.evaluate.multihop import load_multihop, multihop_files

__all__ = ["LOADERS", "load"]

LOADERS: Mapping[DatasetName, Callable[[Path], Iterator[Case]]] = MappingProxyType(
    {
        "locomo": load_locomo,
        "longmemeval": load_longmemeval,
        "longmemeval_assistant": partial(load_longmemeval, answered_by="assistant"),
        "multihop": load_multihop,
        "mixed": load_mixed,
    }
)


def load(name: DatasetName, *, path: Path) -> Dataset:
    """Return the benchmark at `path`, read lazily.

    Raises:
        NotFound: there is no such path.
        FormatError: the files are not the benchmark's; where their content is not, when they are read.
    """
    if name == "multihop":
        files = multihop_files(path)
        return Dataset(name, f"{files.questions.resolve().parent.name}/{files.questions.name}", load_multihop(path))
    if name == "mixed":
        return Dataset(name, "locomo with multihop", load_mixed(path))
    return Dataset(name, data_file(path).name, LOADERS[name](path))
