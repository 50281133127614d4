"""Who somebody is: facts, preferences and traits, drawn from what was said and following it."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graphmem import Memory, Message
from graphmem.cli.app import app
from graphmem.errors import NotFound
from tests.conftest import WHEN

Opener = Callable[..., Memory]
SAID = (
    "I live in Lisbon.",
    "I still live in Lisbon.",
    "I like hiking.",
    "My favourite colour is blue.",
    "I am patient.",
)


def _chatted(memory: Memory) -> None:
    memory.remember([Message(t, speaker="Ada", at=WHEN + timedelta(days=n)) for n, t in enumerate(SAID)])


def test_a_profile_tells_preferences_and_traits_with_evidence(opened: Opener) -> None:
    """Each line names its evidence and since when; a change of mind and forgetting are followed."""
    memory = opened()
    _chatted(memory)
    assert not memory.profile("Ada")
    memory.consolidate(steps=["profiles"])
    assert sum(memory.consolidate(steps=["profiles"]).written.values()) == 0
    found = memory.profile("ada")
    said = {i.text: i.id for i in memory.history()}
    assert [(t.value, len(t.sources)) for t in found.facts] == [("Lisbon", 2)]
    assert {(t.way, t.value) for t in found.preferences} == {("likes", "hiking"), ("favourite", "blue")}
    (patient,) = found.traits
    assert (patient.way, patient.value, patient.sources) == ("is", "patient", (said["I am patient."],))
    assert patient.since == WHEN + timedelta(days=4)
    assert "Traits:\nAda is patient" in str(found)
    memory.remember("I hate hiking.", speaker="Ada", at=WHEN + timedelta(days=9))
    memory.forget(interactions=[said["I am patient."]])
    memory.consolidate(steps=["profiles"])
    again = memory.profile("Ada")
    assert {(t.way, t.value) for t in again.preferences} == {("dislikes", "hiking"), ("favourite", "blue")}
    assert again.traits == ()
    with pytest.raises(NotFound):
        memory.profile("Grace")


def test_a_profile_is_shown_in_the_shell(opened: Opener, tmp_path: Path) -> None:
    """`graphmem profile` prints the parts, as JSON too, and says what to do where nothing was drawn."""
    memory = opened(tmp_path / "m.db")
    _chatted(memory)
    asked = ["profile", "Ada", "--store", str(tmp_path / "m.db"), "--namespace", "user/ada"]
    assert "consolidate" in CliRunner().invoke(app, asked).output
    memory.consolidate(steps=["profiles"])
    memory.close()
    shown = CliRunner().invoke(app, asked)
    assert shown.exit_code == 0
    assert "Preferences:" in shown.output
    told = json.loads(CliRunner().invoke(app, [*asked, "--json"]).output)
    assert told["traits"][0]["value"] == "patient"
