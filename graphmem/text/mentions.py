"""What a text names, by spelling alone, and what it is about: the mentions that the write path keeps."""

from dataclasses import dataclass, replace

from graphmem.identity import better_name, name_key
from graphmem.text.names import spans, title_aliases, title_forms
from graphmem.text.subjects import subject_of

__all__ = ["NamedMention", "mentions_of"]


@dataclass(frozen=True, slots=True)
class NamedMention:
    """That a text names something: how it is written, its key, how often, whether the text is about it, its weight."""

    name: str
    key: str
    count: int = 1
    about: bool = False
    weight: float = 1.0


def mentions_of(text: str, title: str | None = None, *, document: bool = False) -> list[NamedMention]:
    """Return what a text names, once each, in order: what the write path keeps as MENTIONS.

    Args:
        text: the interaction's text.
        title: a passage's title; the text is about it and about its aliases, which come first. The aliases that only
            put "the" before another are left to the index.
        document: the text is a document's passage; without a title it is about what it opens by defining
            (`subject_of`), else about the first name in it.
    """
    about = _title_mentions(title) if title else _subject_mention(text) if document else {}
    named: dict[str, list[str]] = {}
    for span in spans(text):
        named.setdefault(span.key, []).append(span.name)
    first = next(iter(named), None) if document and not about else None
    found = [replace(m, count=max(1, len(named.get(key, ())))) for key, m in about.items()]
    for key, names in named.items():
        if key not in about:
            found.append(NamedMention(better_name(names), key, len(names), key == first))
    return found


def _subject_mention(text: str) -> dict[str, NamedMention]:
    subject = subject_of(text)
    key = name_key(subject.name) if subject else ""
    return {key: NamedMention(subject.name, key, about=True)} if subject and key else {}


def _title_mentions(title: str) -> dict[str, NamedMention]:
    """About mentions by key; the name is the piece of the title that has the key."""
    pieces = {name_key(form): form.strip() for form, _ in reversed(list(title_forms(title)))}
    found: dict[str, NamedMention] = {}
    for alias in title_aliases(title):
        if alias.key in pieces or not alias.key.startswith("the "):
            name = pieces.get(alias.key) or title.split(" ", 1)[-1]
            name = name if name_key(name) == alias.key else alias.key
            found[alias.key] = NamedMention(name, alias.key, about=True, weight=alias.weight)
    return found
