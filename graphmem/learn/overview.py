"""A namespace summed up: a rolling summary made of what was said, never of summaries, and made anew where it changed.

Sessions are grouped in order of time, groups of groups above them, up to one whole. Every group's summary is drawn
from the interactions that its parts' summaries name as their sources; the parts' own words are never read. Where a
group ends is decided by what stands there (content-defined chunking, as rsync and deduplicating backups cut files), not
by how many came before, so that a new or forgotten session changes its own group and those above: of n sessions, about
log n / log 12 small groups are summed up again.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from graphmem.chat import RULES, Material
from graphmem.identity import derive_id
from graphmem.learn.drafts import Draft, digest_of, drafted
from graphmem.learn.keywords import Vocabulary, words_of
from graphmem.learn.rows import caption
from graphmem.learn.sessions import candidates, middle
from graphmem.learn.summaries import chosen, joined
from graphmem.model import Interaction
from graphmem.ports import Store
from graphmem.rows import Node, Vectors

__all__ = ["Group", "Overview", "Part", "groups", "in_time", "overview_id", "overview_of", "summed", "unchanged"]

#: A group ends at a part whose hash is divisible by this: so many parts on average; and at the latest after `MOST`.
USUAL, MOST = 12, 48
#: Words and sentences of a summary: of a group, of the whole.
GROUP_WORDS, WHOLE_WORDS = 120, 200
GROUP_SENTENCES, WHOLE_SENTENCES = 6, 10
KEYWORDS = 8


@dataclass(frozen=True, slots=True)
class Part:
    """A session or a group: its node's id, since when, what it is made of (`mark`), and its summary's sources."""

    id: str
    at: datetime | None
    mark: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that are summed up together: the id of their node, its level from 1, and whether it is the whole."""

    id: str
    level: int
    parts: tuple[Part, ...]
    whole: bool

    @property
    def mark(self) -> str:
        """What the group is made of: changes with any of its parts."""
        return digest_of([text for p in self.parts for text in (p.id, p.mark)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A summary, of a namespace or of a session.

    Args:
        text: the summary; "" where nothing was summed up yet (`memory.consolidate()` does).
        title: a short name.
        keywords: the most telling words.
        sources: ids of the interactions that it is made of, in order of time.
        by: who worded it: `rules`, or a chat model's name.
        at: since when, the instant of the first interaction; None unknown.
        degraded: why rules worded it although a chat model was to.
    """

    text: str = ""
    title: str = ""
    keywords: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    by: str = RULES
    at: datetime | None = None
    degraded: str | None = None


def overview_id(origin: str) -> str:
    """Return the id of the node that sums up a namespace."""
    return derive_id(origin, "Segment", "memory")


def overview_of(node: Node, *, sources: Sequence[str]) -> Overview:
    """Return the summary that a node holds."""
    told = node.attributes
    words = told.get("keywords")
    degraded = told.get("degraded")
    return Overview(
        text=node.text,
        title=node.name,
        keywords=tuple(map(str, words)) if isinstance(words, Sequence) and not isinstance(words, str) else (),
        sources=tuple(sources),
        by=str(told.get("by", RULES)),
        at=node.at,
        degraded=None if degraded is None else str(degraded),
    )


def in_time(store: Store, namespace: str, ids: Sequence[str]) -> list[str]:
    """Return ids of interactions in order of time."""
    return [t.id for t in _ordered(store.interactions(namespace, ids))]


def _ordered(turns: Iterable[Interaction]) -> list[Interaction]:
    return sorted(turns, key=lambda t: (t.at or datetime.min.replace(tzinfo=UTC), t.arrival))


def groups(parts: Sequence[Part], *, origin: str, level: int = 1) -> Iterator[Group]:
    """Yield one level's groups, in order of time; a single one is the whole.

    Args:
        parts: sessions, or the groups of the level below.
        origin: the namespace's, which ids derive from.
        level: from 1.
    """
    ordered = sorted(parts, key=lambda p: (p.at or datetime.min.replace(tzinfo=UTC), p.id))
    runs = list(_runs(ordered))
    if len(runs) == 1:
        yield Group(overview_id(origin), level, tuple(ordered), whole=True)
        return
    for run in runs:
        yield Group(derive_id(origin, "Segment", "period", str(level), run[0].id), level, tuple(run), whole=False)


def _runs(parts: Sequence[Part]) -> Iterator[list[Part]]:
    run: list[Part] = []
    few = len(parts) <= USUAL
    for part in parts:
        run.append(part)
        ends = hashlib.sha256(part.id.encode()).digest()[0] % USUAL == 0
        if not few and len(run) > 1 and (ends or len(run) == MOST):
            yield run
            run = []
    if run:
        yield run


def summed(group: Group, turns: Sequence[Interaction], vectors: Callable[[Sequence[str]], Vectors]) -> Draft:
    """Return the draft of a group's summary.

    Args:
        group: what is summed up.
        turns: its parts' sources, as they were said; those forgotten meanwhile are missing.
        vectors: gives n x d float32, unit rows, of interactions by id.
    """
    ordered = _ordered(turns)
    rows = vectors([t.id for t in ordered])
    found = candidates(ordered, range(len(ordered)))
    most, words = (WHOLE_SENTENCES, WHOLE_WORDS) if group.whole else (GROUP_SENTENCES, GROUP_WORDS)
    picked = chosen([s for s, _ in found], rows[[place for _, place in found]], words=words, most=most) if found else ()
    said = {t.id: words_of(t.text) for t in ordered}
    shown = dict.fromkeys(s.interaction for s in picked)  # forgetting one of these takes the node along
    keywords = Vocabulary(said.values()).keywords((w for i in shown for w in said[i]), top_k=KEYWORDS)
    node = Node(
        id=group.id,
        label="Segment",
        name=caption(", ".join(keywords) or "memory"),
        text=joined(picked),
        attributes={
            "level": "memory" if group.whole else "period",
            "height": group.level,
            "parts": len(group.parts),
            "mark": group.mark,
            "keywords": list(keywords),
        },
        at=min((p.at for p in group.parts if p.at is not None), default=None),
        vector=middle(rows),
    )
    texts = tuple(f"{t.speaker}: {t.text}" if t.speaker else t.text for t in ordered)
    material = Material(about="memory", texts=texts, words=words)
    return drafted(node, picked=[s.interaction for s in picked], material=material, sources=[t.id for t in ordered])


def unchanged(group: Group, known: Mapping[str, Node]) -> bool:
    """Whether a group stands summed up as it is now."""
    node = known.get(group.id)
    return node is not None and node.expired_at is None and node.attributes.get("mark") == group.mark
