"""Notes on what was said: keywords, tags and context, by rules or in a chat model's words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from graphmem import Memory, Message
from graphmem.identity import derive_id
from graphmem.learn.drafts import listed
from graphmem.rows import Batch, Node
from graphmem.testing.models import ScriptedChatModel
from tests.conftest import WHEN

Opener = Callable[..., Memory]
SAID = ("I planted tomatoes.", "The flight to my sister was late.")


def _told(memory: Memory) -> list[str]:
    memory.remember(
        [Message(t, speaker="Ada", at=WHEN + timedelta(minutes=n)) for n, t in enumerate(SAID)], session="chat"
    )
    ids = {i.text: i.id for i in memory.history()}
    return [ids[t] for t in SAID]


def _annotations(memory: Memory) -> dict[str, Node]:
    return {n.id: n for n in memory.store.nodes(memory.namespace, labels=["Annotation"])}


def _notes(memory: Memory) -> dict[str, Node]:
    found = _annotations(memory).values()
    return {str(n.attributes["interaction"]): n for n in found if "interaction" in n.attributes}


def test_notes_are_tagged_and_leave_other_annotations_alone(opened: Opener) -> None:
    """A note has tags beside keywords; one from before there were tags gets them; strangers of its label stay."""
    memory = opened(extractor=None)
    planted, flight = _told(memory)
    stranger = Node(
        id=derive_id("x", "Annotation", "y"), label="Annotation", name="other", attributes={"annotates": "z"}
    )
    memory.store.save(memory.namespace, Batch(nodes=[stranger]), now=WHEN)
    memory.consolidate(steps=["sessions", "notes"])
    notes = _notes(memory)
    assert listed(notes[planted], "tags") == ("plants", "food")
    assert set(listed(notes[flight], "tags")) == {"family", "travel"}
    older = {k: v for k, v in notes[planted].attributes.items() if k != "tags"}
    memory.store.save(memory.namespace, Batch(nodes=[replace(notes[planted], attributes=older)]), now=WHEN)
    memory.consolidate(steps=["notes"])
    assert listed(_notes(memory)[planted], "tags") == ("plants", "food")
    assert stranger.id in _annotations(memory)
    assert sum(memory.consolidate(steps=["notes"]).written.values()) == 0


def test_what_is_named_tags_a_note(opened: Opener) -> None:
    """The kinds of the entities that a turn names are among its tags."""
    memory = opened()
    memory.remember("Grace lives in Lisbon.", speaker="Ada", at=WHEN)
    memory.consolidate(steps=["notes"])
    (note,) = _notes(memory).values()
    assert {"people", "places"} <= set(listed(note, "tags"))


def test_a_chat_model_s_tags_come_with_its_summary(opened: Opener) -> None:
    """Consolidated with a model later, notes get its tags of their segment in the same call, before those of rules."""
    memory = opened(extractor=None)
    planted, _ = _told(memory)
    memory.consolidate(steps=["sessions", "notes"])
    memory.close()
    told = {
        "title": "A garden",
        "keywords": ["tomatoes"],
        "tags": ["Hobbies", " ", "hobbies"],
        "summary": "Ada plants.",
    }
    model = ScriptedChatModel(answers=[{"gists": [{"n": n, **told} for n in (1, 2)]}])
    memory = opened(extractor=None, chat=model)
    memory.consolidate(steps=["sessions", "notes"])
    assert len(model.seen) == 1
    note = _notes(memory)[planted]
    assert (note.text, listed(note, "tags")) == ("A garden", ("hobbies", "plants", "food"))
    assert sum(memory.consolidate(steps=["sessions", "notes"]).written.values()) == 0
    memory.forget(interactions=[planted])
    assert "hobbies" not in {t for n in _notes(memory).values() for t in listed(n, "tags")}
