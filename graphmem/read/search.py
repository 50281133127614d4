"""From a question to an ordered list of interactions: filter, choose, score, and merge turns with passages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from graphmem.model import RecallOptions
from graphmem.read.addressing import addressed
from graphmem.read.candidates import Allowed, allowed, best_of, passage_pool, turn_pool
from graphmem.read.columns import Flags, Floats
from graphmem.read.heard import Heard
from graphmem.read.index import Index
from graphmem.read.postings import Postings, idf
from graphmem.read.rank import PassageRecipe, Ranking, Scored, TurnRecipe, score
from graphmem.read.rows import KINDS
from graphmem.read.scene import PassagePool, PassageScene, PassageWords, Scene, TurnPool, TurnScene, TurnWords
from graphmem.read.signals import PASSAGE_SIGNALS, TURN_SIGNALS
from graphmem.read.understand import Question
from graphmem.read.vectors import ABSENT

__all__ = ["Candidate", "Cut", "Found", "Link", "search", "term_weight"]


#: The part of a score that its kind has for what is closest to the question in it, where kinds are merged.
KIND = "kind"
#: The part of a score that puts what was not on the shortlist behind what was, and by how much at least.
BEHIND = "not_shortlisted"
_STEP = 1e-3
_STEP_KIND = KINDS.index("step")


@dataclass(frozen=True, slots=True)
class Link:
    """That a passage was reached from row `first` through the entity of this key."""

    first: int
    entity: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An interaction that may be a hit.

    Args:
        scene: the question before the rows of its family; `row` is its row there.
        score: its recipe's score.
        values, parts: its signals as they entered the score, and times their weights.
        yardstick: .5 share of the question's idf mass it holds + .5 cosine: comparable between kinds.
        link: how the graph led to it, None where it didn't.
    """

    scene: Scene
    row: int
    score: float
    values: Mapping[str, float]
    parts: Mapping[str, float]
    yardstick: float
    link: Link | None = None

    @property
    def id(self) -> str:
        """The interaction's id."""
        return self.scene.rows.ids[self.row]

    @property
    def namespace(self) -> str:
        """Whose it is."""
        return self.scene.index.namespace


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: candidates, best first; undated interactions left out; the filters, by namespace.

    `routed` are those asked for by id that are not among the candidates, best first.
    """

    candidates: tuple[Candidate, ...] = ()
    undated: int = 0
    allowed: Mapping[str, tuple[Allowed, Allowed]] = field(default_factory=dict)
    routed: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Cut:
    """How many of the best are wanted, and which interactions besides, wherever they rank."""

    top: int
    also: frozenset[str] = frozenset()

    def less(self, count: int) -> "Cut":
        """Return what is still wanted when so many were found."""
        return replace(self, top=max(0, self.top - count))

    def places(self, pool: TurnPool | PassagePool, values: Floats) -> list[int]:
        """Return the places in the pool of what is wanted, best first."""
        best: list[int] = best_of(values, top=self.top).tolist() if self.top else []
        if not self.also:
            return best
        besides = set(pool.places(self.also)) - set(best)
        return best + sorted(besides, key=lambda place: (-values[place], place))

    def found(self, ranked: Sequence[Candidate], undated: int, filters: Mapping[str, tuple[Allowed, Allowed]]) -> Found:
        """Return what is wanted of a whole list, best first."""
        routed = tuple(c for c in ranked[self.top :] if c.id in self.also)
        return Found(tuple(ranked[: self.top]), undated, filters, routed)


_Kind = tuple[Sequence[Scene], list[Candidate]]


def search(
    question: Question,
    *,
    vector: Floats | None,
    indexes: Sequence[Index],
    options: RecallOptions,
    ranking: Ranking,
    cut: Cut,
    upto: Mapping[str, int] | None = None,
    heard: Heard | None = None,
) -> Found:
    """Return the interactions that bear most on the question; `upto` names the last arrival by namespace.

    What the cut wants besides the best is scored with them, as far as it passes the filters, and told apart. Turns are
    compared with what is `heard`; None is `vector`, and no tokens.

    Messages, steps and passages are ranked by their own recipes. Where several are found, the lists are merged, each
    in its own order. A ranking whose scores are logits says what the best cosine of a kind adds to the scores of that
    kind: which kind holds something close to the question tells more than any score over one kind's candidates.
    Without that, or without vectors, a yardstick that means the same for all decides: the r-th of a list carries the
    r-th best yardstick of that list (a passage that the graph found holds few of the question's words).
    """
    filters = {}
    for index in indexes:
        last = upto[index.namespace] if upto is not None else None
        hidden = frozenset() if options.include_superseded or options.known_at is not None else index.revised
        one, other = (
            allowed(rows, options, upto=last, hidden=hidden) for rows in (index.turns.rows, index.passages.rows)
        )
        filters[index.namespace] = (one, other)
    passage_words = PassageWords(indexes, question)
    passages: list[PassageScene] = []
    for place, index in enumerate(indexes):
        mask = filters[index.namespace][1].mask
        passages.append(PassageScene(index, question, vector=vector, mask=mask, words=passage_words, place=place))
    heard = heard or Heard(vector)
    turns = _scenes_of_turns(question, heard, indexes, [one.mask for one, _ in filters.values()])
    kinds: list[_Kind] = [*_kinds_of_turns(turns, ranking, question, cut=cut)]
    kinds.append((passages, _passages(passages, ranking.passages, cut=cut)))
    found = [(scenes, ranked) for scenes, ranked in kinds if ranked]
    undated = sum(one.undated + other.undated for one, other in filters.values())
    if len(found) > 1 and ranking.merge and heard.vector is not None:
        closest = [(ranked, _closest(scenes, question=vector)) for scenes, ranked in found]
        moved = [_moved(c, ranking.merge * by) for ranked, by in closest for c in ranked]
        return cut.found(sorted(moved, key=lambda c: -c.score), undated, filters)
    return cut.found(_merged([ranked for _, ranked in found]), undated, filters)


def _scenes_of_turns(
    question: Question, heard: Heard, indexes: Sequence[Index], masks: Sequence[Flags]
) -> list[TurnScene]:
    words = TurnWords(indexes, question)
    return [
        TurnScene(index, question, vector=heard.vector, mask=mask, words=words, place=place, tokens=heard.tokens)
        for place, (index, mask) in enumerate(zip(indexes, masks, strict=True))
    ]


def _kinds_of_turns(scenes: Sequence[TurnScene], ranking: Ranking, question: Question, *, cut: Cut) -> Iterator[_Kind]:
    """Yield messages and steps, each ranked by its recipe; both as one where the ranking has none for steps."""
    are_steps = [scene.rows.kind.view == _STEP_KIND for scene in scenes]
    recipe = addressed(ranking.turns, question)
    if ranking.steps is None or not any(flags.any() for flags in are_steps):
        yield scenes, _turns(scenes, recipe, cut=cut)
        return
    for flags, chosen in ((False, recipe), (True, addressed(ranking.steps, question))):
        part = [scene.only(steps == flags) for scene, steps in zip(scenes, are_steps, strict=True)]
        yield part, _turns(part, chosen, cut=cut)


def _closest(scenes: Sequence[Scene], *, question: Floats | None) -> float:
    """Return the best cosine with the question among the rows that pass the filters, 0 where none has a vector.

    Kinds compete by the whole question's vector where there is one, so that what is compared is the same for all.
    """
    best = max(_before(scene, question).closest for scene in scenes)
    return best if best != ABSENT else 0.0


def _before(scene: Scene, vector: Floats | None) -> Scene:
    if vector is None or scene.vector is vector or not isinstance(scene, TurnScene):
        return scene
    return TurnScene(scene.index, scene.question, vector=vector, mask=scene.mask, words=scene.words, place=scene.place)


def _moved(candidate: Candidate, by: float) -> Candidate:
    return replace(candidate, score=candidate.score + by, parts={**candidate.parts, KIND: by})


def _turns(scenes: Sequence[TurnScene], recipe: TurnRecipe, *, cut: Cut) -> list[Candidate]:
    pool = turn_pool(scenes, recipe, top_k=cut.top, also=cut.also)
    if not len(pool):
        return []
    lead = score(pool, recipe.lead, signals=TURN_SIGNALS)
    pool = TurnPool(pool.parts, lead=lead.total)
    scored = score(pool, recipe.terms, signals=TURN_SIGNALS, constant=recipe.constant)
    if not 0 < recipe.shortlist < len(pool):
        return _best(pool, scored, cut=cut)
    chosen = _chosen(lead.total, top=recipe.shortlist)
    listed = _best(TurnPool(pool.kept(chosen)), scored.of(chosen), cut=cut)
    return listed + _behind(TurnPool(pool.kept(~chosen)), lead.of(~chosen), listed=listed, cut=cut)


def _passages(scenes: Sequence[PassageScene], recipe: PassageRecipe, *, cut: Cut) -> list[Candidate]:
    everything = passage_pool(scenes)
    if not len(everything):
        return []
    lead = score(everything, recipe.lead, signals=PASSAGE_SIGNALS)
    pool = PassagePool(everything.parts, lead=lead.total)
    by_first, by_lead = recipe.shortlist
    if not recipe.first:
        return _scored_passages(pool, recipe, cut=cut)
    first = score(pool, recipe.first, signals=PASSAGE_SIGNALS)
    if not 0 < by_first < len(pool):
        return _scored_passages(PassagePool(pool.parts, lead.total, first.total, walked=pool), recipe, cut=cut)
    chosen = _chosen(first.total, top=by_first) | _chosen(lead.total, top=by_lead)
    short = PassagePool(pool.kept(chosen), lead.total[chosen], first.total[chosen], walked=pool)
    listed = _scored_passages(short, recipe, cut=cut)
    return listed + _behind(PassagePool(pool.kept(~chosen)), first.of(~chosen), listed=listed, cut=cut)


def _scored_passages(pool: PassagePool, recipe: PassageRecipe, *, cut: Cut) -> list[Candidate]:
    scored = score(pool, recipe.terms, signals=PASSAGE_SIGNALS, constant=recipe.constant)
    link = _link_of(pool) if "one_link" in scored.values else None
    return _best(pool, scored, cut=cut, link=link)


def _chosen(values: Floats, *, top: int) -> Flags:
    chosen: Flags = np.zeros(len(values), dtype=np.bool_)
    chosen[best_of(values, top=top)] = True
    return chosen


def _behind(pool: TurnPool | PassagePool, scored: Scored, *, listed: Sequence[Candidate], cut: Cut) -> list[Candidate]:
    """Return what follows those listed, in its own order, all of it a little below the last of them."""
    left = cut.less(len(listed))
    if not (left.top or left.also) or not len(pool):
        return []
    shift = listed[-1].score - _STEP - float(scored.total.max())
    return _best(pool, scored.moved(shift, BEHIND), cut=left)


def _link_of(pool: PassagePool) -> Callable[[Scene, int], Link | None]:
    links = {id(part.scene): found for part, found in zip(pool.parts, pool.links, strict=True)}

    def link(scene: Scene, row: int) -> Link | None:
        found = links[id(scene)]
        place = int(np.searchsorted(found.rows, row))
        if place == len(found.rows) or found.rows[place] != row:
            return None
        entity = scene.index.passages.library.entity_key(int(found.via_entities[place]))
        return Link(int(found.via_rows[place]), entity)

    return link


def _best(
    pool: TurnPool | PassagePool,
    scored: Scored,
    *,
    cut: Cut,
    link: Callable[[Scene, int], Link | None] | None = None,
) -> list[Candidate]:
    found: list[Candidate] = []
    for place in cut.places(pool, scored.total):
        scene, row = pool.owner(place)
        values = {signal: float(value[place]) for signal, value in scored.values.items()}
        found.append(
            Candidate(
                scene=scene,
                row=row,
                score=float(scored.total[place]),
                values=values,
                parts={signal: scored.weights[signal] * value for signal, value in values.items()},
                yardstick=_yardstick(scene, row),
                link=link(scene, row) if link else None,
            )
        )
    return found


def _yardstick(scene: Scene, row: int) -> float:
    cosine = float(scene.dense_of(np.array([row], dtype=np.int32))[0])
    return 0.5 * float(scene.coverage[row]) + 0.5 * (max(0.0, cosine) if cosine != ABSENT else 0.0)


def _merged(lists: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    if len(lists) < 2:
        return [candidate for ranked in lists for candidate in ranked]
    placed: list[tuple[float, int, int, Candidate]] = []
    for kind, ranked in enumerate(lists):
        measures = sorted((candidate.yardstick for candidate in ranked), reverse=True)
        placed += [(-measure, kind, rank, c) for rank, (measure, c) in enumerate(zip(measures, ranked, strict=True))]
    return [candidate for *_, candidate in sorted(placed, key=lambda p: p[:3])]


def term_weight(index: Index, term: str) -> float:
    """Return the idf of a term among the namespace's turns, or among its passages where there are no turns."""
    postings: Postings = index.turns.words if index.turns.words.n_docs else index.passages.words
    return idf(postings.n_docs, len(postings.term(term).rows)) if postings.n_docs else 1.0
