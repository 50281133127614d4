"""Hits as lines for a prompt: dated, with provenance, best first, within a budget of tokens.

No tokenizer is asked. A line is taken to cost one token per 3.6 characters of Latin script, one per two of other
scripts with spaces, one per character of scripts without and of emoji, and never less than one per word: on ordinary
prose more than common tokenizers count, so that a budget is kept.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol, get_args, runtime_checkable

from graphmem.model import Fact, Hit
from graphmem.text.tokens import chat_terms

__all__ = ["TIERS", "Tier", "Warmth", "estimated_tokens", "pack"]

_CHARACTERS_A_TOKEN = 3.6
_LATIN = re.compile(r"[\x00-\u024f]")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U0001f000-\U0001ffff]")
_SPACES = re.compile(r"\s+")
Tier = Literal["hot", "warm", "cold"]
#: Tiers, the first claim on room first.
TIERS: tuple[Tier, ...] = get_args(Tier)


@runtime_checkable
class Warmth(Protocol):
    """That something is hot, warm or cold (`graphmem.learn.heat.Retained`)."""

    @property
    def id(self) -> str:
        """The hit's."""

    @property
    def tier(self) -> Tier:
        """Which of the three."""


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text costs, rounded up: never less than a token per word.

    >>> estimated_tokens("I moved to Lisbon last month."), estimated_tokens("東京タワー")
    (9, 5)
    """
    latin = len(_LATIN.findall(text))
    unspaced = len(_UNSPACED.findall(text))
    others = len(text) - latin - unspaced
    return max(len(text.split()), math.ceil(latin / _CHARACTERS_A_TOKEN + others / 2 + unspaced))


def pack(hits: Sequence[Hit], *, tokens: int, warm: Sequence[Warmth] = ()) -> str:
    """Return the hits as lines of at most `tokens` tokens (estimated), best first, whole lines only.

    A line that doesn't fit is left out, and later, shorter ones may still come. Facts follow the interaction that
    asserts them, where its text doesn't say them already. No hits, or no room: "".

    Args:
        hits: best first.
        tokens: the room.
        warm: tiers of hits: what is hot has the first claim on the room, then what is warm or not told, then what is
            cold. The lines stay in the order of the hits.
    """
    claims = {told.id: TIERS.index(told.tier) for told in warm}
    lines: dict[str, int] = {}
    for claim, line in _lines(hits, claims):
        lines[line] = min(claim, lines.get(line, claim))
    kept: set[str] = set()
    left = tokens
    for line in sorted(lines, key=lambda line: lines[line]):  # stable: in order within a tier
        cost = estimated_tokens(line) + 1  # the line's end
        if cost <= left:
            kept.add(line)
            left -= cost
    return "\n".join(line for line in lines if line in kept)


def _lines(hits: Sequence[Hit], claims: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    texts = {hit.id: hit.text for hit in hits if hit.interaction is not None}
    for hit in hits:
        if hit.fact is not None and any(_says(texts.get(source, ""), hit.fact) for source in hit.fact.sources):
            continue
        claim = claims.get(hit.id, TIERS.index("warm"))
        yield claim, _line(hit)
        for fact in hit.facts:
            if not _says(hit.text, fact):
                yield claim, f"  fact: {_told(fact)}"


def _line(hit: Hit) -> str:
    if hit.fact is not None:
        beside = "; ".join(_told(fact) for fact in hit.conflicts)
        return f"{_where(hit, None)} {_told(hit.fact)}{f' [in conflict with: {beside}]' if beside else ''}"
    if hit.interaction is None:
        return f"{hit.text}"
    told = hit.interaction
    caption = f" [shares {told.caption}]" if told.caption else ""
    who = told.speaker or told.role or told.title
    return f"{_where(hit, told.source or told.session)} {f'{who}: ' if who else ''}{_flat(told.text + caption)}"


def _where(hit: Hit, place: str | None) -> str:
    parts = [hit.at.date().isoformat() if hit.at else "undated", *([place] if place else [])]
    return f"[{', '.join(_flat(p) for p in parts)}]"


def _told(fact: Fact) -> str:
    text = _flat(fact.text) or f"{fact.subject} {fact.predicate.replace('_', ' ')} {fact.object}"
    marks = [fact.modality or "", "not so" if fact.negated and not fact.text else ""]
    valid = [f"since {fact.valid_at.date()}" if fact.valid_at else ""]
    end = min((at for at in (fact.invalid_at, fact.closed_at) if at is not None), default=None)
    valid += [f"until {end.date()}" if end else ""]
    extra = ", ".join(part for part in (*marks, *valid) if part)
    return f"{text} ({extra})" if extra else text


def _says(text: str, fact: Fact) -> bool:
    """Whether the text holds all the words of a fact's relation and object: then the line tells it already."""
    words = set(chat_terms(text))
    return set(chat_terms(f"{fact.predicate.replace('_', ' ')} {fact.object}")) <= words


def _flat(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
