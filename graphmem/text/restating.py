"""A correction without a verb of its own ("it's Porto, not Lisbon") said in full: the sentence it sets right. Pure."""

import re
from collections.abc import Sequence

__all__ = ["restated"]

_SMALL = r"(?:(?:in|at|to|with|for|on|the|a|an)\s+)*"
_PAIR = re.compile(
    r"\b(?:it's|it is|it was|that's|that is|that was|i meant|i mean|make that|should be|should say)\s+"
    rf"{_SMALL}(?P<new>[^,.;:!?\n]{{1,60}}?),?\s+(?:and\s+)?(?:not|instead of|rather than)\s+"
    rf"{_SMALL}(?P<old>[^,.;:!?\n]{{1,60}})",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


def restated(text: str, before: Sequence[str]) -> tuple[int, str] | None:
    """Return which earlier text is set right, and its sentence as it should have been; None where nothing is.

    Args:
        text: what was said now.
        before: what the same speaker said before, oldest first; the last that holds the wrong word counts.

    >>> restated("Sorry, it's Porto, not Lisbon.", ["I moved to Lisbon in May. It rains."])
    (0, 'I moved to Porto in May.')
    """
    match = _PAIR.search(text.replace("’", "'"))
    if match is None:
        return None
    wrong = re.compile(rf"(?<!\w){re.escape(match['old'].strip())}(?!\w)", re.IGNORECASE)
    for place in range(len(before) - 1, -1, -1):
        for sentence in _SENTENCE.findall(before[place]):
            if wrong.search(sentence):
                return place, match["new"].strip().join(wrong.split(sentence.strip()))
    return None
