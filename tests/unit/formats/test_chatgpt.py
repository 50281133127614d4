"""ChatGPT's export."""

import json
from datetime import UTC, datetime
from typing import Any

from graphmem.model import Message
from tests.unit.formats.conftest import Reading

AT = datetime(2024, 5, 1, 12, tzinfo=UTC)


def node(name: str, parent: str | None, *, role: str = "user", **message: Any) -> dict[str, Any]:
    """Return a node of the tree; without content it is the empty root."""
    if "content" not in message:
        return {"id": name, "parent": parent, "message": None}
    told = {"id": name, "author": {"role": role}, "create_time": AT.timestamp(), **message}
    return {"id": name, "parent": parent, "message": told}


def words(*parts: object) -> dict[str, object]:
    """Return a content of parts."""
    return {"content_type": "text", "parts": list(parts)}


def conversation(*nodes: dict[str, Any], current: str | None, **more: Any) -> dict[str, Any]:
    """Return a conversation of nodes."""
    mapping = {n["id"]: n for n in nodes}
    return {"title": "Trip", "id": "c1", "mapping": mapping, "current_node": current, **more}


TREE = conversation(
    node("root", None),
    node("hidden", "root", role="system", content=words("secret"),
         metadata={"is_visually_hidden_from_conversation": True}),
    node("q", "hidden", content=words("Where to?")),
    node("old", "q", role="assistant", content=words("Rome.")),
    node("new", "q", role="assistant", content=words("Lisbon.")),
    node("thought", "new", role="assistant", content={"content_type": "thoughts", "thoughts": []}),
    node("picture", "thought", content={"content_type": "multimodal_text",
                                        "parts": [{"content_type": "image_asset_pointer"}, "Like this?"]}),
    node("code", "picture", role="tool", content={"content_type": "execution_output", "text": "42"}),
    current="code",
)  # fmt: skip


def test_the_branch_last_seen_is_read(reading: Reading) -> None:
    """Only the branch to the current node is read, in order; hidden and unsaid things are not messages."""
    told = reading("conversations.json", json.dumps([TREE]))
    assert told.texts == ["Where to?", "Lisbon.", "Like this?", "42"]
    assert {item.session for item in told.items} == {"c1"}
    assert not told.problems


def test_messages_carry_role_date_title_and_caption(reading: Reading) -> None:
    """A message has its role, instant, conversation's title, an id of conversation and message, and `[image]`."""
    told = reading("conversations.json", json.dumps([TREE]))
    assert told.items[2].what == Message(
        "Like this?", role="user", at=AT, id="c1/picture", caption="[image]", metadata={"title": "Trip"}
    )


def test_broken_conversations_leave_the_others(reading: Reading) -> None:
    """A conversation without a tree, one with a loop, and a message with an unknown role lose nobody else's words."""
    loop = conversation(node("a", "b", content=words("A")), node("b", "a", content=words("B")), current="a", id="c2")
    strange = conversation(node("x", None, role="king", content=words("X")), current="x", id="c3")
    told = reading("conversations.json", json.dumps([{"mapping": 5}, loop, strange, TREE]))
    assert told.texts == ["B", "A", "Where to?", "Lisbon.", "Like this?", "42"]
    assert len(told.problems) == 2
    assert "c3" in told.problems[1].why


def test_a_missing_current_node_means_the_last_one(reading: Reading) -> None:
    """Without a current node the branch to the node added last is read."""
    told = reading("conversations.json", json.dumps([{**TREE, "current_node": None}]))
    assert told.texts[-1] == "42"
