"""`graphmem namespaces`, `merge`, `unmerge`: whose memories there are, and who is who."""

from typing import Annotated

import typer

from graphmem.cli.face import JsonOption, NamespaceOption, StoreOption, face_of, reported
from graphmem.cli.keep import YesOption, agreed, forgotten_text
from graphmem.cli.output import date_text, one_line
from graphmem.model import NamespaceInfo

__all__ = ["app", "merge", "unmerge"]

app = typer.Typer(no_args_is_help=True, help="List, rename or erase the namespaces of a store.", rich_markup_mode=None)

NameArgument = Annotated[str, typer.Argument(help="Name of the namespace.")]


@app.command(name="list")
@reported
def list_(*, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the namespaces, by name."""
    face = face_of(store, as_json=as_json)
    with face.memory(anywhere=True) as memory:
        found = memory.namespaces()
    face.show_each(found, text=_namespace, none="no namespaces")


@app.command()
@reported
def rename(old: NameArgument, new: NameArgument, *, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Rename a namespace; ids stay."""
    face = face_of(store, as_json=as_json)
    with face.memory(anywhere=True) as memory:
        memory.rename_namespace(old, new)
    face.show({"old": old, "new": new}, text=one_line(f"{old} is now {new}"))


@app.command()
@reported
def erase(
    name: NameArgument, *, yes: YesOption = False, store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Delete a namespace with everything in it, for good."""
    face = face_of(store, as_json=as_json)
    with face.memory(anywhere=True) as memory:
        agreed(face, f"Erase namespace {name} of {face.store}, for good?", yes=yes)
        gone = memory.erase_namespace(name)
    face.show(gone, text=forgotten_text(gone))


@reported
def merge(
    a: Annotated[str, typer.Argument(help="Name that is merged into the other.")],
    b: Annotated[str, typer.Argument(help="Name it is merged into.")],
    *,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Confirm that two names are one entity; `unmerge` takes it back."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    with face.memory() as memory:
        link = memory.merge(a, b)
    face.show(link, text=one_line(f"{a} and {b} are one"))


@reported
def unmerge(
    a: Annotated[str, typer.Argument(help="One name.")],
    b: Annotated[str, typer.Argument(help="The other name.")],
    *,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Undo a merge."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    with face.memory() as memory:
        memory.unmerge(a, b)
    face.show({"unmerged": [a, b]}, text=one_line(f"{a} and {b} are two again"))


def _namespace(info: NamespaceInfo) -> str:
    return one_line(f"{info.name}  since {date_text(info.created_at)}, {info.seq} changes")
