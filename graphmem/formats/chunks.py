"""Blocks of a document packed into passages of about 120 words, cut only between sentences. Pure.

The measured corpora have passages of 80 to 120 words; a passage is what one vector and one fact extraction read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["WORDS", "Block", "Chunk", "packed", "word_count"]

#: Words a passage holds at most, where its sentences and code blocks allow.
WORDS = 120

#: An address or a run of base64 is worth more than one word.
_LONG_WORD = 40

_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
#: A sentence ends after its mark (and closing quotes or brackets) before white space, or after a wide mark.
_SENTENCE_END = re.compile(
    r"""(?<![.!?…])[.!?…]++["'”’»)\]]*\s+(?=["'“‘«(\[]*[^\W_a-z])"""
    r"""|(?<![。！？])[。！？]++[」』”’]*\s*"""
    r"""|\n[ \t]*(?=[-*+•][ ]|\d+[.)][ ])"""
)
_ABBREVIATION = re.compile(r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|vs|etc|cf|e\.g|i\.e|No|Fig|approx))\.\s+$")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list, table or code block.

    Args:
        text: verbatim.
        line: the line on which it begins, from 1.
        under: the headings above it, outermost first.
        whole: it is never cut.
    """

    text: str
    line: int
    under: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """The text of one passage, verbatim, the line on which it begins, and the headings above it."""

    text: str
    line: int
    under: tuple[str, ...] = ()


def word_count(text: str) -> int:
    """Return the number of words; two wide characters (Chinese, Japanese, Korean) count as one."""
    wide = len(_WIDE.findall(text))
    return sum(1 + len(word) // _LONG_WORD for word in _WIDE.sub(" ", text).split()) + (wide + 1) // 2


def packed(blocks: Iterable[Block], *, words: int = WORDS) -> Iterator[Chunk]:
    """Yield chunks of up to `words` words, in order; blocks in one chunk are joined by a blank line.

    A chunk never crosses a heading. A longer block is cut between sentences, a longer sentence between words, a longer
    code block not at all.
    """
    held: list[Block] = []
    count = 0
    for piece in (piece for block in blocks for piece in _pieces(block, words=words)):
        size = word_count(piece.text)
        if held and (count + size > words or piece.under != held[0].under):
            yield _chunk(held)
            held, count = [], 0
        held.append(piece)
        count += size
    if held:
        yield _chunk(held)


def _chunk(blocks: list[Block]) -> Chunk:
    return Chunk("\n\n".join(block.text for block in blocks), blocks[0].line, blocks[0].under)


def _pieces(block: Block, *, words: int) -> Iterator[Block]:
    if block.whole or word_count(block.text) <= words:
        yield block
        return
    units = [unit for sentence in _sentences(block.text) for unit in _cut(sentence, words=words)]
    start = offset = size = 0
    for unit in units:
        count = word_count(unit)
        if size and size + count > words:
            yield _slice(block, start, offset)
            start, size = offset, 0
        offset += len(unit)
        size += count
    yield _slice(block, start, offset)


def _slice(block: Block, start: int, end: int) -> Block:
    lead = len(block.text[start:end]) - len(block.text[start:end].lstrip())
    return Block(block.text[start:end].strip(), block.line + block.text.count("\n", 0, start + lead), block.under)


def _sentences(text: str) -> Iterator[str]:
    """Yield the sentences with the space after them, so that joined they are the text."""
    start = 0
    for end in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text, max(0, end.end() - 12), end.end()):
            yield text[start : end.end()]
            start = end.end()
    if start < len(text):
        yield text[start:]


def _cut(sentence: str, *, words: int) -> Iterator[str]:
    """Yield a sentence as it is, or, longer than `words`, in runs of as many words."""
    if word_count(sentence) <= words:
        yield sentence
        return
    start = count = 0
    for word in re.finditer(r"\S{1,240}\s*", sentence):
        size = word_count(word.group())
        if count and count + size > words:
            yield sentence[start : word.start()]
            start, count = word.start(), 0
        count += size
    yield sentence[start:]
