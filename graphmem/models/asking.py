"""Asking a LangChain chat model for an answer of an agreed form: validated, asked again with the error told."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar

from graphmem.errors import ModelOutputInvalid, ModelUnavailable
from graphmem.models.answers import parsed_text, said_wrong

__all__ = ["Asking", "name_of"]

_T = TypeVar("_T")

REFUSED = "Your last answer was refused: {error}. Answer again for all records above, in the agreed form."


def name_of(model: object) -> str:
    """Return `chat/` and the model's name."""
    named = (getattr(model, field, None) for field in ("model_name", "model", "model_id"))
    return "chat/" + next((n for n in named if isinstance(n, str) and n), type(model).__name__)


class Asking:
    """One kind of question to a chat model.

    Args:
        model: a LangChain chat model; asked through `with_structured_output` where it has it, else for JSON text.
        schema: makes the pydantic model of an answer.
        instructions: what the model is to do.
        text_form: what is added where it has no structured output: the form of the JSON.
        max_retries: how often a bad answer is asked for again, >= 0.
    """

    def __init__(
        self, model: Any, *, schema: Callable[[], Any], instructions: str, text_form: str, max_retries: int
    ) -> None:
        self._model = model
        self._schema = schema
        self._instructions = instructions
        self._text_form = text_form
        self._tries = 1 + max(0, max_retries)
        self._name = name_of(model)

    def ask(self, data: str, *, read: Callable[[object], _T]) -> _T:
        """Return what `read` makes of the answer to `data`; `read` raises ValueError for a bad one.

        Raises:
            ModelOutputInvalid: every try was answered in no agreed form.
            ModelUnavailable: the call failed.
        """
        messages = [("system", self._told), ("human", data)]
        wrong = ""
        for _ in range(self._tries):
            try:
                return read(self._call(messages))
            except ValueError as err:  # pydantic's and LangChain's parsing errors are ValueErrors
                wrong = said_wrong(err)
                messages = [*messages[:2], ("human", REFUSED.format(error=wrong))]
        raise ModelOutputInvalid(f"{self._name} answered in no agreed form {self._tries} times: {wrong}")

    def _call(self, messages: Sequence[tuple[str, str]]) -> object:
        try:
            if self._structured is not None:
                return self._structured.invoke(messages)
            answer = self._model.invoke(messages)
        except ValueError:
            raise
        except Exception as err:  # each service raises errors of its own, whose text may quote the texts
            raise ModelUnavailable(f"{self._name} failed: {type(err).__name__}") from err
        return parsed_text(answer)

    @cached_property
    def _structured(self) -> Any | None:
        """The model bound to the schema, or None where it has no structured output."""
        try:
            return self._model.with_structured_output(self._schema())
        except (AttributeError, NotImplementedError):
            return None

    @cached_property
    def _told(self) -> str:
        return self._instructions if self._structured is not None else self._instructions + self._text_form
