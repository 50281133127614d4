"""GraphMemMiddleware: an agent that recalls before it answers and remembers what was said."""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import AgentState, ModelRequest, ModelResponse
from langchain_core.messages import AnyMessage, BaseMessage, SystemMessage
from langchain_core.tools import BaseTool
from langgraph.config import get_config
from langgraph.runtime import Runtime

from graphmem.aio import AsyncMemory, in_thread
from graphmem.errors import GraphMemError, InvalidInput
from graphmem.identity import derive_id
from graphmem.integrations.langchain.messages import role_of, text_of, told_of
from graphmem.integrations.langgraph.turns import beyond, earlier, shown_in, unsaid
from graphmem.integrations.marks import marked, unmarked
from graphmem.integrations.scopes import Scope, filled, values_of
from graphmem.memory import Memory
from graphmem.model import Hit, Message, RecallOptions, Role
from graphmem.read.recollection import Recollection

__all__ = ["GraphMemMiddleware"]

_log = logging.getLogger("graphmem")

#: Turns of agents whose memories are looked up or written at a time.
_THREADS = 4
#: So many times the turns of a conversation are looked through for its earlier ones: a session may hold several.
_REACH = 4
#: What these tools answer was remembered before.
_OWN_TOOLS = frozenset({"manage_memory", "search_memory", "recall", "find_entities", "facts_about", "path_between"})
_AWAY = (
    "The memory of earlier conversations cannot be reached at the moment: answer without it, and say so if it matters."
)


class GraphMemMiddleware(AgentMiddleware[AgentState[Any], Any, Any]):
    """Recall into the system message of every model call, and remember the turn when the agent is done.

    What is recalled, and before it the memory's core blocks (`memory.core`), stands in the system message only, between
    marks: it never enters the conversation's messages, and what is marked is never remembered. What the conversation
    itself shows the model is not recalled beside it. Each message is remembered once, however often the hooks run and
    however often a checkpointer, or a client that keeps the conversation itself, brings it back; what failed to be
    written is written after the next turn of the thread.

    Args:
        memory: where; several agents may share it.
        namespace: whose memory, with names in braces that the run's context (or its `configurable`) fills:
            `"user/{user_id}"`; None is the memory's own. A run without the value is refused.
        session: the run of interactions a thread's messages belong to; `{thread_id}` is LangGraph's.
        top_k: how many interactions are looked up for a model call; 0 leaves it at the core blocks.
        tokens: how long what is recalled may be, estimated.
        options: further what to look for and where (times, kinds, other namespaces).
        remember: the roles whose messages are remembered; none remembers nothing.
        speaker: who the user is, by name ("I" in their messages is this person), with names in braces as `namespace`;
            a message's own name goes before.
        on_error: `"raise"`, or `"continue"`: a memory that cannot be reached is logged, the model is told, and the
            agent goes on without.
        background: leave drawing facts to a worker of the memory, so that the answer does not wait for them.
        tools: tools that come with the middleware, e.g. `graphmem.integrations.langchain.recall_tools(memory)`.
        clock: tells when messages are said, an aware instant.
    """

    def __init__(
        self,
        memory: Memory | AsyncMemory,
        *,
        namespace: str | None = None,
        session: str = "{thread_id}",
        top_k: int = 8,
        tokens: int = 800,
        options: RecallOptions | None = None,
        remember: Collection[Role] = ("user", "assistant"),
        speaker: str | None = None,
        on_error: Literal["raise", "continue"] = "raise",
        background: bool = True,
        tools: Sequence[BaseTool] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        if on_error not in {"raise", "continue"}:
            raise InvalidInput(f"on_error is {on_error!r}: use 'raise' or 'continue'")
        if top_k < 0:
            raise InvalidInput(f"top_k is {top_k}; ask for at least 1 hit, or 0 for none")
        self.tools = list(tools)
        self._scope = Scope(memory, namespace)
        self._session = session
        self._top_k, self._tokens, self._options = top_k, tokens, options
        self._roles, self._speaker = frozenset(remember), speaker
        self._on_error = on_error
        self._background = background
        self._clock = clock
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="graphmem-agent")

    # --- recalling --------------------------------------------------------------------------------------------------

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Call the model with what is recalled for the last message of the user."""
        return handler(self._recalling(request))

    async def awrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]
    ) -> ModelResponse[Any]:
        """Call the model with what is recalled for the last message of the user; recall runs on a thread."""
        return await handler(await in_thread(self._pool, self._recalling, request))

    def _recalling(self, request: ModelRequest[Any]) -> ModelRequest[Any]:
        values = _values(request.runtime)
        memory = self._scope.of(values)
        try:
            found = self._known(memory, request.messages, session=self._session_of(values))
        except GraphMemError as err:
            self._failed("recall", err)
            found = _AWAY
        return request.override(system_message=_with(request.system_message, marked(found))) if found else request

    def _known(self, memory: Memory, messages: Sequence[AnyMessage], *, session: str) -> str:
        """Return the core blocks and what is recalled for the last question; "" where there is nothing of either."""
        parts = [str(memory.core)]
        question = _question(messages)
        if question and self._top_k:
            found = self._found(memory, question, messages, session=session)
            parts.append(found.context(tokens=self._tokens))
        return "\n\n".join(part for part in parts if part)

    def _found(self, memory: Memory, question: str, messages: Sequence[AnyMessage], *, session: str) -> Recollection:
        """Recall what the messages do not show; the search widens until `top_k` interactions are found."""
        shown = shown_in(messages)
        width = self._top_k if len(shown) <= 1 else 2 * self._top_k + 8
        while True:
            found = memory.recall(question, top_k=width, options=self._options)
            left = beyond(found.hits, session=session, shown=shown, top_k=self._top_k)
            enough = _interactions(left) == self._top_k or _interactions(found) < width
            if enough:
                return replace(found, hits=left)
            width *= 4

    # --- remembering ------------------------------------------------------------------------------------------------

    def after_agent(self, state: AgentState[Any], runtime: Runtime[Any]) -> None:
        """Remember the messages of the thread that are not remembered yet."""
        self._remember(state["messages"], runtime)

    async def aafter_agent(self, state: AgentState[Any], runtime: Runtime[Any]) -> None:
        """Remember the messages of the thread that are not remembered yet, on a thread."""
        await in_thread(self._pool, self._remember, state["messages"], runtime)

    def _remember(self, messages: Sequence[AnyMessage], runtime: Runtime[Any]) -> None:
        values = _values(runtime)
        memory, session = self._scope.of(values), self._session_of(values)
        speaker = filled(self._speaker, values) if self._speaker else None
        told = [
            one
            for place, message in enumerate(messages)
            if role_of(message) in self._roles
            and (one := _told(message, session=session, place=place, speaker=speaker)) is not None
        ]
        if not told:
            return
        now = self._clock()
        try:
            fresh = _fresh(memory, told, session=session)
            if fresh:
                memory.remember(fresh, session=session, now=now, background=self._background)
        except GraphMemError as err:
            self._failed("remember", err)

    # --- shared -----------------------------------------------------------------------------------------------------

    def _session_of(self, values: Mapping[str, Any]) -> str:
        return filled(self._session, {"thread_id": "default", **values})

    def _failed(self, action: str, err: GraphMemError) -> None:
        """Let the agent go on where that is wanted, and say so; what a caller did wrong is always raised."""
        if self._on_error == "raise" or isinstance(err, InvalidInput):
            raise err
        _log.warning("agent without memory", extra={"action": action, "error": type(err).__name__})


def _values(runtime: Runtime[Any]) -> dict[str, Any]:
    """Return the run's values: of its config, its thread and, before them, its context."""
    try:
        configurable = get_config().get("configurable", {})
    except RuntimeError:  # a hook that is called outside of a run
        configurable = {}
    return values_of(getattr(runtime, "context", None), configurable)


