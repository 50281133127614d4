"""Plain text and Markdown as passages."""

from datetime import UTC, datetime, timedelta, timezone

from graphmem.model import Passage
from tests.unit.formats.conftest import Reading

DOCUMENT = """---
title: Atlas
date: 2024-05-01
tags: [maps, "old ones"]
authors:
  - Ada
---

Before any heading.

# Atlas

Maps of the valley. They are old.

## Paper

### Weight

Heavy paper.

Ink
---

```python
# not a heading

x = 1
```

---

## Empty section
"""


def test_headings_give_titles(reading: Reading) -> None:
    """A passage's title is the document's title and the headings above it, none of them twice."""
    told = reading("atlas.md", DOCUMENT)
    titles = [item.what.title for item in told.items if isinstance(item.what, Passage)]
    assert titles == ["Atlas", "Atlas", "Atlas / Paper / Weight", "Atlas / Ink", "Atlas / Empty section"]


def test_every_word_is_kept_in_order(reading: Reading) -> None:
    """Paragraphs and code come through verbatim, code whole; a heading with nothing under it is its own passage."""
    told = reading("atlas.md", DOCUMENT)
    assert told.texts == [
        "Before any heading.",
        "Maps of the valley. They are old.",
        "Heavy paper.",
        "```python\n# not a heading\n\nx = 1\n```",
        "Empty section",
    ]
    assert [item.line for item in told.items] == [9, 13, 19, 24, 32]


def test_front_matter_is_metadata_and_dates_the_document(reading: Reading) -> None:
    """Front matter goes into metadata, its date into `at`: as UTC, or in the zone that was said."""
    told = reading("atlas.md", DOCUMENT)
    front = {"title": "Atlas", "date": "2024-05-01", "tags": ["maps", "old ones"], "authors": ["Ada"]}
    assert told.items[0].what.metadata == {"line": 9, "front_matter": front}
    assert told.items[0].what.at == datetime(2024, 5, 1, tzinfo=UTC)
    east = timezone(timedelta(hours=2))
    assert reading("atlas.md", DOCUMENT, timezone=east).items[0].what.at == datetime(2024, 5, 1, tzinfo=east)


def test_a_bad_date_is_reported_and_stays_unknown(reading: Reading) -> None:
    """A front matter date nobody can read is a problem; the passages land without a date."""
    told = reading("a.md", "---\ndate: last spring\n---\nWords.\n")
    assert [item.what.at for item in told.items] == [None]
    assert "front matter" in told.problems[0].why


def test_no_title_is_invented(reading: Reading) -> None:
    """Plain text, and Markdown before its first heading, has no title and no date; source and session are the path."""
    for name in ("notes.txt", "notes.md"):
        (item,) = reading(name, "Just words.\n").items
        assert item.what == Passage("Just words.", source=name, metadata={"line": 1})
        assert item.session == name


def test_an_unclosed_rule_is_no_front_matter(reading: Reading) -> None:
    """A document that opens with a rule keeps its text."""
    assert reading("a.md", "---\nWords after a rule.\n").texts == ["---\nWords after a rule."]


def test_an_unclosed_fence_keeps_its_text(reading: Reading) -> None:
    """Code that is never closed is kept to the end of the file."""
    assert reading("a.md", "```\ncode\n\nmore").texts == ["```\ncode\n\nmore"]


def test_paragraphs_of_plain_text_are_packed(reading: Reading) -> None:
    """Two hundred short paragraphs become passages of up to 120 words; `#` means nothing in plain text."""
    told = reading("a.txt", "\n\n".join(f"# Paragraph {n} says a thing." for n in range(200)))
    assert [len(text.split()) for text in told.texts] == [120] * 10
    assert told.texts[0].startswith("# Paragraph 0")


def test_bytes_that_are_not_utf8_are_reported(reading: Reading) -> None:
    """Undecodable bytes become U+FFFD, and the line is reported; the words around them land."""
    told = reading("a.txt", b"One.\n\nCaf\xe9 au lait.\n")
    assert told.texts == ["One.\n\nCaf\ufffd au lait."]
    assert [(p.path, p.line) for p in told.problems] == [("a.txt", 3)]


def test_utf16_and_byte_order_marks_are_understood(reading: Reading) -> None:
    """UTF-16 with its mark, and UTF-8 with one, read as what they say."""
    for encoding in ("utf-16", "utf-8-sig"):
        assert reading("a.txt", "Olá, Zoë.".encode(encoding)).texts == ["Olá, Zoë."]


def test_hostile_markup_takes_no_time(reading: Reading) -> None:
    """Runs of marks that trip backtracking patterns are read in linear time (the suite's timeout guards this)."""
    hostile = "# " + " " * 50_000 + "x\n\n" + "." * 200_000 + "\n\n" + "(" * 200_000 + "\n\n" + "- " * 100_000
    assert reading("a.md", hostile).texts
