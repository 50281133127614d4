"""Words of a text as index terms: one analyser for chat, one for documents. Pure, and no language model.

Chat terms follow the rules that were measured to be worth six points of recall over a plain stop list: question words,
pronouns, auxiliaries and the words of sequence (after, before, during, while) carry nothing. Document terms keep more,
and a question about documents drops its question words.
"""

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

import snowballstemmer

__all__ = [
    "CHAT_STOP_WORDS",
    "LIBRARY_STOP_WORDS",
    "QUESTION_WORDS",
    "chat_terms",
    "fold",
    "library_question_terms",
    "library_terms",
    "shared_chat_terms",
    "stem",
]

QUESTION_WORDS = frozenset({"who", "whom", "whose", "what", "which", "when", "where", "why", "how", "whether"})

_ARTICLES = "a an the this that these those such"
_PRONOUNS = """i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself
she her hers herself it its itself they them their theirs themselves one ones someone somebody
something anyone anybody anything everyone everybody everything nobody nothing each other others
another any some both either neither same"""
_PREPOSITIONS = """of in on at by for with about against between into through to from up down out off over under above
below onto upon within without toward towards across along around behind beside besides among per
via than as like"""
_SEQUENCE = "after before during while until till since"
_CONJUNCTIONS = "and or but nor so yet if because although though unless then else also too"
_AUXILIARIES = """am is are was were be been being do does did doing done have has had having will would shall should
can could may might must ought need dare let get got"""
_ADVERBS = "not no never only just very more most there here again once own s t ll re ve d m"
_SHORT_FORMS = """ain't aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't mightn't mustn't needn't
shan't shouldn't wasn't weren't won't wouldn't cannot gonna wanna let's"""

#: Words that a chat question or turn is not searched by.
CHAT_STOP_WORDS = frozenset(
    " ".join(
        (_ARTICLES, _PRONOUNS, _PREPOSITIONS, _SEQUENCE, _CONJUNCTIONS, _AUXILIARIES, _ADVERBS, _SHORT_FORMS)
    ).split()
) | QUESTION_WORDS  # fmt: skip

_FUNCTION_WORDS = """a an the of in on at by for with to from and or but nor as is are was were be been being am do does
did has have had that this these those it its he him his she her they them their we us our you your i me my not no so if
than then there s t into also will would can could"""

#: The function words that documents are not searched by.
LIBRARY_STOP_WORDS = frozenset(_FUNCTION_WORDS.split())

#: Vowel signs and the like of Indic and South-East Asian scripts: parts of words that Python's \\w leaves out.
_SIGNS = (
    "\u0900-\u0963\u0966-\u0dff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u1056-\u109d"
    "\u17b4-\u17d3"
)
_LETTER = rf"(?:[^\W_]|[{_SIGNS}])"
_CHAT_WORD = re.compile(rf"{_LETTER}+(?:'{_LETTER}+)?")
_LIBRARY_WORD = re.compile(rf"[\w{_SIGNS}]+")
_ASCII_CHAT_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?", re.ASCII)  # the same on ASCII text, and quicker
_APOSTROPHES = str.maketrans("’ʼ‘", "'''")
#: Scripts written without spaces: runs of them are searched by pairs of characters.
_UNSPACED_LETTERS = (
    "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"
)
_IDEOGRAPH = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_UNSPACED = re.compile(f"[{_UNSPACED_LETTERS}]+")
_RUNS = re.compile(f"[{_UNSPACED_LETTERS}]+|[^{_UNSPACED_LETTERS}]+")
#: Left out: accents, the points of Hebrew, the vowel signs of Arabic and its stretching of letters.
_ACCENTS = range(0x300, 0x370)
_HEBREW_POINTS = (*range(0x591, 0x5BE), 0x5BF, 0x5C1, 0x5C2, 0x5C4, 0x5C5, 0x5C7)
_ARABIC_SIGNS = (*range(0x610, 0x61B), *range(0x64B, 0x660), 0x670, 0x640)
_MARKS: dict[int, str | None] = dict.fromkeys((*_ACCENTS, *_HEBREW_POINTS, *_ARABIC_SIGNS))
_MARKS |= {ord("ى"): "ي", ord("ة"): "ه"}  # letters that Arabic writers put for each other at the ends of words
_ARTICLE = "ال"
#: Words kept with their terms, and the longest of them: what has no blanks for 50 kB is hardly met again.
_CACHE_LIMIT, _LONGEST_CACHED = 200_000, 64
_ASCII_WORD_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789_'"

