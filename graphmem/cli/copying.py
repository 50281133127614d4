"""`graphmem copy`: namespaces from one store to another, verified."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from graphmem.cli.face import PARTIAL, Face, JsonOption, NamespaceOption, face_of, reported
from graphmem.cli.output import plain
from graphmem.cli.progress import progress
from graphmem.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from graphmem.formats.copy import Copied
    from graphmem.ports import Store

__all__ = ["copy"]


@reported
def copy(
    *,
    target: Annotated[str, typer.Option("--to", help="Where to: a path, or the address of a server.")],
    source: Annotated[
        str | None,
        typer.Option("--from", help="Where from: a path, or the address of a server [default: the --store]."),
    ] = None,
    namespace: NamespaceOption = None,
    to_namespace: Annotated[str | None, typer.Option("--to-namespace", help="Its name there; else the same.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Copy a namespace, or every one, to another store, ids and all; again: brings what is new. Both are compared."""
    face, there = face_of(source, namespace=namespace, as_json=as_json), face_of(target, as_json=as_json)
    if to_namespace and not face.asked:
        raise InvalidInput("--to-namespace names what one namespace becomes: say which with --namespace")
    differ = False
    with face.parts() as one, there.parts(writes=True) as other:
        for name in _names(one.store, asked=face.asked):
            receipt = _copied(one.store, other.store, namespace=name, to=to_namespace)
            _tell(face, receipt)
            differ = differ or not receipt.verified
    if differ:
        raise typer.Exit(PARTIAL)


def _names(store: "Store", *, asked: str | None) -> list[str]:
    names = [asked] if asked else [info.name for info in store.namespaces()]
    if not names:
        raise NotFound(f"there is nothing to copy in {store.location}: it holds no namespace")
    return names


def _copied(source: "Store", target: "Store", *, namespace: str, to: str | None) -> "Copied":
    from graphmem.formats.copy import copy_namespace

    # Each interaction is admitted, then completed.
    total = 2 * source.stats(namespace).interactions
    with progress(f"Copying {namespace}", total=total) as tick:
        return copy_namespace(source, target, namespace=namespace, to=to, now=datetime.now(UTC), tick=tick)


def _tell(face: Face, done: "Copied") -> None:
    held = ", ".join(f"{count} {name}" for name, count in done.copy.counts.items() if name != "order") or "nothing"
    if face.as_json:
        face.show({**plain(done), "verified": done.verified}, text="")
    else:
        ended = "verified, both sides hold the same" if done.verified else "NOT the same on both sides"
        face.show(
            done, text=f"{done.namespace} -> {done.to}: {held}; {done.interactions} interactions are new; {ended}"
        )
        for said in (*done.differences, *done.notes):
            face.note(f"{done.to}: {said}")
