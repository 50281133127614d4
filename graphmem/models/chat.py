"""Any LangChain chat model as an extractor: one structured call per batch of turns, validated, retried once."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from graphmem.errors import ModelError
from graphmem.model import Degradation
from graphmem.models.answers import answer_schema, extraction_of, parsed_answer
from graphmem.models.asking import Asking, name_of
from graphmem.models.prompt import INSTRUCTIONS, TEXT_FORM, turns_as_data
from graphmem.ports import Extraction, Extractor, Turn
from graphmem.text.batches import batches

__all__ = ["ChatExtractor"]

_log = logging.getLogger("graphmem.models")

#: Characters of text in one call, beside the limit on turns: a long document's passages go in smaller batches.
CHARACTERS = 24_000


class ChatExtractor:
    """An `Extractor` over a LangChain chat model, with another extractor to fall back on.

    What the model answers is validated (one item per turn, names, known kinds and modalities; dates ISO or dropped).
    A bad answer is asked for again with the error told, `max_retries` times; then, or when the call itself fails, the
    batch goes to `fallback`, and each of its extractions says so in `degraded` and in `extractor`.

    Args:
        model: a LangChain chat model; asked through `with_structured_output` where it has it, else for JSON text.
        fallback: who draws what the model could not; None raises instead.
        batch: turns in one call, >= 1.
        max_retries: how often a bad answer is asked for again, >= 0.
    """

    def __init__(self, model: Any, *, fallback: Extractor | None, batch: int = 8, max_retries: int = 1) -> None:
        self._asking = Asking(
            model, schema=answer_schema, instructions=INSTRUCTIONS, text_form=TEXT_FORM, max_retries=max_retries
        )
        self._name = name_of(model)
        self._fallback = fallback
        self._batch = max(1, batch)

    @property
    def name(self) -> str:
        """`chat/` and the model's name."""
        return self._name

    def extract(self, turns: Iterable[Turn]) -> Iterator[Extraction]:
        """Yield one extraction per turn, in order, holding one batch at a time; no call where there is no text.

        Raises: ModelUnavailable, ModelOutputInvalid: the model failed and there is no fallback.
        """
        for batch in batches(turns, most=self._batch, characters=CHARACTERS, length=_characters):
            spoken = [turn for turn in batch if turn.interaction.searchable.strip()]
            drawn = iter(self._draw(spoken) if spoken else [])
            for turn in batch:
                silent = not turn.interaction.searchable.strip()
                yield Extraction(extractor=self.name) if silent else next(drawn)

    def _draw(self, turns: Sequence[Turn]) -> Sequence[Extraction]:
        try:
            return self._ask(turns)
        except ModelError as err:
            if self._fallback is None:
                raise
            _log.warning("extract", extra={"action": "fallback", "count": len(turns), "why": str(err)})
            return self._fall_back(turns, self._fallback, why=str(err))

    def _fall_back(self, turns: Sequence[Turn], fallback: Extractor, *, why: str) -> list[Extraction]:
        said = Degradation(f"facts drawn by {fallback.name} instead of {self.name}", why)
        return [replace(e, degraded=(*e.degraded, said)) for e in fallback.extract(turns)]

    def _ask(self, turns: Sequence[Turn]) -> list[Extraction]:
        found = self._asking.ask(turns_as_data(turns), read=partial(parsed_answer, count=len(turns)))
        return [extraction_of(item, name=self.name) for item in found]


def _characters(turn: Turn) -> int:
    return len(turn.interaction.searchable)