_Words = dict[str, tuple[str, ...]]
_chat_cache: _Words = {}
_library_cache: _Words = {}
_stemmer = snowballstemmer.stemmer("english")
_stemmer_lock = threading.Lock()  # the stemmer keeps the word it works on in itself


def fold(text: str) -> str:
    """Return the text in lower case without accents and vowel points: NFKD, marks dropped, recomposed, case-folded.

    >>> fold("Café ÉCOLE")
    'cafe ecole'
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).translate(_MARKS)
    return unicodedata.normalize("NFC", plain).casefold().translate(_APOSTROPHES)


def stem(word: str) -> str:
    """Return the Snowball English stem of a lower-case word; a possessive 's goes with it."""
    with _stemmer_lock:
        return str(_stemmer.stemWord(word))


def _pieces(word: str) -> tuple[str, ...]:
    """Split a word of an unspaced script into overlapping pairs of characters and ideographs; others stay whole.

    Arabic words lose their article.
    """
    if word.isascii():
        return (stem(word),)
    if not _UNSPACED.search(word):
        return (stem(word.removeprefix(_ARTICLE) if len(word) > len(_ARTICLE) + 2 else word),)
    pieces: list[str] = []
    for run in _RUNS.findall(word):
        if not _UNSPACED.match(run) or len(run) == 1:
            pieces.append(stem(run))
        else:
            pieces += [run[i : i + 2] for i in range(len(run) - 1)]
            pieces += _IDEOGRAPH.findall(run)
    return tuple(pieces)


def _chat_word(word: str) -> tuple[str, ...]:
    return () if word in CHAT_STOP_WORDS or word.partition("'")[0] in CHAT_STOP_WORDS else _pieces(word)


def _library_word(word: str) -> tuple[str, ...]:
    return () if word in LIBRARY_STOP_WORDS else _pieces(word)


def _chat_words(text: str) -> list[str]:
    return (_ASCII_CHAT_WORD if text.isascii() else _CHAT_WORD).findall(fold(text))


def _terms(words: Iterable[str], *, cache: _Words, analyse: Callable[[str], tuple[str, ...]]) -> list[str]:
    terms: list[str] = []
    for word in words:
        known = cache.get(word)
        if known is None:
            if len(cache) >= _CACHE_LIMIT:
                cache.clear()
            known = analyse(word)
            if len(word) <= _LONGEST_CACHED:
                cache[word] = known
        terms.extend(known)
    return terms


def chat_terms(text: str) -> list[str]:
    """Return the index terms of a chat turn or question, in order, repeats kept.

    >>> chat_terms("What did Caroline's sisters paint last year?")
    ['carolin', 'sister', 'paint', 'last', 'year']
    """
    return _terms(_chat_words(text), cache=_chat_cache, analyse=_chat_word)


def shared_chat_terms(text: str, wanted: tuple[str, ...]) -> frozenset[str]:
    """Return those of the wanted terms that are among `chat_terms(text)`, without stemming all of its words.

    >>> sorted(shared_chat_terms("Caroline paints with her sisters", ("paint", "sister", "lake")))
    ['paint', 'sister']
    """
    openings = _openings(wanted)
    words = [w for w in _chat_words(text) if not w.isascii() or w[1:2] == "y" or w[:2] in openings]
    return frozenset(_terms(words, cache=_chat_cache, analyse=_chat_word)).intersection(wanted)


@lru_cache(maxsize=1_000)
def _openings(terms: tuple[str, ...]) -> frozenset[str]:
    """How ASCII words begin that may have these stems: a stem keeps its word's first two letters, but "dying", "die".

    A stem of one letter may be that of any word that begins with it.
    """
    single = {term + other for term in terms if len(term) == 1 for other in _ASCII_WORD_CHARACTERS}
    return frozenset(term[:2] for term in terms) | single


def library_terms(text: str) -> list[str]:
    """Return the index terms of a document's text, in order, repeats kept.

    >>> library_terms("The director of the film Hypocrite (1949)")
    ['director', 'film', 'hypocrit', '1949']
    """
    return _terms(_LIBRARY_WORD.findall(fold(text)), cache=_library_cache, analyse=_library_word)


def library_question_terms(text: str) -> list[str]:
    """Return the index terms of a question about documents: as `library_terms`, without question words.

    >>> library_question_terms("Which film was released first?")
    ['film', 'releas', 'first']
    """
    words = (w for w in _LIBRARY_WORD.findall(fold(text)) if w not in QUESTION_WORDS)
    return _terms(words, cache=_library_cache, analyse=_library_word)
