"""An extractor that replays what a large model drew from a corpus once, recorded in HippoRAG's file form."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from graphmem.errors import FormatError
from graphmem.identity import name_key
from graphmem.model import Degradation
from graphmem.ports import Extraction, FoundEntity, Triple, Turn
from pipelines.evaluate.files import data_file, records

__all__ = ["ReplayExtractor"]

#: A recorded model states no confidence; as for `ChatExtractor`.
CONFIDENCE = 0.9


class ReplayExtractor:
    """An `Extractor` that answers from a recording, found by a passage's title and text; nothing is computed.

    The file is HippoRAG's OpenIE output: `{"docs": [{"title", "text", "passage", "extracted_entities",
    "extracted_triples"}]}`, plain or gzip. As HippoRAG does, triples that do not have three parts are left out
    (counted in `malformed`). A passage that was not recorded yields nothing and says so in `degraded`.

    Args:
        path: the recording.
        label: whose recording it is, for the extractor's name (`gpt-3.5-turbo-1106`).

    Raises: NotFound: no such file; FormatError: a file of another form.
    """

    def __init__(self, path: Path, *, label: str = "recorded") -> None:
        self._label = label
        self._recorded: dict[str, Extraction] = {}
        self.malformed = 0
        for row in records(data_file(path)):
            if "extracted_triples" not in row:
                raise FormatError(
                    f"{path} is no recording: its rows need passage, extracted_entities, extracted_triples"
                )
            self._recorded[_key(_passage(row))] = self._extraction(row)

    @property
    def name(self) -> str:
        """`replay/` and the label."""
        return f"replay/{self._label}"

    def __len__(self) -> int:
        return len(self._recorded)

    def extract(self, turns: Iterable[Turn]) -> Iterator[Extraction]:
        """Yield one extraction per turn, in order."""
        for turn in turns:
            told = turn.interaction
            whole = "\n".join(part for part in (told.title, told.text) if part)
            yield self._recorded.get(_key(whole)) or self._unknown()

    def _unknown(self) -> Extraction:
        said = Degradation("facts were not drawn", "the recording does not hold this passage")
        return Extraction(extractor=self.name, degraded=(said,))

    def _extraction(self, row: Mapping[str, Any]) -> Extraction:
        title = str(row.get("title") or "").strip()
        parts = [[str(part).strip() for part in triple] for triple in row["extracted_triples"]]
        whole = [triple for triple in parts if len(triple) == 3 and all(triple)]
        self.malformed += len(parts) - len(whole)
        triples = [t for t in (_triple(*triple) for triple in whole) if t.predicate]
        told = [str(name).strip() for name in row.get("extracted_entities", ())]
        names = [title, *told, *(n for t in triples for n in (t.subject, t.object))]
        unique = {name_key(name): name for name in reversed(names) if name}
        entities = [FoundEntity(name=n, about=bool(title) and k == name_key(title)) for k, n in unique.items()]
        return Extraction(entities=tuple(reversed(entities)), triples=tuple(triples), extractor=self.name)


def _triple(subject: str, relation: str, value: str) -> Triple:
    predicate = re.sub(r"\W+", "_", relation.casefold()).strip("_")
    text = f"{subject} {relation} {value}"
    return Triple(subject=subject, predicate=predicate, object=value, text=text, confidence=CONFIDENCE)


def _passage(row: Mapping[str, Any]) -> str:
    parts = (str(row.get("title") or ""), str(row.get("text") or ""))
    return "\n".join(part for part in parts if part) or str(row.get("passage") or "")


def _key(text: str) -> str:
    return " ".join(text.split())
