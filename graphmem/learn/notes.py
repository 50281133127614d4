"""Notes on interactions: keywords, the context they stand in, and links to earlier ones that belong with them.

A-MEM's notes (arXiv 2502.12110) without a language model. When later talk changes a note, a new version takes its
place and the old one is retired; the interaction, and its neighbours' notes, are never rewritten.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from graphmem.identity import derive_id
from graphmem.learn.association import associated
from graphmem.learn.keywords import Vocabulary, words_of
from graphmem.learn.rows import caption
from graphmem.model import Interaction
from graphmem.rows import Link, Node, Vectors

__all__ = ["NEAREST", "note", "related"]

#: Earlier interactions that are compared with one: MemGAS' 30.
NEAREST = 30
KEYWORDS = 5
_BLOCK = 256


def note(
    turn: Interaction, *, words: Vocabulary, context: str, sources: Sequence[str], origin: str
) -> tuple[Node, list[Link]]:
    """Return the note on an interaction with its DESCRIBES link and a DERIVED_FROM link to each source of its context.

    Forgetting any of these takes the note along, for it holds their words. Its id changes with what it says.

    Args:
        turn: what it is on.
        words: of the session, a text a turn.
        context: what the segment is about, in words; "" where nothing is known.
        sources: ids of the interactions that the context's words are from.
        origin: the namespace's, which ids derive from.
    """
    keywords = words.keywords(words_of(turn.text), top_k=KEYWORDS)
    id_ = derive_id(origin, "Annotation", turn.id, context, *keywords)
    node = Node(
        id=id_,
        label="Annotation",
        name=caption(", ".join(keywords) or context or turn.text),
        text=context,
        attributes={"interaction": turn.id, "keywords": list(keywords)},
        at=turn.at,
    )
    from_others = [Link(type="DERIVED_FROM", source=id_, target=s) for s in sources if s != turn.id]
    return node, [Link(type="DESCRIBES", source=id_, target=turn.id), *from_others]


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
