"""Likeness of written names: edits, trigrams, initials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.text.similarity import entropy, initials_agree, is_subsequence, jaccard, neutral_edit, one_edit, trigrams


@pytest.mark.parametrize(
    ("first", "second", "edit"),
    [
        ("jon", "john", (2, "", "h")),
        ("john", "jon", (2, "h", "")),
        ("jan", "jen", (1, "a", "e")),
        ("micheal", "michael", (4, "ea", "ae")),
        ("a", "", (0, "a", "")),
        ("same", "same", None),
        ("abcd", "dcba", None),
        ("ab", "abcd", None),
    ],
)
def test_one_edit(first: str, second: str, edit: tuple[int, str, str] | None) -> None:
    """One letter put in, left out, changed or swapped is told with its place; two edits are none."""
    assert one_edit(first, second) == edit


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_edits_are_symmetric(first: str, second: str) -> None:
    """Both ways there is an edit or there is none, and it is neutral both ways."""
    assert (one_edit(first, second) is None) == (one_edit(second, first) is None)
    assert neutral_edit(first, second) == neutral_edit(second, first)


@pytest.mark.parametrize(
    ("first", "second", "neutral"),
    [
        ("sara", "sarah", True),
        ("philip", "phillip", True),
        ("carl", "karl", True),
        ("marc smith", "mark smith", True),
        ("micheal", "michael", True),
        ("ann", "hann", False),
        ("maria", "marie", False),
        ("daniel", "daniela", False),
        ("elder a", "elder", False),
    ],
)
def test_neutral_edits(first: str, second: str, neutral: bool) -> None:
    """Doubled and mute letters, c and k, swaps leave a name what it is; other letters make another name."""
    assert neutral_edit(first, second) is neutral


def test_trigrams_and_their_likeness() -> None:
    """Trigrams leave spaces out; equal sets are wholly alike, disjoint ones not at all."""
    assert trigrams("ab c") == {"abc"}
    assert trigrams("ab") == {"ab"}
    assert jaccard(trigrams("abcd"), trigrams("abcd")) == 1
    assert jaccard(trigrams("abcd"), trigrams("wxyz")) == 0
    assert jaccard(frozenset(), frozenset()) == 1


def test_entropy() -> None:
    """One letter says nothing, two in equal parts one bit, spaces do not count."""
    assert entropy("aa aa") == 0
    assert entropy("") == 0
    assert entropy("ab ab") == pytest.approx(1.0)


def test_initials() -> None:
    """Initials stand for words in their places; the last word must be the same."""
    assert initials_agree(["j", "r", "tolkien"], ["john", "ronald", "tolkien"]) == 2
    assert initials_agree(["john", "r", "tolkien"], ["j", "ronald", "tolkien"]) == 2
    assert initials_agree(["j", "tolkien"], ["christopher", "tolkien"]) == 0
    assert initials_agree(["j", "smith"], ["john", "smyth"]) == 0
    assert initials_agree(["john"], ["j"]) == 0


def test_subsequences() -> None:
    """Words in their order, with gaps; never in another order."""
    assert is_subsequence(["a", "c"], ["a", "b", "c"])
    assert not is_subsequence(["c", "a"], ["a", "b", "c"])
    assert is_subsequence([], ["a"])
