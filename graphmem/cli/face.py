"""What all commands share: options, settings, the open memory, errors as exit codes."""

import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer

from graphmem.cli.output import echo, one_line, plain
from graphmem.errors import GraphMemError, InvalidInput, NotFound
from graphmem.settings import read_settings

if TYPE_CHECKING:
    from graphmem.chat import ChatModel
    from graphmem.memory import Memory
    from graphmem.opening import Parts
    from graphmem.ports import Store

__all__ = [
    "FAILED",
    "GIVEN",
    "INTERRUPTED",
    "MISUSED",
    "PARTIAL",
    "ChatOption",
    "EmbedderOption",
    "Face",
    "Given",
    "JsonOption",
    "Misused",
    "NamespaceOption",
    "StoreOption",
    "asking",
    "composed",
    "face_of",
    "instant",
    "refuse_unknown",
    "reported",
]

#: Exit codes beside 0 (done).
FAILED, MISUSED, PARTIAL, INTERRUPTED = 1, 2, 3, 130

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store", help="Path of the memory, or a neo4j:// address [env GRAPHMEM_STORE; default ./graphmem.db]."
    ),
]
NamespaceOption = Annotated[
    str | None, typer.Option("--namespace", help="Whose memory [env GRAPHMEM_NAMESPACE; default 'default'].")
]
EmbedderOption = Annotated[
    str | None, typer.Option("--embedder", help="Embedder [env GRAPHMEM_EMBEDDER; default the built-in one].")
]
ChatOption = Annotated[
    str | None,
    typer.Option(
        "--chat", metavar="MODEL", help="Chat model, PROVIDER:MODEL or object:MODULE:NAME [env GRAPHMEM_CHAT]."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON instead of text; lists as one object a line.")]

_P = ParamSpec("_P")
#: A verb of the library that an error names; here it is a command.
_VERB = re.compile(r"memory\.(entities|facts|queries|insights|history|namespaces)\(\)")


class Misused(InvalidInput):
    """An option's value cannot be taken: wrong usage, as what typer refuses itself."""


@dataclass(frozen=True, slots=True)
class Given:
    """The options given before the command's name; a command's own come first."""

    store: str | None = None
    namespace: str | None = None
    embedder: str | None = None
    as_json: bool = False


#: Set by the application's callback; a context variable, because which click typer uses differs by its version.
GIVEN: ContextVar[Given] = ContextVar("GIVEN", default=Given())  # noqa: B039 # frozen


@dataclass(frozen=True, slots=True)
class Face:
    """Where a command works and how it speaks.

    Args:
        store: path of the memory.
        asked: whose, None where nobody said.
        embedder: name of the embedder, None is the built-in one.
        as_json: one JSON value a line on stdout instead of text.
        chat: name of the chat model that learning asks, None is none; only some commands take one.
    """

    store: str
    asked: str | None
    embedder: str | None
    as_json: bool
    chat: str | None = None

    @property
    def namespace(self) -> str:
        """Whose memory: the one asked for, else `default`."""
        return self.asked or "default"

    def show(self, value: object, *, text: str) -> None:
        """Write a result: as one JSON object, or as text."""
        echo(json.dumps(plain(value), ensure_ascii=False) if self.as_json else text)

    def show_each(self, values: Iterable[object], *, text: Callable[[Any], str], none: str) -> None:
        """Write results one a line: as JSON Lines, or as text (`none` on stderr where there are none)."""
        empty = True
        for value in values:
            empty = False
            self.show(value, text=text(value))
        if empty and not self.as_json:
            self.note(none)

    def note(self, text: str) -> None:
        """Say something beside the result, on stderr."""
        echo(text, err=True)

    @contextmanager
    def memory(
        self, *, writes: bool = False, embeds: bool = False, draws: bool = False, anywhere: bool = False
    ) -> Iterator["Memory"]:
        """Open the memory.

        Args:
            writes: make the store and namespace where there is none; else that is an error.
            embeds: the embedder must be the one that made the store's vectors.
            draws: load the extractor, too.
            anywhere: it is about the whole store, so the namespace need not be there.

        Raises:
            NotFound: nothing is there to read.
            StoreError: it cannot be opened.
            ModelMismatch: another embedder made its vectors.
            InvalidInput, MissingExtra, ModelUnavailable: there is no such chat model, or it cannot be used.
        """
        from graphmem.opening import chat_model

        chat = chat_model(self.chat)
        with self.parts(writes=writes, embeds=embeds, draws=draws) as parts:
            if not writes and not anywhere:
                self._refuse_unknown(parts.store)
            with composed(parts, namespace=self.namespace, chat=chat) as memory:
                yield memory

    @contextmanager
    def parts(self, *, writes: bool = False, embeds: bool = False, draws: bool = False) -> Iterator["Parts"]:
        """Open the store and load the models, as `memory` does, and close the store at the end."""
        from graphmem import opening

        if not writes and "://" not in self.store and self.store != ":memory:" and not Path(self.store).exists():
            raise NotFound(f"there is no memory at {self.store}: remember something first, or say where with --store")
        settings = read_settings()
        parts = opening.parts(
            self.store,
            embedder=self.embedder,
            extractor="spacy" if draws else None,
            read_only=False,
            reembed=not embeds,
            auth=settings.auth_for(self.store),
            database=settings.database_for(self.store),
        )
        try:
            yield parts
        finally:
            parts.store.close()

    def _refuse_unknown(self, store: "Store") -> None:
        if store.namespace(self.namespace) is None:
            there = ", ".join(repr(info.name) for info in store.namespaces()) or "none yet"
            raise NotFound(f"there is no namespace {self.namespace!r} in {self.store}: there are {there}")


def composed(parts: "Parts", *, namespace: str, chat: "ChatModel | None" = None) -> "Memory":
    """Return a memory of open parts. `Memory.open` would finish pending work beside; here `resume` is a command."""
    from graphmem.memory import Memory

    return Memory(parts.store, namespace=namespace, index_limit=_index_limit(), chat=chat, **parts.named())


def _index_limit() -> int:
    from graphmem.read.beyond import LIMIT

    told = read_settings().index_limit
    if told is None:
        return LIMIT
    if not (told.isascii() and told.isdigit()):
        raise InvalidInput(f"GRAPHMEM_INDEX_LIMIT is {told!r}: give a number of interactions")
    return int(told)


def face_of(
    store: str | None = None, *, namespace: str | None = None, embedder: str | None = None, as_json: bool = False
) -> Face:
    """Return the face of a command: its own options, else the global ones, else the environment's, else defaults."""
    given = GIVEN.get()
    settings = read_settings()
    told = {"--store": store, "--namespace": namespace, "--embedder": embedder}
    before = {"--store": given.store, "--namespace": given.namespace, "--embedder": given.embedder}
    for option, value in (*told.items(), *before.items()):
        if value is not None and not value.strip():
            raise InvalidInput(f"{option} is empty, as an unset variable is: name one, or leave the option out")
    return Face(
        store=store or given.store or settings.store,
        asked=namespace or given.namespace or settings.namespace,
        embedder=embedder or given.embedder or settings.embedder,
        as_json=as_json or given.as_json,
    )


def asking(face: Face, *, chat: str | None) -> Face:
    """Return the face with the chat model that a command names, else the environment's, else none."""
    return replace(face, chat=chat or read_settings().chat)


def reported(command: Callable[_P, None]) -> Callable[_P, None]:
    """Turn our errors into a message on stderr and an exit code, and Ctrl-C into a hint at what finishes the work."""

    @functools.wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except GraphMemError as err:
            _report(err, as_json=bool(kwargs.get("as_json")))
            raise typer.Exit(MISUSED if isinstance(err, Misused) else FAILED) from err
        except KeyboardInterrupt as err:
            echo("interrupted: what was told is kept; run `graphmem resume` to finish", err=True)
            raise typer.Exit(INTERRUPTED) from err

    return run


def _report(err: GraphMemError, *, as_json: bool) -> None:
    said = _VERB.sub(r"`graphmem \1`", str(err))
    if as_json or GIVEN.get().as_json:
        echo(json.dumps({"error": said, "kind": type(err).__name__}, ensure_ascii=False), err=True)
    else:
        echo(f"graphmem: {one_line(said)}", err=True)


def instant(text: str | None, *, option: str) -> datetime | None:
    """Return the instant an option gives; without a zone it is in this machine's. Raises Misused."""
    from graphmem.formats.instants import parse_instant

    if text is None:
        return None
    try:
        return parse_instant(text, zone=datetime.now().astimezone().tzinfo)
    except InvalidInput as err:
        raise Misused(f"{option}: {err}") from err


def refuse_unknown(given: Iterable[str], *, among: Sequence[str], option: str) -> None:
    """Raise Misused where an option's values are not among those there are."""
    if wrong := [one for one in given if one not in among]:
        raise Misused(f"{option} {wrong[0]!r} is none of {', '.join(among)}")
