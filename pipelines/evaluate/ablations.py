"""The ablations: the shipped ranking with some of it taken away, asked of the same memory."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from graphmem.read.rank import Ranking

__all__ = ["DESCRIPTIONS", "ablations"]

_PAGERANK = ("log_pagerank",)
#: Every signal that knows who or what is named: links through entities, titles, walks, and the speaker.
_ENTITIES = (
    "log_pagerank",
    "one_link",
    "second_link",
    "shared_names",
    "title_in_question",
    "speaker",
    "other_speaker",
)
#: Groups of signals that turns and passages have.
_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "no_words": (
            "words_own",
            "words_context",
            "words_session",
            "passage_words",
            "passage_coverage",
            "pair_coverage",
        ),
        "no_vectors": ("dense", "dense_context", "dense_first_person", "passage_dense"),
    }
)
_PASSAGE_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"pagerank_dropped": _PAGERANK, "no_link": ("one_link", "second_link"), "no_named_titles": ("title_in_question",)}
)
#: Groups of the signals of turns.
_TURN_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "no_session": ("session_best", "session_mean", "words_session", "session_position"),
        "no_neighbours": ("answers_question", "near_own"),
        "no_speakers": ("speaker", "other_speaker"),
        "no_sentences": ("dense_first_person",),
        "no_style": (
            "turn_length",
            "first_person",
            "first_person_past",
            "proper_names",
            "when_time",
            "when_length",
        ),
        "no_categories": ("category_anchor", "category_family", "answer_type"),
        "no_dates": ("asked_time", "told_time", "newest", "asked_session"),
    }
)

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
        "hand": "the rule by hand, no weight of it fitted",
        "no_tokens": "the shipped ranking without token vectors, where `graphmem` compares them (`--rerank tokens`)",
        "graphmem_open": "the ranking fitted without data that may not be used commercially (LoCoMo)",
        "graphmem_cv": "each question by weights that never saw its fold (`--folds`): its conversation on LoCoMo, one "
        "of five parts of LongMemEval, one of two parts of a set of passages",
        "graphmem_other_sets": "weights that saw no question of the set (`--folds`): on LoCoMo those of LongMemEval "
        "alone, on LongMemEval those of LoCoMo alone",
        "no_session": "turns only, as the others of this kind: without what the rest of the session says",
        "no_neighbours": "without the turns next to it",
        "no_speakers": "without who speaks",
        "no_words": "without words: no BM25, no share of the question's words; candidates are those of vectors",
        "no_vectors": "without vectors: no cosine of anything; candidates are those of words",
        "no_link": "passages only: without the link through an entity, in the score and in what chooses the scored",
        "no_named_titles": "passages only: without titles found in the question",
        "no_sentences": "without first-person sentences",
        "no_style": "without how a turn is said",
        "no_categories": "without members of categories",
        "no_dates": "without times asked for and told",
        "no_facts": "another memory that was told the same and drew no facts; no signal of the shipped ranking reads "
        "facts, so this shows that they cost the ranking nothing",
    }
)


def ablations(ranking: Ranking | None = None, *, passages: bool = False) -> dict[str, Ranking]:
    """Return rankings by the ablation's name, derived from a ranking.

    Args:
        ranking: the whole one; None is the default. Signals that it does not have are none to take away.
        passages: the groups of passages' signals in place of those of turns.
    """
    whole = Ranking.load(ranking)
    groups = {**_GROUPS, **(_PASSAGE_GROUPS if passages else _TURN_GROUPS)}
    return {
        "hand": Ranking.load("hand"),
        "no_pagerank": _lead_and_link(whole),
        **{name: _without(whole, signals) for name, signals in groups.items()},
        "no_entities": _without(whole, _ENTITIES),
        "no_rerank": _first_stage(whole),
    }


def _without(ranking: Ranking, signals: tuple[str, ...]) -> Ranking:
    turns, passages = ranking.turns, ranking.passages
    terms = (*turns.lead, *turns.terms, *passages.lead, *passages.first, *passages.terms)
    had = {term.signal for term in terms}
    return ranking.without(*(s for s in signals if s in had))


def _lead_and_link(ranking: Ranking) -> Ranking:
    """The rule H + F of the passages report: the lead, and the one-link scorer with weight 1; turns as they are."""
    link = tuple(replace(t, weight=1.0, normalise="none") for t in ranking.passages.terms if t.signal == "one_link")
    terms = (*ranking.passages.lead, *link[:1])
    passages = replace(ranking.passages, first=(), shortlist=(0, 0), terms=terms, constant=0.0)
    return replace(ranking, name=f"{ranking.name}, lead and link", passages=passages)


def _first_stage(ranking: Ranking) -> Ranking:
    ordering = ranking.turns.lead or ranking.turns.terms
    turns = tuple(t for t in ordering if t.signal in ranking.turns.candidates)
    return replace(
        ranking,
        name=f"{ranking.name}, first stage",
        turns=replace(ranking.turns, lead=(), shortlist=0, terms=turns, constant=0.0),
        passages=replace(ranking.passages, first=(), shortlist=(0, 0), terms=ranking.passages.lead, constant=0.0),
    )
