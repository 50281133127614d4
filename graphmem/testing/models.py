"""Stand-ins for what costs money or breaks: chat models that replay a script, an embedder that fails when told to."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from graphmem.errors import MissingExtra, ModelUnavailable
from graphmem.ports import Embedder, Vectors

try:
    from langchain_core.callbacks import CallbackManagerForLLMRun
    from langchain_core.language_models import BaseChatModel, LanguageModelInput
    from langchain_core.messages import AIMessage, BaseMessage
    from langchain_core.outputs import ChatGeneration, ChatResult
    from langchain_core.runnables import Runnable
    from langchain_core.tools import BaseTool
    from pydantic import Field
except ImportError as err:
    raise MissingExtra("scripted chat models need a package: pip install 'graphmem[langchain]'") from err

__all__ = ["FailingEmbedder", "ScriptedChatModel"]


class ScriptedChatModel(BaseChatModel):
    """A LangChain chat model that gives the answers of a script, one per call, and keeps what it was asked.

    An answer is a text; a message of LangChain's, given as it is; a dict, given as the call of the bound tool (which
    `with_structured_output` reads), or as JSON text where there is none; or an exception, which is raised. A call
    beyond the script raises IndexError.

    Args:
        answers: the script.
        tools: whether the model takes tools; without them it has no structured output, as many local models.
    """

    answers: list[Any]
    tools: bool = False
    seen: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Bind tools, where this model takes any."""
        if not self.tools:
            return super().bind_tools(tools, tool_choice=tool_choice, **kwargs)
        return self.bind(bound=[getattr(tool, "__name__", "tool") for tool in tools])

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 - LangChain's signature
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002 - LangChain's signature
        *,
        bound: Sequence[str] = (),
        **kwargs: Any,  # noqa: ARG002 - LangChain's signature
    ) -> ChatResult:
        self.seen.append(list(messages))
        answer = self.answers[len(self.seen) - 1]
        if isinstance(answer, BaseException):
            raise answer
        return ChatResult(generations=[ChatGeneration(message=_message(answer, bound))])


def _message(answer: Any, bound: Sequence[str]) -> AIMessage:
    if isinstance(answer, AIMessage):
        return answer
    if isinstance(answer, str):
        return AIMessage(content=answer)
    if bound:
        return AIMessage(content="", tool_calls=[{"name": bound[0], "args": answer, "id": "1"}])
    return AIMessage(content=json.dumps(answer, ensure_ascii=False))


class FailingEmbedder:
    """An `Embedder` that embeds as `inner` does, but raises ModelUnavailable in each call after the first `calls`."""

    def __init__(self, inner: Embedder, *, calls: int) -> None:
        self._inner = inner
        self.left = calls

    @property
    def name(self) -> str:
        """The inner model's name."""
        return self._inner.name

    @property
    def revision(self) -> str:
        """The inner model's revision."""
        return self._inner.revision

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._inner.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return n x d float32, or raise ModelUnavailable."""
        self._count()
        return self._inner.embed(texts)

    def embed_question(self, text: str) -> npt.NDArray[np.float32]:
        """Return d float32, or raise ModelUnavailable."""
        self._count()
        return self._inner.embed_question(text)

    def _count(self) -> None:
        if self.left <= 0:
            raise ModelUnavailable("this embedder was told to fail here")
        self.left -= 1
