"""Read files and folders of any format: one stream of items, problems and files left aside."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath

from graphmem.errors import FormatError, InvalidInput, NotFound
from graphmem.formats.chatgpt import read_chatgpt
from graphmem.formats.conversations import read_messages, read_openai
from graphmem.formats.detect import detect, is_readable
from graphmem.formats.items import FORMATS, Format, Item, Problem, ReadOptions, Skipped, Told
from graphmem.formats.locomo import read_locomo
from graphmem.formats.numbering import Numbering
from graphmem.formats.prose import read_markdown, read_text
from graphmem.formats.source import STDIN, TextSource, open_source

__all__ = ["read", "read_all"]

_READERS: Mapping[Format, Callable[[TextSource, ReadOptions], Iterator[Told]]] = {
    "messages": read_messages,
    "openai": read_openai,
    "chatgpt": read_chatgpt,
    "locomo": read_locomo,
    "markdown": read_markdown,
    "text": read_text,
}


def read_all(paths: Sequence[str | Path], *, options: ReadOptions | None = None) -> Iterator[Told | Skipped]:
    """Read several files and folders, in the order given; see `read`."""
    for path in paths:
        yield from read(path, options=options)


def read(path: str | Path, *, options: ReadOptions | None = None) -> Iterator[Told | Skipped]:
    """Yield what a file, a folder or standard input (`-`) holds, in order and in bounded memory.

    A folder is read whole, by name, its files named by their path under it; hidden ones are passed over. A file named
    by itself goes by its last name. What cannot be read is yielded as a `Problem`, and reading goes on behind it.

    Raises:
        NotFound: there is no such path.
        FormatError: a file named by itself cannot be read, or its format cannot be told.
        InvalidInput: an unknown format is asked for.
    """
    options = options or ReadOptions()
    if options.format is not None and options.format not in FORMATS:
        raise InvalidInput(f"unknown format {options.format!r}: one of {', '.join(FORMATS)}")
    if str(path) == STDIN:
        yield from _read_file(STDIN, name=STDIN, options=options)
        return
    path = Path(path)
    if path.is_dir():
        yield from _read_folder(path, options=options)
    elif path.exists():
        yield from _read_file(path, name=path.name, options=options)
    else:
        raise NotFound(f"no file or folder {path}")


def _read_folder(folder: Path, *, options: ReadOptions) -> Iterator[Told | Skipped]:
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if options.format is None and not is_readable(name):
            yield Skipped(name, f"no reader for {PurePath(name).suffix or 'files without a suffix'}")
            continue
        try:
            yield from _read_file(path, name=name, options=options)
        except (FormatError, NotFound) as err:
            yield Problem(name, None, str(err))


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(root, name) for name in sorted(files) if not name.startswith("."))


def _read_file(path: Path | str, *, name: str, options: ReadOptions) -> Iterator[Told]:
    with open_source(path, name=name) as source:
        chosen = options.format or detect(name, source.head())
        numbering = Numbering()
        try:
            for told in _READERS[chosen](source, options):
                yield numbering.numbered(told) if isinstance(told, Item) else told
        except FormatError as err:
            yield Problem(name, None, f"{err}; what came before was read")
