"""One link on: from the best first hits through an entity to passages that hold what the question still lacks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from graphmem.read.columns import Flags, Floats, Ints, at_least
from graphmem.read.incidence import ABOUT, Incidence

__all__ = ["MOST_MENTIONS", "OneLink", "QuestionNames", "TermHits", "best", "follow", "within"]

#: Entities that more passages mention are no bridge. Flat between 50 and 1,000 on 2,000 to 6,000 passages.
MOST_MENTIONS = 50
#: What a link is worth before it holds any word of the question, and when the target is about the entity.
BASE, ABOUT_BONUS = 0.3, 0.6


@dataclass(frozen=True, slots=True)
class TermHits:
    """Where the question's terms stand.

    Args:
        idf: k float32, weight of each known term of the question.
        total: sum of all weights, unknown words included; > 0 unless there are no terms.
        rows: k arrays of int32, ascending: the rows that hold each term.
    """

    idf: Floats
    total: float
    rows: Sequence[Ints]


@dataclass(frozen=True, slots=True)
class QuestionNames:
    """The names a question holds.

    Args:
        rows: k int32, ascending: passages whose title is named.
        scores: k float32 in (0, 1]: alias weight / number of passages with that alias, the largest a passage.
        entities: m int32, ascending: entities named.
        words: the question's tokens.
    """

    rows: Ints
    scores: Floats
    entities: Ints
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class OneLink:
    """Passages one link on, and the path to each.

    Args:
        rows: k int32, ascending.
        values: k float32, > 0, at most .3 + 1 + .6.
        via_rows: k int32, the first hit each was reached from.
        via_entities: k int32, the entity it was reached through.
    """

    rows: Ints
    values: Floats
    via_rows: Ints
    via_entities: Ints


@dataclass(frozen=True, slots=True)
class _Steps:
    """All ways from first hits through entities to targets, flat."""

    first: Ints
    entity: Ints
    target: Ints
    strength: Floats
    about: Flags


def best(scores: Floats, *, allowed: Flags, top: int) -> Ints:
    """Return the (at most `top`) indices with the largest positive score among those allowed, ties by index."""
    found = np.flatnonzero(allowed & (scores > 0))
    found = found[scores[found] >= at_least(scores[found], top=top)]
    return found[np.lexsort((found, -scores[found]))][:top].astype(np.int32)


def follow(
    table: Incidence,
    *,
    scores: Floats,
    allowed: Flags,
    rows: Ints,
    question: QuestionNames,
    terms: TermHits,
    key_of: Callable[[int], str],
    count: int,
    top: int,
) -> OneLink:
    """Score the passages one link on from the `top` best.

    F[t] = max over first hits p and entities e of h(p) ln(1 + N/df_e) / ln(1 + N) (.3 + c + .6 [t is about e]), where
    c is the share, by idf, of the question's terms that t has and p lacks.

    Args:
        table: mentions.
        scores: n float32, first-hit score of each passage.
        allowed: n bool, passages that may be first hits and targets.
        rows: n int32, row of each passage.
        question: its names; entities all of whose words it holds lead nowhere new.
        terms: where its terms stand.
        key_of: an entity's key.
        count: N, number of passages.
        top: first hits to start from.
    """
    firsts = best(scores, allowed=allowed, top=top)
    steps = _steps(table, firsts, scores=scores, allowed=allowed, question=question, key_of=key_of, count=count)
    gain = _coverage(firsts, steps, rows=rows, terms=terms)
    bonus = np.float32(ABOUT_BONUS) * steps.about.astype(np.float32)
    value = steps.strength * (np.float32(BASE) + gain + bonus)
    order = np.lexsort((-value, rows[steps.target]))
    target = rows[steps.target[order]]
    order = order[np.flatnonzero(np.diff(target, prepend=-1))]
    return OneLink(rows[steps.target[order]], value[order], rows[firsts[steps.first[order]]], steps.entity[order])


def _steps(
    table: Incidence,
    firsts: Ints,
    *,
    scores: Floats,
    allowed: Flags,
    question: QuestionNames,
    key_of: Callable[[int], str],
    count: int,
) -> _Steps:
    bridges = [_bridges(table, int(first), question=question, key_of=key_of) for first in firsts]
    entities = np.concatenate([np.zeros(0, dtype=np.int32), *bridges])
    first_of = np.repeat(np.arange(len(firsts), dtype=np.int32), [len(of_one) for of_one in bridges])
    leads = scores[firsts] / (scores[firsts[0]] if len(firsts) else np.float32(1))
    strength = leads[first_of] * np.log1p(count / table.df[entities]) / np.log1p(count)
    places, bridge = table.of_entities(entities.tolist())
    target = table.passage[places]
    kept = allowed[target] & (target != firsts[first_of[bridge]])
    places, bridge = places[kept], bridge[kept]
    about = (table.marks[places] & ABOUT) > 0
    return _Steps(first_of[bridge], entities[bridge], target[kept], strength[bridge].astype(np.float32), about)


def _bridges(table: Incidence, first: int, *, question: QuestionNames, key_of: Callable[[int], str]) -> Ints:
    """Return the entities of a first hit that lead on, ascending."""
    entities = np.sort(table.entity[table.of_passage(first)])
    df = table.df[entities]
    entities = entities[(df >= 2) & (df <= MOST_MENTIONS)]
    new = [not question.words.issuperset(key_of(entity).split()) for entity in entities.tolist()]
    return entities[np.array(new, dtype=np.bool_)]


def _coverage(firsts: Ints, steps: _Steps, *, rows: Ints, terms: TermHits) -> Floats:
    """Share of the question's weight that each step's target holds and its first hit does not, in [0, 1]."""
    gain = np.zeros(len(steps.target), dtype=np.float32)
    if terms.total <= 0:
        return gain
    targets = rows[steps.target]
    for weight, holding in zip(terms.idf, terms.rows, strict=True):
        lacking = ~within(rows[firsts], holding)
        gain += weight * (lacking[steps.first] & within(targets, holding)) if len(firsts) else np.float32(0)
    return gain / np.float32(terms.total)


def within(rows: Ints, holding: Ints) -> Flags:
    """Tell which of these rows are among the ascending ones."""
    if not len(holding):
        return np.zeros(len(rows), dtype=np.bool_)
    at = np.searchsorted(holding, rows)
    at[at == len(holding)] = 0
    return np.asarray(holding[at] == rows)
