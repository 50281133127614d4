"""GraphMemChatMessageHistory: a session of a memory as LangChain's chat message history.

Thin on purpose: LangChain deprecates the class in favour of LangGraph's persistence. New agents take the middleware.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from langchain_core.chat_history import BaseChatMessageHistory
from langchain_core.messages import BaseMessage

from graphmem.aio import AsyncMemory
from graphmem.errors import NotFound
from graphmem.identity import derive_id
from graphmem.integrations.langchain.messages import KEPT, message_of, told_of
from graphmem.memory import Memory
from graphmem.model import Interaction, Message

__all__ = ["GraphMemChatMessageHistory"]

_PAGE = 1_000


class GraphMemChatMessageHistory(BaseChatMessageHistory):
    """The messages of one session, as they were: every type, with tool calls, blocks, names and ids.

    A message with an id is kept once; added again with other content it takes the old one's place.

    Args:
        memory: where they are kept.
        session: which run of messages.
        background: leave drawing facts to a worker of the memory.
        clock: tells when messages are said, an aware instant.
    """

    def __init__(
        self,
        memory: Memory | AsyncMemory,
        *,
        session: str,
        background: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.memory = memory.memory if isinstance(memory, AsyncMemory) else memory
        self.session = session
        self._background = background
        self._clock = clock

    @property
    def messages(self) -> list[BaseMessage]:  # type: ignore[override] # the base class has a plain field
        """All messages of the session, oldest first."""
        found: list[BaseMessage] = []
        last: Interaction | None = None
        while page := self.memory.history(session=self.session, after=last, top_k=_PAGE):
            found += [message_of(interaction) for interaction in page]
            last = page[-1]
        return found

    def add_messages(self, messages: Sequence[BaseMessage]) -> None:
        """Append messages, in order."""
        if not messages:
            return
        now = self._clock()
        told = [
            told_of(message, id=self._id(message), at=now + timedelta(microseconds=place))
            for place, message in enumerate(messages)
        ]
        ids = [str(one.id) for one in told]
        known = {i.id: i for i in self.memory.store.interactions(self.memory.namespace, ids)}
        changed = [one for one in told if one.id in known and known[one.id].metadata.get(KEPT) != one.metadata[KEPT]]
        if changed:
            self.memory.forget(interactions=[str(one.id) for one in changed])
        fresh = [_at_its_place(one, known) for one in told if one.id not in known or one in changed]
        self.memory.remember(fresh, session=self.session, background=self._background)

    def clear(self) -> None:
        """Forget all messages of the session."""
        with suppress(NotFound):
            self.memory.forget(session=self.session)

    def _id(self, message: BaseMessage) -> str:
        return derive_id("langchain", "Interaction", self.session, message.id or str(uuid4()))


def _at_its_place(told: Message, known: dict[str, Interaction]) -> Message:
    """Return the message with the instant of the one it takes the place of."""
    old = known.get(str(told.id))
    return replace(told, at=old.at) if old is not None else told
