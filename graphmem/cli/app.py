"""The typer application: global options, and the commands of the other modules under their names."""

import io
import logging
import sys

import typer

from graphmem.cli import (
    browser,
    chronicle,
    copying,
    doctor,
    index,
    keep,
    learn,
    mcp,
    migrate,
    move,
    names,
    recall,
    remember,
    show,
)
from graphmem.cli.face import GIVEN, EmbedderOption, Given, JsonOption, NamespaceOption, StoreOption, face_of, reported
from graphmem.cli.output import hushed

__all__ = ["app", "run"]

app = typer.Typer(
    name="graphmem",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Long-term memory for LLM agents, kept in a property graph: no server, no key, no network needed.",
    epilog="Exit codes: 0 done, 1 an error, 2 wrong usage, 3 done but for some bad lines, 130 interrupted.",
)


@app.callback()
def _global(
    *,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    GIVEN.set(Given(store, namespace, embedder, as_json))


@app.command()
@reported
def version(*, as_json: JsonOption = False) -> None:
    """Print the version."""
    from graphmem import __version__

    face_of(as_json=as_json).show({"version": __version__}, text=f"graphmem {__version__}")


app.command()(remember.remember)
app.command()(recall.recall)
app.command()(show.facts)
app.command()(show.entities)
app.command()(show.history)
app.command()(show.stats)
app.command()(keep.forget)
app.command()(keep.resume)
app.command()(keep.reembed)
app.command()(keep.backup)
app.command()(migrate.migrate)
app.command()(index.index)
app.command()(learn.queries)
app.command()(learn.close)
app.command()(learn.insights)
app.command()(learn.guidance)
app.command()(learn.consolidate)
app.command()(learn.summary)
app.command()(learn.profile)
app.command()(learn.tiers)
app.command()(names.merge)
app.command()(names.unmerge)
app.command()(chronicle.timeline)
app.command()(chronicle.fact_history)
app.command()(chronicle.retract)
app.command()(chronicle.pin)
app.command()(chronicle.unpin)
app.command()(chronicle.revert)
app.command()(chronicle.suggest_slots)
app.add_typer(names.app, name="namespaces")
app.command(name="export")(move.export)
app.command(name="import")(move.import_)
app.command()(copying.copy)
app.command()(browser.browser)
app.command()(mcp.mcp)
app.command()(doctor.doctor)


def run(arguments: list[str] | None = None) -> None:
    """Run the application; characters that the terminal cannot show are written as escapes.

    Raises:
        SystemExit: always, with the exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # Where the driver has nobody to log to, it writes on stderr what our error says already.
    logging.getLogger("neo4j").addHandler(logging.NullHandler())
    try:
        app(arguments)
    except BrokenPipeError:
        hushed()  # the reader (`| head`) has enough
        raise SystemExit(0) from None
