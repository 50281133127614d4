"""What a memory learnt from its use: queries, insights, guidance, consolidation, summaries, warmth."""

from typing import Annotated, cast, get_args

import typer

from graphmem.cli.face import (
    ChatOption,
    EmbedderOption,
    JsonOption,
    NamespaceOption,
    StoreOption,
    asking,
    face_of,
    refuse_unknown,
    reported,
)
from graphmem.cli.output import date_text, one_line
from graphmem.errors import InvalidInput
from graphmem.learn.nouns import Insight, Outcome, PastQuery
from graphmem.learn.steps import EVERY_STEP, STEPS, Consolidation

__all__ = ["close", "consolidate", "guidance", "insights", "profile", "queries", "summary", "tiers"]

TopKOption = Annotated[int, typer.Option(min=1, help="At most so many.")]


@reported
def queries(
    *,
    is_open: Annotated[bool, typer.Option("--open", help="Only those that nobody closed.")] = False,
    top_k: TopKOption = 100,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the queries that were worked on, the latest first."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    with face.memory() as memory:
        found = memory.queries(is_open=True if is_open else None, top_k=top_k)
    face.show_each(found, text=_query, none="no queries")


@reported
def close(
    query: Annotated[str, typer.Argument(help="Id of an open query, as `graphmem queries --open` shows it.")],
    *,
    outcome: Annotated[str | None, typer.Option(help="success or failure; without it, nothing is concluded.")] = None,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    embedder: EmbedderOption = None,
    chat: ChatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close a query that a crash left open, and learn from it; a chat model, if given, draws lessons."""
    face = asking(face_of(store, namespace=namespace, embedder=embedder, as_json=as_json), chat=chat)
    refuse_unknown([] if outcome is None else [outcome], among=get_args(Outcome), option="--outcome")
    with face.memory(embeds=True) as memory:
        known = next((q for q in memory.queries(is_open=True, top_k=1_000_000) if q.id == query), None)
        if known is None:
            raise InvalidInput(f"no open query has the id {query}; `graphmem queries --open` lists them")
        closed = memory.query(known.text, id=known.id).close(outcome=cast(Outcome | None, outcome))
    face.show(closed, text=_query(closed))


@reported
def insights(
    *,
    retired: Annotated[bool, typer.Option("--retired", help="Retired ones, too.")] = False,
    top_k: TopKOption = 100,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List lessons, the best credited first."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    with face.memory() as memory:
        found = memory.insights(retired=retired, top_k=top_k)
    face.show_each(found, text=_insight, none="no insights")


@reported
def guidance(
    text: Annotated[str, typer.Argument(help="The task.")],
    *,
    role: Annotated[str | None, typer.Option(help="For this role.")] = None,
    top_k: Annotated[int, typer.Option(min=1, help="At most so many of each kind.")] = 3,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what memory offers for a task, without opening a query."""
    face = face_of(store, namespace=namespace, embedder=embedder, as_json=as_json)
    with face.memory(embeds=True) as memory:
        found = memory.guidance(text, role=role, top_k=top_k)
    face.show(found, text=str(found) or "nothing yet")


@reported
def consolidate(
    *,
    step: Annotated[list[str] | None, typer.Option(help=f"Only this: {', '.join(EVERY_STEP)}; repeatable.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, and say what would be.")] = False,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    embedder: EmbedderOption = None,
    chat: ChatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring summaries, communities, profiles, insights and procedures into line; a chat model, if given, words them."""
    face = asking(face_of(store, namespace=namespace, embedder=embedder, as_json=as_json), chat=chat)
    refuse_unknown(step or (), among=EVERY_STEP, option="--step")
    with face.memory(embeds=True) as memory:
        done = memory.consolidate(steps=cast(list[Consolidation], step) if step else STEPS, dry_run=dry_run)
    verb = "would be written" if dry_run else "written"
    lines = [f"{name}: {count} {verb}, {done.retired[name]} retired" for name, count in done.written.items()]
    lines += [f"{d.what}: {d.why}" for d in done.degraded]
    face.show(done, text="\n".join(lines))


@reported
def summary(
    *,
    session: Annotated[str | None, typer.Option(help="Of this session; without it, of the whole namespace.")] = None,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the summary that `graphmem consolidate` left, of a namespace or session."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    with face.memory() as memory:
        found = memory.summary(session=session)
    if not found.text and not as_json:
        face.note("nothing summed up yet: `graphmem consolidate` does")
        return
    face.show(found, text=f"{found.title}\n\n{found.text}\n\n({found.by}, from {len(found.sources)} interactions)")


@reported
def profile(
    name: Annotated[str, typer.Argument(help="A person or agent, by name or alias.")],
    *,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show facts, preferences and traits of somebody, with dates, as `graphmem consolidate` left them."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    with face.memory() as memory:
        found = memory.profile(name)
    if not found and not as_json:
        face.note(
            f"nothing drawn of {found.name}: `graphmem consolidate` draws what was said of somebody twice, and what "
            "they like and are"
        )
        return
    face.show(found, text=f"{found.name}\n\n{found}")


@reported
def tiers(
    *,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count how many interactions are hot, warm and cold: use keeps warm, time cools, nothing is lost by it."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    with face.memory() as memory:
        found = memory.tiers()
    face.show(found, text=f"hot {found.hot}, warm {found.warm}, cold {found.cold}")


def _query(query: PastQuery) -> str:
    state = "open" if query.open else query.outcome or "closed"
    return f"{query.id}  {date_text(query.at)}  {state:7}  {one_line(query.text)}"


def _insight(insight: Insight) -> str:
    state = "" if insight.retired_at is None else "  (retired)"
    return (
        f"{insight.score:+5.1f}  {one_line(insight.text)}  [{insight.origin}, {len(insight.supports)} supports]{state}"
    )
