"""How the demo shows what was found: rich renderables from values, no printing and no memory here."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from graphmem import Fact, Hit, Recollection
from graphmem.model import Path
from pipelines.demo.questions import Question

__all__ = ["answer", "day", "fact_table", "parts_line", "path_line"]

_PATH_WORDS = 42  # characters shown of each step of a path
_TEXT_WORDS = 240  # characters shown of a hit
_PARTS = 4  # the largest parts of a score that are shown


def answer(question: Question, found: Recollection, *, top_k: int = 3) -> RenderableType:
    """Render one question with its best hits: score, date, speaker, words, parts of the score, path."""
    body: list[RenderableType] = [Text(f"{question.kind.capitalize()}. {question.note}", style="italic dim")]
    body += [_hit(rank, hit) for rank, hit in enumerate(found.hits[:top_k], start=1)]
    body += [Text(f"not done: {lost.what} ({lost.why})", style="yellow") for lost in found.degraded]
    return Panel(
        Group(*body),
        title=f"[bold]{escape(question.text)}[/]",
        title_align="left",
        subtitle=f"[dim]{found.milliseconds:.0f} ms[/]",
        subtitle_align="right",
        border_style="cyan",
        padding=(0, 1),
    )


def _hit(rank: int, hit: Hit) -> RenderableType:
    head = Text.assemble((f"{rank}. ", "bold"), (f"{hit.score:.2f}  ", "green"), (f"{day(hit.at)}  ", "magenta"))
    head.append(f"{_who(hit)}: ", style="bold cyan")
    head.append(_short(hit.text, _TEXT_WORDS))
    reasons = [Text(f"score: {parts_line(hit.why.parts)}", style="dim")]
    if hit.why.path.steps:
        reasons.append(Text(f"path: {path_line(hit.why.path)}", style="dim"))
    reasons += [Text(f"fact: {_told(fact)}", style="dim") for fact in hit.facts[:1]]
    return Group(head, Padding(Group(*reasons), (0, 0, 0, 3)))


def _who(hit: Hit) -> str:
    """Say who said it, or which document it stands in."""
    if hit.interaction is None:
        return hit.type
    return hit.interaction.speaker or hit.interaction.title or hit.interaction.kind


def parts_line(parts: Mapping[str, float]) -> str:
    """Render the largest parts of a score, by size, in points of the score.

    >>> parts_line({"words": 0.5, "vectors": 0.25, "speaker": 0.0})
    'words +0.50, vectors +0.25'
    """
    largest = sorted(parts.items(), key=lambda part: (-abs(part[1]), part[0]))[:_PARTS]
    return ", ".join(f"{name} {value:+.2f}" for name, value in largest if abs(value) >= 0.005)


def path_line(path: Path) -> str:
    """Render a path with its steps cut to a few words each."""
    steps = [_short(text, _PATH_WORDS) for _, _, text in path.steps]
    rest = zip(path.relations, steps[1:], strict=True)
    return f"“{steps[0]}”" + "".join(f" -{relation}- “{step}”" for relation, step in rest)


def fact_table(facts: Sequence[Fact], *, title: str) -> RenderableType:
    """Render facts with the day each was first said and what qualifies it."""
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False, expand=True)
    table.add_column("said on", style="magenta", no_wrap=True)
    table.add_column("fact", no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column("", style="yellow", no_wrap=True)
    table.add_column("drawn from", style="dim", no_wrap=True, overflow="ellipsis", ratio=1)
    for fact in facts:
        table.add_row(day(fact.at), escape(_triple(fact)), _mark(fact), escape(" ".join(fact.text.split())))
    return table


def _triple(fact: Fact) -> str:
    return f"{fact.subject} {fact.predicate.replace('_', ' ')} {fact.object}"


def _told(fact: Fact) -> str:
    mark = _mark(fact)
    return _triple(fact) + (f" ({mark})" if mark else "") + f", said on {day(fact.at)}"


def _mark(fact: Fact) -> str:
    return "denied" if fact.negated else (fact.modality or "")


def day(at: datetime | None) -> str:
    """Render the day of an instant, or say that nobody knows it."""
    return at.date().isoformat() if at else "no date"


def _short(text: str, most: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 2].rsplit(" ", 1)[0] + " …"
