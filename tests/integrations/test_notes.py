"""Notes: memories that can be edited, over interactions that cannot."""

import threading
from datetime import UTC, datetime

import pytest

from graphmem import Memory, Message, Passage, RecallOptions
from graphmem.errors import InvalidInput, NotFound
from graphmem.integrations.notes import Notes
from tests.conftest import Opener


def test_a_passage_stays_a_passage_through_updates(opened: Opener) -> None:
    """A new version keeps kind, title, source, session, speaker and role; its date is that of the update."""
    now = datetime(2026, 5, 1, tzinfo=UTC)
    notes = Notes(opened(":memory:"), clock=lambda: now)
    told = [
        Passage("Feedzai detects fraud.", title="Feedzai", source="notes.md", metadata={"page": 1}),
        Message("I like tea.", speaker="Ada", role="user"),
    ]
    passage, message = notes.add(told, session="desk")
    for note, text in ((passage, "Feedzai stops fraud."), (message, "I like mate.")):
        old, new = note.current, notes.update(note.id, text=text).current
        assert (new.kind, new.title, new.source, new.session) == (old.kind, old.title, old.source, "desk")
        assert (new.speaker, new.role, new.at, new.text) == (old.speaker, old.role, now, text)
    assert notes.get(passage.id).metadata == {"page": 1}
    assert notes.update(passage.id, metadata={"page": 2}).text == "Feedzai stops fraud."


def test_any_version_leads_to_its_note(opened: Opener) -> None:
    """Whoever holds the id of a later version finds the note it belongs to; an id of nothing is not found."""
    notes = Notes(opened(":memory:"))
    (note,) = notes.add([Message("one")])
    for number in range(2, 8):
        note = notes.update(note.id, text=f"version {number}")
    assert [v.text for v in note.versions] == ["one", *(f"version {n}" for n in range(2, 8))]
    assert notes.get(note.current.id) == notes.get(note.id) == note
    with pytest.raises(NotFound):
        notes.get("nobody")
    with pytest.raises(NotFound):
        notes.update("nobody", text="x")


def test_updates_at_once_are_versions_in_a_row(opened: Opener) -> None:
    """Two memories on one file that update one note together lose neither's words."""
    both = [Notes(opened(extractor=None)), Notes(opened(extractor=None))]
    (note,) = both[0].add([Message("begun")])

    def update(notes: Notes, name: str) -> None:
        for number in range(5):
            notes.update(note.id, text=f"{name} {number}")

    threads = [threading.Thread(target=update, args=(n, name)) for n, name in zip(both, ("left", "right"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = [v.text for v in both[1].get(note.id).versions]
    assert sorted(told) == sorted(["begun", *(f"{name} {n}" for name in ("left", "right") for n in range(5))])
    assert [t for t in told if t.startswith("left")] == [f"left {n}" for n in range(5)]


def test_our_key_of_the_metadata_is_refused_to_callers(opened: Opener) -> None:
    """Nobody can make a memory look like a version of another's."""
    memory: Memory = opened(":memory:")
    notes = Notes(memory)
    (note,) = notes.add([Message("mine")])
    with pytest.raises(InvalidInput, match="graphmem"):
        notes.add([Message("forged", metadata={"graphmem": {"note": note.id}})])
    with pytest.raises(InvalidInput, match="graphmem"):
        notes.update(note.id, metadata={"graphmem": {}})
    assert len(memory.history()) == 1


def test_recall_finds_the_newest_version_alone(opened: Opener) -> None:
    """After an update, recall gives the new text and not the old one, unless superseded ones are asked for."""
    memory = opened(":memory:")
    notes = Notes(memory)
    (note,) = notes.add([Message("My favourite tea is sencha.", speaker="Ada")], session="desk")
    assert memory.recall("favourite tea")[0].text == "My favourite tea is sencha."
    notes.update(note.id, text="My favourite tea is oolong.")
    assert [h.text for h in memory.recall("favourite tea")] == ["My favourite tea is oolong."]
    both = memory.recall("favourite tea", options=RecallOptions(include_superseded=True))
    assert {h.text for h in both} == {"My favourite tea is sencha.", "My favourite tea is oolong."}
