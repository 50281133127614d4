"""A function as the one who answers a query: its result closes it as a success, its error as a failure."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from graphmem.errors import InvalidInput
from graphmem.learn.nouns import Outcome
from graphmem.learn.queries import Query

__all__ = ["answered", "text_of"]


@contextmanager
def answered(query: Query) -> Iterator[Callable[[object], object]]:
    """Close the query by what the block does; it is handed what takes the answer, and returns it, before it ends.

    A block that closed the query itself is left alone; an error goes on.
    """
    answer: list[object] = []

    def tell(value: object) -> object:
        answer.append(value)
        return value

    try:
        yield tell
    except BaseException:
        _close(query, outcome="failure", answer=None)
        raise
    _close(query, outcome="success", answer=answer[0] if answer else None)


def text_of(args: Sequence[object]) -> str:
    """Return the first text among a call's positional arguments. InvalidInput: there is none."""
    text = next((a for a in args if isinstance(a, str)), None)
    if text is None:
        raise InvalidInput("a function that answers queries takes the query's text as its first positional argument")
    return text


def _close(query: Query, *, outcome: Outcome, answer: object) -> None:
    if query.is_open:
        query.close(outcome=outcome, answer=answer if isinstance(answer, str) and answer.strip() else None)
