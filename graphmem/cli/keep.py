"""`graphmem forget`, `resume`, `reembed`, `backup`: keeping a memory."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from graphmem.cli.face import EmbedderOption, Face, JsonOption, NamespaceOption, StoreOption, face_of, reported
from graphmem.cli.output import one_line
from graphmem.cli.progress import progress
from graphmem.errors import InvalidInput
from graphmem.model import Forgotten

__all__ = ["agreed", "backup", "forget", "forgotten_text", "reembed", "resume"]

YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


@reported
def forget(
    *,
    session: Annotated[str | None, typer.Option(help="Everything of this session.")] = None,
    interaction: Annotated[list[str] | None, typer.Option(help="This interaction, by id; may be repeated.")] = None,
    entity: Annotated[str | None, typer.Option(help="This entity with its facts.")] = None,
    person: Annotated[str | None, typer.Option(help="This person: the entity, and all they said.")] = None,
    everything: Annotated[bool, typer.Option("--everything", help="All of the namespace.")] = False,
    yes: YesOption = False,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete for good, with all that rests on it alone; exactly one option says what."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    named = {"session": session, "interactions": ", ".join(interaction or ()), "entity": entity, "person": person}
    chosen = [f"{kind} {name}" for kind, name in named.items() if name] + ["everything"] * everything
    if len(chosen) != 1:
        raise typer.BadParameter("say exactly one of --session, --interaction, --entity, --person, --everything")
    with face.memory() as memory:
        agreed(face, f"Forget {chosen[0]} in namespace {face.namespace} of {face.store}, for good?", yes=yes)
        gone = memory.forget(
            session=session, interactions=interaction or None, entity=entity, person=person, everything=everything
        )
    face.show(gone, text=forgotten_text(gone))


@reported
def resume(
    *,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Finish what was interrupted: vectors and facts of pending interactions, once."""
    face = face_of(store, namespace=namespace, embedder=embedder, as_json=as_json)
    with face.memory(embeds=True, draws=True) as memory:
        with progress("Drawing facts", total=memory.stats().pending) as tick:
            done = memory.resume(tick=tick)
        left = memory.stats().pending
    text = f"finished {done.interactions} interactions: {done.entities} entities, {done.facts} facts; {left} pending"
    face.show(done, text=text)


@reported
def reembed(
    *,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make every vector of the store anew, in all namespaces, with the --embedder; goes on where it stopped."""
    face = face_of(store, namespace=namespace, embedder=embedder, as_json=as_json)
    with face.memory() as memory:
        total = sum(memory.store.stats(info.name).interactions for info in memory.namespaces())
        with progress("Embedding", total=total) as tick:
            done = memory.reembed(tick=tick)
    face.show({"embedded": done}, text=f"embedded {done} interactions anew")


@reported
def backup(
    path: Annotated[Path, typer.Argument(help="A file that is not there yet.")],
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a consistent copy of the whole store to a new file, and check its integrity."""
    face = face_of(store, as_json=as_json)
    with face.memory(anywhere=True) as memory:
        memory.backup(path)
    face.show({"backup": str(path)}, text=f"wrote {path}, and it is sound")


def agreed(face: Face, question: str, *, yes: bool) -> None:
    """Ask before something is deleted.

    Raises:
        InvalidInput: nobody is there to ask.
        Exit: the answer was no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise InvalidInput("this deletes for good and nobody is there to ask: say --yes")
    if not typer.confirm(one_line(question), err=True):
        face.note("nothing was deleted")
        raise typer.Exit(0)


def forgotten_text(gone: Forgotten) -> str:
    """Return a receipt as text, with a word on what still names the forgotten."""
    counts = f"{gone.interactions} interactions, {gone.facts} facts, {gone.entities} entities, {gone.vectors} vectors"
    left = len(gone.still_mentioned_in)
    return f"forgot {counts}" + (f"; {left} other interactions still name it: {_some(gone)}" if left else "")


def _some(gone: Forgotten) -> str:
    more = ", ..." if len(gone.still_mentioned_in) > 5 else ""
    return ", ".join(gone.still_mentioned_in[:5]) + more
