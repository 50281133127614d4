"""Where a page of a change log ends."""

from collections.abc import Sequence

__all__ = ["page_end"]


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
