"""`graphmem recall`: what bears on a question, with the reasons."""

import json
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from graphmem.cli.face import EmbedderOption, Face, JsonOption, NamespaceOption, StoreOption, face_of, instant, reported
from graphmem.cli.output import date_text, echo, indented, one_line, plain
from graphmem.model import Fact, Hit, HitType, Kind, RecallOptions, Rerank, Role

if TYPE_CHECKING:
    from graphmem.read.recollection import Recollection

__all__ = ["fact_text", "recall"]


@reported
def recall(
    text: Annotated[str, typer.Argument(help="The question, or any text.")],
    *,
    top_k: Annotated[int, typer.Option(min=1, help="Places for each type.")] = 10,
    types: Annotated[
        list[str] | None, typer.Option("--type", help=f"{', '.join(get_args(HitType))}; repeatable.")
    ] = None,
    kinds: Annotated[
        list[str] | None, typer.Option("--kind", help="Only messages, passages or steps; repeatable.")
    ] = None,
    roles: Annotated[list[str] | None, typer.Option("--role", help="Only what this role said; repeatable.")] = None,
    session: Annotated[str | None, typer.Option(help="Only this session.")] = None,
    since: Annotated[str | None, typer.Option(metavar="INSTANT", help="Only from this instant on.")] = None,
    until: Annotated[str | None, typer.Option(metavar="INSTANT", help="Only before this instant.")] = None,
    now: Annotated[str | None, typer.Option(metavar="INSTANT", help="When the question is asked.")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="INSTANT", help="Facts that held in the world then.")] = None,
    known_at: Annotated[str | None, typer.Option(metavar="INSTANT", help="As this memory knew it then.")] = None,
    ranking: Annotated[str | None, typer.Option(help="A shipped ranking, or a path to one of yours.")] = None,
    rerank: Annotated[str | None, typer.Option(help="tokens: compare single tokens, too; off: do not.")] = None,
    context: Annotated[
        int | None, typer.Option(metavar="TOKENS", min=1, help="Write a prompt of at most so many tokens instead.")
    ] = None,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what bears on a question, best first, each hit with its score, parts of the score and path."""
    face = face_of(store, namespace=namespace, embedder=embedder, as_json=as_json)
    options = RecallOptions(
        types=cast("Any", _chosen(types, among=get_args(HitType), option="--type")) or ("interaction",),
        kinds=cast("Any", _chosen(kinds, among=get_args(Kind), option="--kind")) or None,
        roles=cast("Any", _chosen(roles, among=get_args(Role), option="--role")) or None,
        session=session,
        since=instant(since, option="--since"),
        until=instant(until, option="--until"),
        now=instant(now, option="--now"),
        as_of=instant(as_of, option="--as-of"),
        known_at=instant(known_at, option="--known-at"),
        ranking=ranking,
        rerank=cast("Any", _chosen([rerank], among=get_args(Rerank), option="--rerank")[0]) if rerank else None,
    )
    with face.memory(embeds=True) as memory:
        found = memory.recall(text, top_k=top_k, options=options)
    _show(found, packed=found.context(tokens=context) if context else None, face=face)


def _show(found: "Recollection", *, packed: str | None, face: Face) -> None:
    if face.as_json:
        echo(json.dumps(plain(found) | ({} if packed is None else {"context": packed}), ensure_ascii=False))
        return
    echo(_numbered(found) if packed is None else indented(packed, by=""))
    if found.undated:
        face.note(f"{found.undated} undated interactions lie outside any bound of time and were left out")
    for degraded in found.degraded:
        face.note(f"degraded: {degraded.what}: {degraded.why}")


def _chosen(given: list[str] | None, *, among: tuple[str, ...], option: str) -> tuple[str, ...]:
    if wrong := [name for name in given or () if name not in among]:
        raise typer.BadParameter(f"{option} {wrong[0]!r}: one of {', '.join(among)}")
    return tuple(dict.fromkeys(given or ()))


def _numbered(found: "Recollection") -> str:
    if not found.hits:
        return "nothing found"
    return "\n".join(_hit(number, hit) for number, hit in enumerate(found.hits, 1))


def _hit(number: int, hit: Hit) -> str:
    place = hit.interaction
    who = [date_text(hit.at)] if place is not None or hit.at is not None else []
    who += [place.speaker or place.role or place.title or "", f"[{place.session}]"] if place is not None else []
    head = f"{number}. {hit.type} {hit.score:.2f}  {'  '.join(one_line(part) for part in who if part)}"
    lines = [head, indented(hit.text)]
    if why := str(hit.why):
        lines.append(indented(f"why: {one_line(why, width=240)}"))
    lines += [indented(f"fact: {fact_text(fact)}") for fact in hit.facts[:3]]
    return "\n".join(lines)


def fact_text(fact: Fact) -> str:
    """Return a fact on one line: the triple, its polarity, when it was said and since when it holds."""
    ended = f"ended {date_text(fact.closed_at)}" if fact.closed_at else "superseded" if fact.expired_at else ""
    marks = [fact.modality or "", "denied" if fact.negated else "", ended]
    marks += [f"said {date_text(fact.at)}"] if fact.at else []
    marks += [f"from {date_text(fact.valid_at)}"] if fact.valid_at else []
    marks += [f"until {date_text(fact.invalid_at)}"] if fact.invalid_at else []
    told = ", ".join(mark for mark in marks if mark)
    triple = f"{fact.subject} -{fact.predicate}-> {fact.object}"
    return one_line(triple + (f" ({told})" if told else ""))
