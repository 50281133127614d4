"""Notes on interactions: keywords, tags, the context they stand in, and links to earlier ones that belong with them.

A-MEM's notes (arXiv 2502.12110) without a language model. When later talk changes a note, a new version takes its
place and the old one is retired; the interaction, and its neighbours' notes, are never rewritten.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphmem.identity import derive_id
from graphmem.learn.association import associated
from graphmem.learn.keywords import Vocabulary, words_of
from graphmem.learn.rows import caption
from graphmem.learn.tags import tags_of
from graphmem.model import EntityKind, Interaction
from graphmem.rows import Link, Node, Vectors

__all__ = ["NEAREST", "Context", "note", "notes_due", "related"]

#: Earlier interactions that are compared with one: MemGAS' 30.
NEAREST = 30
KEYWORDS = 5
#: Tags of a note: those that a chat model gave the segment come first.
TAGS = 5
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class Context:
    """What an interaction stands in: its segment in words ("" unknown), a model's tags of it, and whose words they are.

    `sources` are ids of the interactions that the words and tags are from.
    """

    text: str = ""
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def note(
    turn: Interaction, *, words: Vocabulary, context: Context, kinds: Iterable[EntityKind] = (), origin: str
) -> tuple[Node, list[Link]]:
    """Return the note on an interaction with its DESCRIBES link and a DERIVED_FROM link to each source of its context.

    Forgetting any of these takes the note along, for it holds their words. Its id changes with what it says.

    Args:
        turn: what it is on.
        words: of the session, a text a turn.
        context: what the segment is about.
        kinds: of the entities that the turn names.
        origin: the namespace's, which ids derive from.
    """
    keywords = words.keywords(words_of(turn.text), top_k=KEYWORDS)
    tags = tuple(dict.fromkeys((*context.tags, *tags_of(turn.text, kinds=kinds))))[:TAGS]
    id_ = derive_id(origin, "Annotation", turn.id, context.text, *keywords, "#", *tags)
    node = Node(
        id=id_,
        label="Annotation",
        name=caption(", ".join(keywords) or context.text or turn.text),
        text=context.text,
        attributes={"interaction": turn.id, "keywords": list(keywords), "tags": list(tags)},
        at=turn.at,
    )
    from_others = [Link(type="DERIVED_FROM", source=id_, target=s) for s in context.sources if s != turn.id]
    return node, [Link(type="DESCRIBES", source=id_, target=turn.id), *from_others]


def notes_due(ids: Sequence[str], notes: Mapping[str, Node], contexts: Mapping[str, Context]) -> bool:
    """Return whether a session's notes are to be written: one is missing, has no tags yet, or stands elsewhere now.

    Args:
        ids: of the session's interactions.
        notes: standing ones by interaction.
        contexts: of each interaction, as of now.
    """
    return any(
        known is None or "tags" not in known.attributes or known.text != contexts[i].text
        for i, known in ((i, notes.get(i)) for i in ids)
    )


def related(
    rows: Sequence[int], vectors: Vectors, order: npt.NDArray[np.int64]
) -> Iterator[tuple[int, list[tuple[int, float]]]]:
    """Yield each row with the earlier rows that belong with it, nearest first, and their cosines.

    Args:
        rows: which rows of `vectors` are asked for.
        vectors: n x d float32, unit rows; zero rows have no neighbours and are nobody's.
        order: n, the place of each row in time: only earlier ones are linked.
    """
    known = np.linalg.norm(vectors, axis=1) > 0
    asked = np.asarray([r for r in rows if known[r]], dtype=np.int64)
    for start in range(0, len(asked), _BLOCK):
        part = asked[start : start + _BLOCK]
        cosines = vectors[part] @ vectors.T
        cosines[:, ~known] = -1.0
        cosines[order[None, :] >= order[part][:, None]] = -1.0
        for row, values in zip(part.tolist(), cosines, strict=True):
            count = min(NEAREST, int((values > -1).sum()))
            best = np.argpartition(-values, count - 1)[:count] if count else np.zeros(0, dtype=np.int64)
            best = best[np.lexsort((best, -values[best]))]
            chosen = associated([float(values[b]) for b in best])
            yield row, [(int(best[n]), float(values[best[n]])) for n in chosen]
