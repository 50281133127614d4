"""LangChain's messages as interactions and back: the text is searched, everything else is kept as it is. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    messages_from_dict,
)

from graphmem.model import Interaction, Message, Role

__all__ = ["KEPT", "message_of", "role_of", "text_of", "told_of"]

#: The key of an interaction's metadata under which its LangChain message is kept.
KEPT = "langchain"

_ROLES: Mapping[str, Role] = {
    "human": "user", "user": "user", "ai": "assistant", "assistant": "assistant", "system": "system",
    "developer": "system", "tool": "tool", "function": "tool",
}  # fmt: skip
_CLASSES: Mapping[str, type[BaseMessage]] = {"assistant": AIMessage, "system": SystemMessage}


def role_of(message: BaseMessage) -> Role | None:
    """Return the speaker's part; None for a role of a chat message that is none of ours.

    A human message that the agent's harness made (a summary of the conversation, news of a task), which LangChain marks
    with `lc_source`, is the system's: the user said nothing of it.
    """
    if message.type == "human" and message.additional_kwargs.get("lc_source"):
        return "system"
    kind = getattr(message, "role", None) or message.type.removesuffix("MessageChunk").lower()
    return _ROLES.get(str(kind))


def text_of(message: BaseMessage) -> str:
    """Return the text parts of a message, joined; "" where it has none."""
    return str(message.text)


def told_of(
    message: BaseMessage,
    *,
    id: str | None,  # noqa: A002 # as Message
    at: datetime | None = None,
    speaker: str | None = None,
) -> Message:
    """Return a message to remember: its text, or what it does where it says nothing.

    The whole message is kept in the metadata: blocks, images, tool calls, names and ids come back as they were. An
    artifact of a tool that is not JSON is kept as its `repr`.

    Args:
        message: any LangChain message.
        id: the interaction's id, None derives one.
        at: when it was said.
        speaker: who said it, where the message has no name.
    """
    role = role_of(message)
    return Message(
        text_of(message) if text_of(message).strip() else _deeds(message),
        speaker=message.name or speaker,
        role=role,
        at=at,
        id=id,
        metadata={KEPT: {"type": message.type, "data": message.model_dump(mode="json", fallback=repr)}},
    )


def _deeds(message: BaseMessage) -> str:
    """Return what a message without text does, in brackets: calls tools, shows images, or nothing."""
    calls = [f"calls {call['name']}" for call in getattr(message, "tool_calls", ())]
    blocks = message.content if isinstance(message.content, list) else []
    kinds = [str(block.get("type", "block")) for block in blocks if isinstance(block, dict)]
    shown = [f"shows {kind.removesuffix('_url')}" for kind in kinds if kind not in {"tool_use", "tool_call", "text"}]
    return f"[{', '.join(dict.fromkeys((*calls, *shown))) or 'empty'}]"


def message_of(interaction: Interaction) -> BaseMessage:
    """Return the LangChain message of an interaction; one that came otherwise is made from its text and role."""
    kept: Any = interaction.metadata.get(KEPT)
    if isinstance(kept, Mapping) and "type" in kept and "data" in kept:
        return messages_from_dict([dict(kept)])[0]
    if interaction.role == "tool":
        return ToolMessage(interaction.text, tool_call_id=interaction.id, id=interaction.id)
    made = _CLASSES.get(interaction.role or "user", HumanMessage)
    return made(content=interaction.text, id=interaction.id, name=interaction.speaker)