def _fresh(memory: Memory, told: Sequence[Message], *, session: str) -> list[Message]:
    """Return the messages that the memory does not hold yet: not by their ids, nor as earlier conversation by words."""
    known = frozenset(i.id for i in memory.store.interactions(memory.namespace, [str(one.id) for one in told]))
    if all(one.id in known for one in earlier(told)):
        return unsaid(told, known=known, held=())
    reach = _REACH * len(told)
    held = memory.store.history(memory.namespace, session=session, kinds=("message",), latest=True, top_k=reach)
    return unsaid(told, known=known, held=held)


def _interactions(hits: Sequence[Hit]) -> int:
    return sum(hit.type == "interaction" for hit in hits)


def _question(messages: Sequence[BaseMessage]) -> str:
    """Return what the user said last, without memories in it; "" where they said nothing."""
    for message in reversed(messages):
        if role_of(message) == "user":
            return unmarked(text_of(message)).strip()
    return ""


def _with(system: SystemMessage | None, block: str) -> SystemMessage:
    """Return the system message with a block of text behind it."""
    if system is None:
        return SystemMessage(block)
    if isinstance(system.content, str):
        return system.model_copy(update={"content": f"{system.content}\n\n{block}"})
    return system.model_copy(update={"content": [*system.content, {"type": "text", "text": block}]})


def _told(message: BaseMessage, *, session: str, place: int, speaker: str | None) -> Message | None:
    """Return the message to remember, None where nothing is left without memories, or it only calls tools.

    Its id derives from the session and its own id, which LangGraph gives to every message; a message without one, as
    hooks that are called by hand may see, goes by its place and text.
    """
    if message.type == "tool" and message.name in _OWN_TOOLS:
        return None
    text = text_of(message)
    kept = unmarked(text)
    calls_only = role_of(message) == "assistant" and not text.strip() and bool(getattr(message, "tool_calls", ()))
    if calls_only or (text.strip() and not kept.strip()):
        return None
    own = message.id or ["without id", place, message.type, text]
    whole = message if kept == text else message.model_copy(update={"content": kept})
    user = speaker if role_of(message) == "user" else None
    return told_of(whole, id=derive_id("langchain", "Interaction", session, own), speaker=user)
