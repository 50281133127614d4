"""Passages of about 120 words, cut between sentences."""

import re

from hypothesis import given
from hypothesis import strategies as st

from graphmem.formats.chunks import WORDS, Block, packed, word_count

SENTENCES = st.lists(
    st.lists(st.sampled_from(["river", "stone", "Mr. Ito", "3.5", "e.g. this", "old"]), min_size=1, max_size=30).map(
        lambda words: "The " + " ".join(words) + "."
    ),
    min_size=1,
    max_size=40,
)


def squeezed(text: str) -> str:
    """Return a text without white space."""
    return re.sub(r"\s", "", text)


@given(st.lists(SENTENCES.map(" ".join), max_size=5))
def test_no_word_is_lost_and_no_chunk_is_too_long(paragraphs: list[str]) -> None:
    """Whatever is packed, the chunks hold every character in order, and at most 120 words each."""
    chunks = list(packed(Block(text, 1) for text in paragraphs))
    assert squeezed("".join(chunk.text for chunk in chunks)) == squeezed("".join(paragraphs))
    assert all(word_count(chunk.text) <= WORDS for chunk in chunks)


@given(SENTENCES)
def test_sentences_stay_whole(sentences: list[str]) -> None:
    """A chunk of a long paragraph ends where a sentence ends, abbreviations and decimals notwithstanding."""
    chunks = list(packed([Block(" ".join(sentences), 1)]))
    ends = {squeezed("".join(sentences[:n])) for n in range(1, len(sentences) + 1)}
    told = ""
    for chunk in chunks:
        told += squeezed(chunk.text)
        assert told in ends


def test_short_paragraphs_share_a_chunk() -> None:
    """Paragraphs are joined by a blank line while they fit, and the chunk begins on the first one's line."""
    (chunk,) = packed([Block("One.", 3), Block("Two.", 5)])
    assert (chunk.text, chunk.line) == ("One.\n\nTwo.", 3)


def test_headings_part_chunks() -> None:
    """What lies under another heading goes into another chunk, however short."""
    chunks = list(packed([Block("One.", 1, ("A",)), Block("Two.", 2, ("A", "B"))]))
    assert [chunk.under for chunk in chunks] == [("A",), ("A", "B")]


def test_code_is_never_cut() -> None:
    """A whole block stays whole, longer than a chunk or not."""
    code = "\n".join(f"line {n}. Next" for n in range(200))
    assert [chunk.text for chunk in packed([Block("Words.", 1), Block(code, 2, whole=True)])] == ["Words.", code]


def test_one_long_sentence_is_cut_between_words() -> None:
    """A sentence longer than a chunk is cut between words, as late as possible."""
    chunks = list(packed([Block("word " * 300 + "end.", 1)]))
    assert [word_count(chunk.text) for chunk in chunks] == [120, 120, 61]


def test_scripts_without_spaces_are_measured_and_cut() -> None:
    """Chinese and Japanese are counted by characters and cut after their own full stops."""
    chunks = list(packed([Block("東京に行きました。" * 60, 1)]))
    assert len(chunks) > 1
    assert all(chunk.text.endswith("。") and word_count(chunk.text) <= WORDS for chunk in chunks)


def test_a_megabyte_without_spaces_is_cut() -> None:
    """A text of a million characters without a space or a stop becomes bounded chunks, none of it lost."""
    chunks = list(packed([Block("x" * 1_000_000, 1)]))
    assert max(len(chunk.text) for chunk in chunks) <= 40 * WORDS
    assert sum(len(chunk.text) for chunk in chunks) == 1_000_000
