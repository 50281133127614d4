"""What kind of task a text is: the text with its names taken out."""

from graphmem.text.names import spans

__all__ = ["without_names"]

#: Stands for a name: a word that encoders know as a placeholder.
_PLACEHOLDER = "X"


def without_names(text: str) -> str:
    """Return the text with every capitalised name replaced by `X`.

    Two tasks are of one kind when they read alike without their names: on 2WikiMultihopQA's questions the five
    nearest by this text are of the same type in 97.5 % of cases, by the text itself in 78.4 % (docs/learning.md).

    >>> without_names("Where was the director of Blue Harbour born?")
    'Where was the director of X born?'
    """
    told = text
    for span in sorted(spans(text), key=lambda s: -s.start):
        told = told[: span.start] + _PLACEHOLDER + told[span.end :]
    return told
