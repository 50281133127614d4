"""The ablations: the shipped ranking with some of it taken away, asked of the same memory."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from graphmem.read.rank import Ranking

__all__ = ["DESCRIPTIONS", "ablations"]

_PAGERANK = ("log_pagerank",)
#: Every signal that knows who or what is named: links through entities, titles, walks, and the speaker.
_ENTITIES = ("log_pagerank", "one_link", "title_in_question", "speaker")

#: What each ablation is, for people.
DESCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "no_pagerank": "the shipped ranking of that name, the best rule by hand that does without PageRank: the lead "
        "plus the link through an entity; `graphmem` against this is what PageRank is worth (turns have no PageRank: "
        "nothing changes)",
        "pagerank_dropped": "passages only: no PageRank, the other weights as they are, which loses their balance",
        "no_entities": "nothing that knows names: no PageRank, no link through an entity, no title found in the "
        "question, no speaker named in it",
        "no_rerank": "the order of the first stage alone: turns by words and vectors in their context, passages by "
        "words, vectors and titles named in the question, from which the graph is walked",
        "no_facts": "another memory that was told the same and drew no facts; no signal of the shipped ranking reads "
        "facts, so this shows that they cost the ranking nothing",
    }
)


def ablations(ranking: Ranking | None = None, *, passages: bool = False) -> dict[str, Ranking]:
    """Return rankings by the ablation's name, derived from a ranking.

    Args:
        ranking: the whole one; None is the default. Signals that it does not have are none to take away.
        passages: `pagerank_dropped` as well, which is about passages alone.
    """
    whole = Ranking.load(ranking)
    return {
        "no_pagerank": _lead_and_link(whole),
        **({"pagerank_dropped": _without(whole, _PAGERANK)} if passages else {}),
        "no_entities": _without(whole, _ENTITIES),
        "no_rerank": _first_stage(whole),
    }


def _without(ranking: Ranking, signals: tuple[str, ...]) -> Ranking:
    terms = (*ranking.turns.terms, *ranking.passages.lead, *ranking.passages.terms)
    had = {term.signal for term in terms}
    return ranking.without(*(s for s in signals if s in had))


def _lead_and_link(ranking: Ranking) -> Ranking:
    """The rule H + F of the passages report: the lead, and the one-link scorer with weight 1; turns as they are."""
    link = tuple(replace(t, weight=1.0) for t in ranking.passages.terms if t.signal == "one_link")
    passages = replace(ranking.passages, terms=(*ranking.passages.lead, *link))
    return replace(ranking, name=f"{ranking.name}, lead and link", passages=passages)


def _first_stage(ranking: Ranking) -> Ranking:
    turns = tuple(t for t in ranking.turns.terms if t.signal in ranking.turns.candidates)
    return replace(
        ranking,
        name=f"{ranking.name}, first stage",
        turns=replace(ranking.turns, terms=turns),
        passages=replace(ranking.passages, terms=ranking.passages.lead),
    )
