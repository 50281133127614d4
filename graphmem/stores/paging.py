"""Small decisions about reading that every store shares: where a page of a change log ends, what two filters allow."""

from collections.abc import Sequence

__all__ = ["one_of", "page_end"]


def one_of(value: str | None, values: Sequence[str] | None) -> list[str] | None:
    """Return what both filters let through, each once; None lets everything through.

    >>> one_of("a", ["b", "a"]), one_of(None, ["b", "b"]), one_of("a", None), one_of("a", ["b"]), one_of(None, None)
    (['a'], ['b'], ['a'], [], None)
    """
    if values is None:
        return None if value is None else [value]
    return [v for v in dict.fromkeys(values) if value is None or v == value]


def page_end(seqs: Sequence[int], *, limit: int, last: int) -> int:
    """Return the seq a page ends with: whole transactions, about `limit` rows, at least one transaction.

    Args:
        seqs: of the next rows, any order; where more than `limit` follow, at least `limit` + 1 of them.
        limit: rows a page should not exceed.
        last: the log's last seq, where everything fits.
    """
    ordered = sorted(seqs)
    if len(ordered) <= limit:
        return last
    return max(ordered[limit] - 1, ordered[0])
