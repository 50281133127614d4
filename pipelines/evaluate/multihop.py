"""Multi-hop passage retrieval (2Wiki, MuSiQue, HotpotQA): one corpus, many questions; one case a folder."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from graphmem.errors import FormatError, NotFound
from graphmem.model import Message, Passage
from pipelines.evaluate.cases import Case, Question, Unit
from pipelines.evaluate.files import records, text_of

__all__ = ["Files", "load_multihop", "multihop_files", "without_titles"]

_HOPS = re.compile(r"([2-9])hop")


def load_multihop(path: Path) -> Iterator[Case]:
    """Yield the one case of a folder with `corpus.json[l][.gz]` and one `questions*.json[l][.gz]`.

    `path` may also be the questions file itself, where a folder holds several.

    Raises:
        NotFound: no such path.
        FormatError: corpus or questions are missing, or in another form.
    """
    files = multihop_files(path)
    dropped: Counter[str] = Counter()
    units = tuple(_units(records(files.corpus), dropped))
    if not units:
        raise FormatError(f"{files.corpus} holds no passage: a list of objects with title and text is expected")
    lookup = _Lookup.of(units)
    questions = tuple(_questions(records(files.questions), lookup, dropped))
    yield Case(name=files.corpus.parent.name, units=units, questions=questions, dropped=dropped)


def without_titles(case: Case) -> Case:
    """Return the case with the titles of its passages left out, everywhere; what they are about has to be inferred."""
    units = tuple(replace(u, told=_untitled(u.told), text=u.told.text, words=u.told.text) for u in case.units)
    return replace(case, units=units)


def _untitled(told: Message | Passage) -> Message | Passage:
    return replace(told, title=None) if isinstance(told, Passage) else told


@dataclass(frozen=True, slots=True)
class Files:
    """The two files of a set."""

    corpus: Path
    questions: Path


def multihop_files(path: Path) -> Files:
    """Return the files of a folder, or of the questions file given itself. Raises as `load_multihop`."""
    if not path.exists():
        raise NotFound(f"no data at {path}: give a folder with corpus.json[.gz] and questions*.json[.gz] with --data")
    folder = path if path.is_dir() else path.parent
    corpus = _matching(folder, r"corpus\.jsonl?(\.gz)?")
    questions = _matching(folder, r"questions.*\.jsonl?(\.gz)?") if path.is_dir() else [path]
    if len(corpus) != 1:
        raise FormatError(f"{folder} holds {len(corpus)} corpus.json[.gz] files: exactly one is expected")
    if len(questions) != 1:
        names = ", ".join(p.name for p in questions) or "none"
        raise FormatError(f"{folder} holds {len(questions)} questions*.json[.gz] files ({names}): give the one to use")
    return Files(corpus[0], questions[0])


def _matching(folder: Path, pattern: str) -> list[Path]:
    return sorted(p for p in folder.iterdir() if re.fullmatch(pattern, p.name))


def _units(rows: Iterable[Mapping[str, Any]], dropped: Counter[str]) -> Iterator[Unit]:
    for index, row in enumerate(rows):
        title = text_of(row.get("title")) or None
        text = _passage_text(row)
        if not text and not title:
            dropped["blank passages"] += 1
            continue
        told = Passage(text or title or "", title=title)
        whole = f"{title}\n{text}" if title else text
        yield Unit(key=str(index), session="corpus", told=told, text=whole, words=whole)


def _passage_text(row: Mapping[str, Any]) -> str:
    return next((found for field in ("text", "paragraph_text", "passage") if (found := text_of(row.get(field)))), "")


@dataclass(frozen=True, slots=True)
class _Lookup:
    """From a gold reference to the keys of passages: by index, by title and text, by text, by title."""

    keys: frozenset[str]
    by_both: Mapping[tuple[str, str], str]
    by_text: Mapping[str, str]
    by_title: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, units: Sequence[Unit]) -> "_Lookup":
        both: dict[tuple[str, str], str] = {}
        texts: dict[str, str] = {}
        titles: defaultdict[str, list[str]] = defaultdict(list)
        for unit in units:
            told = unit.told
            title = (told.title or "") if isinstance(told, Passage) else ""
            both.setdefault((_squeezed(title), _squeezed(told.text)), unit.key)
            texts.setdefault(_squeezed(told.text), unit.key)
            titles[_squeezed(title)].append(unit.key)
        return cls(frozenset(u.key for u in units), both, texts, titles)

    def document(self, title: str, text: str) -> str | None:
        """Return the passage of this title and text; failing that, of this text; failing that, the only so titled."""
        title, text = _squeezed(title), _squeezed(text)
        alone = self.by_title.get(title, ())
        return self.by_both.get((title, text)) or self.by_text.get(text) or (alone[0] if len(alone) == 1 else None)

    def titled(self, title: str) -> str | None:
        """Return the first passage so titled."""
        return next(iter(self.by_title.get(_squeezed(title), ())), None)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _questions(rows: Iterable[Mapping[str, Any]], lookup: _Lookup, dropped: Counter[str]) -> Iterator[Question]:
    for index, row in enumerate(rows):
        found = _gold(row, lookup)
        gold = frozenset(key for key in found if key is not None)
        dropped["gold passages that are not in the corpus"] += sum(key is None for key in found)
        text = text_of(row.get("question"))
        if not gold or not text:
            dropped["questions without gold in the corpus" if text else "blank questions"] += 1
            continue
        name = text_of(row.get("id") or row.get("_id")) or str(index)
        yield Question(id=name, text=text, category=_category(row, name), gold=gold, gold_all=gold)


def _category(row: Mapping[str, Any], name: str) -> str:
    told = text_of(row.get("question_type") or row.get("type"))
    hops = _HOPS.match(name)
    return told or (f"{hops[1]}-hop" if hops else "all")


def _gold(row: Mapping[str, Any], lookup: _Lookup) -> list[str | None]:
    """Return a key per gold reference, None where the corpus lacks it; the most exact field the row has decides."""
    if row.get("gold_idx"):
        return [str(i) if str(i) in lookup.keys else None for i in row["gold_idx"]]
    documents = list(_gold_documents(row))
    if documents:
        return [lookup.document(title, text) for title, text in documents]
    titles = row.get("gold_titles") or _supporting_titles(row.get("supporting_facts"))
    return [lookup.titled(text_of(title)) for title in dict.fromkeys(map(text_of, titles))]


def _gold_documents(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for document in row.get("gold_docs") or []:
        if isinstance(document, dict):
            yield text_of(document.get("title")), _passage_text(document)
        elif isinstance(document, list | tuple) and document:
            yield text_of(document[0]), text_of(document[1:])
        else:
            yield "", text_of(document)
    if not row.get("gold_docs"):
        for paragraph in row.get("paragraphs") or []:
            if isinstance(paragraph, dict) and paragraph.get("is_supporting"):
                yield text_of(paragraph.get("title")), _passage_text(paragraph)


def _supporting_titles(facts: object) -> list[object]:
    if isinstance(facts, dict):
        return list(facts.get("title") or [])
    return [fact[0] for fact in facts or [] if fact] if isinstance(facts, list) else []
