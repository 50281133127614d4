"""Step 2 of writing: which dated facts may date "two days after the interview". One lookup, where a text needs one."""

from collections.abc import Mapping, Sequence

from graphmem.identity import entity_id
from graphmem.model import Fact, Interaction
from graphmem.ports import Extraction, Store
from graphmem.text.anchoring import anchors_of
from graphmem.write.facts import batch_of

__all__ = ["dated_facts"]

#: Facts read about whom such texts are about, the latest said first.
_MOST = 1_000


def dated_facts(
    store: Store,
    namespace: str,
    origin: str,
    interactions: Sequence[Interaction],
    extractions: Sequence[Extraction],
) -> Mapping[int, tuple[Fact, ...]]:
    """Return, by place of the interactions whose texts hang times on something, the dated facts about their subjects.

    Facts that were just drawn from these interactions count like stored ones.
    """
    hung = [n for n, i in enumerate(interactions) if anchors_of(i.text, said=i.at)]
    if not hung:
        return {}
    about = {n: {entity_id(origin, t.subject) for t in extractions[n].triples} for n in hung}
    every = sorted(set().union(*about.values()))
    stored = store.facts(namespace, subjects=every, expired=True, top_k=_MOST) if every else []
    told = batch_of(origin, zip(interactions, extractions, strict=True)).facts
    dated = {f.id: f for f in (*told, *stored) if f.valid_at is not None}
    return {n: tuple(f for f in dated.values() if f.subject_id in about[n]) for n in hung}
