"""How alike two names are written: character trigrams, one-letter edits and which of them mean nothing, initials."""

import math
from collections import Counter
from collections.abc import Sequence

__all__ = [
    "entropy",
    "initials_agree",
    "is_subsequence",
    "jaccard",
    "neutral_edit",
    "one_edit",
    "trigrams",
]

#: Letters that stand for one sound in many spellings of a name: Karl and Carl, Suzan and Susan, Kristina and Krystina.
_ONE_SOUND = tuple(map(frozenset, ("ck", "kq", "sz", "iy", "vw")))
#: Letters that are often written and rarely heard: Sara(h), Clark(e), Jo(h)n.
_MUTE = frozenset("he")


def trigrams(key: str) -> frozenset[str]:
    """Return the character trigrams of a name key, spaces left out; the key itself where it is shorter than three.

    >>> sorted(trigrams("ada b"))
    ['ada', 'dab']
    """
    plain = key.replace(" ", "")
    return frozenset(plain[i : i + 3] for i in range(max(1, len(plain) - 2)))


def jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    """Return |first ∩ second| / |first ∪ second|, 0 to 1; 1 for two empty sets."""
    together = len(first & second)
    either = len(first) + len(second) - together
    return together / either if either else 1.0


def entropy(key: str) -> float:
    """Return the Shannon entropy of a key's characters in bits per character, spaces left out; 0 where there are none.

    Low for names that say little ("aa", "www"), which look alike by accident.
    """
    counts = Counter(key.replace(" ", ""))
    total = sum(counts.values())
    return -sum(n / total * math.log2(n / total) for n in counts.values()) if total else 0.0


def one_edit(first: str, second: str) -> tuple[int, str, str] | None:
    """Return the single edit between two strings, or None where they are equal or more than one edit apart.

    An edit is one letter put in, left out or changed, or two neighbours swapped (optimal string alignment).

    Returns: where it is (an index that holds in both strings), what stands there in the first, and what in the
        second: "" and "h" for a letter put in, "ie" and "ei" for a swap.

    >>> one_edit("jon", "john")
    (2, '', 'h')
    """
    if first == second or abs(len(first) - len(second)) > 1:
        return None
    at = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
    rest, other = first[at:], second[at:]
    if rest[1:] == other[1:]:
        return at, rest[:1], other[:1]
    if rest[1:] == other:
        return at, rest[:1], ""
    if rest == other[1:]:
        return at, "", other[:1]
    if rest[2:] == other[2:] and rest[:2] == other[1::-1]:
        return at, rest[:2], other[:2]
    return None


def neutral_edit(first: str, second: str) -> bool:
    """Tell whether two strings differ by one edit that leaves a name's sound alone.

    A letter doubled, a mute h or e after a letter, two letters of one sound, two neighbours swapped; never the first
    letter of a word but for c and k. So Philip is Phillip and Sara is Sarah, but Maria is not Marie.

    >>> [neutral_edit("jon", "john"), neutral_edit("maria", "marie"), neutral_edit("world war", "world wars")]
    [True, False, False]
    """
    edit = one_edit(first, second)
    if edit is None:
        return False
    at, old, new = edit
    starts = at == 0 or first[at - 1] == " "
    if len(old) == len(new) == 1:
        return frozenset(old + new) in _ONE_SOUND and (not starts or frozenset(old + new) == frozenset("ck"))
    if starts:
        return False
    if len(old) == 2:
        return " " not in old
    letter = old or new
    return letter in _MUTE or letter == first[at - 1]


def initials_agree(first: Sequence[str], second: Sequence[str]) -> int:
    """Return how many words of two equally long names are an initial in one and spelled out in the other.

    0 where any word disagrees, the last words differ, or none is an initial.

    >>> initials_agree(["j", "r", "tolkien"], ["john", "ronald", "tolkien"])
    2
    """
    if len(first) != len(second) or len(first) < 2 or first[-1] != second[-1]:
        return 0
    count = 0
    for a, b in zip(first, second, strict=True):
        if a == b:
            continue
        if min(len(a), len(b)) > 1 or a[0] != b[0]:
            return 0
        count += 1
    return count


def is_subsequence(short: Sequence[str], long: Sequence[str]) -> bool:
    """Tell whether the words of `short` stand in `long` in the same order, with others perhaps between them."""
    words = iter(long)
    return all(word in words for word in short)
