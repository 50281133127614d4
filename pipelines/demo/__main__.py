"""Remember the sample history with a progress bar, ask it six questions, list facts, write a page: `make demo`."""

import argparse
import shutil
import sys
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from graphmem import Fact, Memory
from graphmem.explorer import choose, page
from pipelines.demo.history import Run, runs
from pipelines.demo.questions import QUESTIONS
from pipelines.demo.show import answer, fact_table

NAMESPACE = "user/maya"
PERSON = "Maya"
_FACTS_SHOWN = 16
_EVERYTHING = 100_000  # more entities, facts or interactions than the sample has


class Rate(ProgressColumn):
    """Interactions a second, over the last seconds."""

    def render(self, task: Task) -> Text:
        """Render the speed, or a dash before the first step."""
        return Text(f"{task.speed:.0f}/s" if task.speed else "-", style="green")


def main(arguments: list[str] | None = None, *, console: Console | None = None) -> int:
    """Run the demo and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.demo", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for demo.db and graph.html")
    out: Path = parser.parse_args(arguments).out
    out.mkdir(parents=True, exist_ok=True)
    console = console or Console()
    database = _fresh(out / "demo.db")
    with Memory.open(database, namespace=NAMESPACE) as memory:
        remember(memory, list(runs()), console)
        ask(memory, console)
        tell_facts(memory, console)
        written = draw(memory, out / "graph.html")
    _what_next(console, database, written)
    return 0


def _fresh(database: Path) -> Path:
    """Delete an earlier demo's file and what stands beside it, so that every demo starts from nothing."""
    for path in database.parent.glob(database.name + "*"):
        if path.is_dir():
            shutil.rmtree(path)  # snapshots of its index
        else:
            path.unlink()
    return database


def remember(memory: Memory, history: list[Run], console: Console) -> None:
    """Tell the memory the whole history, session by session as it happened, and say what came of it."""
    total = sum(len(run.told) for run in history)
    console.print(f"[bold]A year of messages, an assistant and a project's documents: {total} interactions.[/]")
    columns = (TextColumn("remembering"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    started = perf_counter()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total)
        for run in history:
            memory.remember(run.told, session=run.session)
            progress.advance(task, len(run.told))
    seconds, stats = perf_counter() - started, memory.stats()
    console.print(
        f"Remembered in {seconds:.1f} s ({total / seconds:.0f}/s), with no key and no network: "
        f"{stats.sessions} sessions, {stats.entities} entities, {stats.facts} facts.\n"
    )


def ask(memory: Memory, console: Console) -> None:
    """Ask the six questions and show what comes back for each."""
    for question in QUESTIONS:
        console.print(answer(question, memory.recall(question.text, top_k=10, options=question.options)))
    first = QUESTIONS[0].text
    console.print(f"\n[bold]What an agent's prompt would get for “{escape(first)}”[/] (found.context(tokens=120)):")
    console.print(memory.recall(first, top_k=10).context(tokens=120), style="dim", markup=False, highlight=False)


def tell_facts(memory: Memory, console: Console) -> None:
    """Show facts about one person in order of time: those that lead to what the memory hears of most."""
    heard = {entity.id: entity.mentions for entity in memory.entities(top_k=_EVERYTHING)}
    facts = memory.facts(about=PERSON, top_k=_EVERYTHING)
    telling = sorted(facts, key=lambda fact: (_other_end(fact)[0], -heard.get(_other_end(fact)[1], 0), fact.id))
    one_each = list({fact.text: fact for fact in reversed(telling)}.values())[::-1][:_FACTS_SHOWN]
    shown = sorted(one_each, key=lambda fact: (fact.at is None, fact.at and fact.at.timestamp(), fact.id))
    console.print()
    console.print(fact_table(shown, title=f"{len(shown)} of {len(facts)} facts about {PERSON}"))


def _other_end(fact: Fact) -> tuple[bool, str]:
    """Return whether the fact is somebody else's, and the id of the end that is not the person."""
    own = fact.subject == PERSON
    return not own, fact.object_id if own else fact.subject_id


def draw(memory: Memory, path: Path) -> Path:
    """Write the neighbourhood graph as one page and return its path."""
    picture = choose(
        memory.entities(top_k=_EVERYTHING), memory.facts(top_k=_EVERYTHING), memory.history(top_k=_EVERYTHING)
    )
    path.write_text(page(picture, title="A year of Maya and Jonas"), encoding="utf-8")
    return path


def _what_next(console: Console, database: Path, written: Path) -> None:
    console.print(f"\n[bold]The graph:[/] open {written} in a browser (one file, no network).")
    console.print("[bold]Next:[/]", highlight=False)
    at = f"--store {database} --namespace {NAMESPACE}"
    for line in (
        f"  .venv/bin/graphmem recall 'Who is Zola?' {at}",
        f"  .venv/bin/graphmem facts Maya {at}",
        "  twelve lines of Python: README.md; your own chats: docs/tutorial.md",
    ):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
