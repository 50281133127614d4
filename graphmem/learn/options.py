"""The constants of learning, in one named object: what a caller may set, and what measured or published values are."""

from dataclasses import dataclass

from graphmem.arguments import checked_fields
from graphmem.errors import InvalidInput

__all__ = ["LearningOptions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningOptions:
    """How queries are linked, credited and learnt from.

    Args:
        link_cosine: queries at least so similar are linked by SIMILAR_TO; G-Memory's .7, as a true cosine.
        links: at most so many such links a query.
        near_cosine: queries at least so similar count as evidence and are offered as examples.
        near: at most so many similar queries are looked at, besides those one link further.
        reward: credit of an insight that a query used and that succeeded.
        penalty: credit of one that failed (< 0). G-Memory: +1 and -2.
        most_credit: credit grows no further: what worked for long must still be able to prove wrong in a few tries.
        half_life: after so many later queries of the same kind, a query counts half as an example; None never forgets.
        change: chance that what is right for a kind of query is another thing from one query to the next; 0: never.
        contrast: draw insights from what separates success from failure.
        recall_counts: each recall is a use of all it brings, at a transaction each; off, only what a query or feedback
            says was of use counts.
        use_insights: offer insights (off for ablations).
        use_traces: offer similar queries (off for ablations).
    """

    link_cosine: float = 0.7
    links: int = 10
    near_cosine: float = 0.6
    near: int = 40
    reward: float = 1.0
    penalty: float = -2.0
    most_credit: float = 5.0
    half_life: float | None = 8.0
    change: float = 0.02
    contrast: bool = True
    recall_counts: bool = False
    use_insights: bool = True
    use_traces: bool = True

    def __post_init__(self) -> None:
        checked_fields(self)
        if not (0 <= self.near_cosine <= 1 and 0 <= self.link_cosine <= 1):
            raise InvalidInput("link_cosine and near_cosine are cosines from 0 to 1")
        if self.links < 0 or self.near < 1:
            raise InvalidInput("links is at least 0 and near at least 1")
        if self.half_life is not None and self.half_life <= 0:
            raise InvalidInput("half_life is a number of queries above 0, or None")
        if not 0 <= self.change < 1:
            raise InvalidInput("change is a chance, from 0 to less than 1")
