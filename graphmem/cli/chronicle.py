"""`graphmem fact-history`, `timeline`, `retract`, `pin`, `revert`, `suggest-slots`: facts in time."""

from typing import TYPE_CHECKING, Annotated

import typer

from graphmem.cli.face import JsonOption, NamespaceOption, StoreOption, face_of, instant, reported
from graphmem.cli.output import date_text, one_line
from graphmem.cli.recall import fact_text
from graphmem.model import Ruling

if TYPE_CHECKING:
    from graphmem.read.chronicle import Entry, FactHistory, SlotSuggestion, Timeline

__all__ = ["fact_history", "pin", "retract", "revert", "suggest_slots", "timeline", "unpin"]

FactArgument = Annotated[str, typer.Argument(metavar="FACT", help="Id of the fact, as `facts --json` shows it.")]
WhoOption = Annotated[str, typer.Option(help="Who says so; kept.")]
WhyOption = Annotated[str, typer.Option(help="Why; kept.")]


@reported
def fact_history(
    fact: FactArgument, *, store: StoreOption = None, namespace: NamespaceOption = None, as_json: JsonOption = False
) -> None:
    """Show who said a fact and when, and all that was decided on it."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    with face.memory() as memory:
        found = memory.fact_history(fact)
    face.show(found, text=_history(found))


@reported
def timeline(
    about: Annotated[str, typer.Argument(help="Name of an entity.")],
    *,
    since: Annotated[str | None, typer.Option(metavar="INSTANT", help="Only from this instant on.")] = None,
    until: Annotated[str | None, typer.Option(metavar="INSTANT", help="Only before this instant.")] = None,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what happened to an entity, as threads, with what took the place of what."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    first, last = instant(since, option="--since"), instant(until, option="--until")
    with face.memory() as memory:
        found = memory.timeline(about=about, since=first, until=last)
    face.show(found, text=_timeline(found))


@reported
def retract(
    fact: FactArgument,
    *,
    who: WhoOption,
    why: WhyOption = "",
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that a fact was never so; `revert` takes it back."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    with face.memory() as memory:
        made = memory.retract(fact, who=who, why=why)
    face.show(made, text=_ruling(made))


@reported
def pin(
    fact: FactArgument,
    *,
    who: WhoOption,
    why: WhyOption = "",
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that a fact holds, whatever is told later; `unpin` takes it back."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    with face.memory() as memory:
        made = memory.pin(fact, who=who, why=why)
    face.show(made, text=_ruling(made))


@reported
def unpin(
    fact: FactArgument,
    *,
    who: WhoOption,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take back a pin: what is told later ends the fact again."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    with face.memory() as memory:
        pins = [r for r in memory.fact_history(fact).standing if r.kind == "pin"]
        undone = [r for one in pins for r in memory.revert(one, who=who)]
    face.show_each(undone, text=_ruling, none="not pinned")


@reported
def revert(
    fact: FactArgument,
    *,
    who: WhoOption,
    why: WhyOption = "",
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Undo what ended a fact: it is held again, beside what had taken its place."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    with face.memory() as memory:
        undone = memory.revert(fact, who=who, why=why)
    face.show_each(undone, text=_ruling, none="nothing undone")


@reported
def suggest_slots(
    *,
    least: Annotated[int, typer.Option(min=1, help="Entities that must have the relation.")] = 20,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List relations that seem to hold one value at a time and that no slot knows; nothing is changed."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    with face.memory() as memory:
        found = memory.suggest_slots(least=least)
    face.show_each(found, text=_suggestion, none="no suggestions")


def _history(found: "FactHistory") -> str:
    said = [f"said {date_text(s.at)} by {s.interaction}" for s in found.sayings] or ["told by hand"]
    return "\n".join([fact_text(found.fact), *map(one_line, said), *map(_ruling, found.rulings)])


def _ruling(ruling: Ruling) -> str:
    span = f" from {date_text(ruling.at)}" if ruling.at else ""
    span += f" until {date_text(ruling.until)}" if ruling.until else ""
    undone = f", undone {date_text(ruling.expired_at)}" if ruling.expired_at else ""
    why = f": {ruling.reason}" if ruling.reason else ""
    return one_line(f"{ruling.kind}{span} on {ruling.older} by {ruling.newer or ruling.decided_by}{why}{undone}")


def _timeline(found: "Timeline") -> str:
    if not found.threads:
        return "nothing happened"
    return "\n".join(line for t in found.threads for line in (one_line(t.name), *map(_entry, t.entries)))


def _entry(entry: "Entry") -> str:
    until = f" - {date_text(entry.until)}" if entry.until else ""
    why = f" ({entry.why})" if entry.why else ""
    return f"  {date_text(entry.at):<16}{until}  {one_line(entry.text + why)}"


def _suggestion(found: "SlotSuggestion") -> str:
    return one_line(f"{found.predicate}: {found.single} of {found.subjects} entities have one value")
