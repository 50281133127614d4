"""`graphmem facts`, `entities`, `history`, `stats`: what is kept."""

import json
from typing import Annotated

import typer

from graphmem.cli.face import JsonOption, NamespaceOption, StoreOption, face_of, instant, reported
from graphmem.cli.output import date_text, one_line
from graphmem.cli.recall import fact_text
from graphmem.model import Entity, Interaction, Stats

__all__ = ["entities", "facts", "history", "stats"]

TopKOption = Annotated[int, typer.Option(min=1, help="At most so many.")]


@reported
def facts(
    about: Annotated[str | None, typer.Argument(help="Name of an entity; all facts without one.")] = None,
    *,
    predicate: Annotated[str | None, typer.Option(help="Only this relation, e.g. works_at.")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="INSTANT", help="Those that held in the world then.")] = None,
    known_at: Annotated[str | None, typer.Option(metavar="INSTANT", help="As this memory knew it then.")] = None,
    expired: Annotated[bool, typer.Option("--expired", help="Superseded ones, too.")] = False,
    top_k: TopKOption = 100,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List facts that hold, the latest said first."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    held, known = instant(as_of, option="--as-of"), instant(known_at, option="--known-at")
    with face.memory() as memory:
        found = memory.facts(
            about=about, predicate=predicate, as_of=held, known_at=known, include_superseded=expired, top_k=top_k
        )
        known_name = about is None or bool(found or memory.entities(about, top_k=1))
    nobody = f"no facts: no entity is called {about!r}; `graphmem entities` lists them"
    face.show_each(found, text=fact_text, none="no facts" if known_name else nobody)


@reported
def entities(
    name: Annotated[str | None, typer.Argument(help="Name or alias; all entities without one.")] = None,
    *,
    top_k: TopKOption = 100,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List entities, the most mentioned first."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    with face.memory() as memory:
        found = memory.entities(name, top_k=top_k)
    face.show_each(found, text=_entity, none="no entities")


@reported
def history(
    *,
    session: Annotated[str | None, typer.Option(help="Only this session.")] = None,
    since: Annotated[str | None, typer.Option(metavar="INSTANT", help="Only from this instant on.")] = None,
    until: Annotated[str | None, typer.Option(metavar="INSTANT", help="Only before this instant.")] = None,
    top_k: TopKOption = 1_000,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List interactions in order of time, undated ones first."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    first, last = instant(since, option="--since"), instant(until, option="--until")
    with face.memory() as memory:
        found = memory.history(session=session, since=first, until=last, top_k=top_k)
    face.show_each(found, text=_interaction, none="no interactions")


@reported
def stats(*, store: StoreOption = None, namespace: NamespaceOption = None, as_json: JsonOption = False) -> None:
    """Show how much of everything there is."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    with face.memory() as memory:
        counted = memory.stats()
    face.show(counted, text=_stats(counted))


def _entity(entity: Entity) -> str:
    aliases = f", also {', '.join(entity.aliases)}" if entity.aliases else ""
    merged = ", merged into another" if entity.merged_into else ""
    return one_line(f"{entity.name} ({entity.kind}): {entity.mentions} mentions, {entity.facts} facts{aliases}{merged}")


def _interaction(interaction: Interaction) -> str:
    who = interaction.speaker or interaction.role or interaction.title or interaction.kind
    pending = " (pending)" if interaction.pending else ""
    return f"{date_text(interaction.at):<16}  {one_line(f'[{interaction.session}] {who}: {interaction.text}{pending}')}"


def _stats(counted: Stats) -> str:
    size = f"{counted.bytes / 1_000_000:.1f} MB" if counted.bytes is not None else "unknown"
    rows = {
        "namespace": counted.namespace, "store": counted.store, "size": size,
        "embedder": _model(counted.embedder), "sessions": counted.sessions,
        "interactions": counted.interactions, "pending": counted.pending, "entities": counted.entities,
        "facts": counted.facts, "mentions": counted.mentions, "synonyms": counted.synonyms,
        "vectors": counted.vectors, "changes": counted.seq,
    }  # fmt: skip
    return "\n".join(f"{name:<13}{one_line(str(value))}" for name, value in rows.items())


def _model(mark: str | None) -> str:
    """Return the name in the mark of an embedder that a store keeps."""
    return "none yet" if mark is None else str(json.loads(mark).get("name"))
