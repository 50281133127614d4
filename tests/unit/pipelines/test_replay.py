"""Replaying a recorded extraction: what was recorded comes back, what was not is said."""

from pathlib import Path

import pytest

from graphmem.errors import FormatError, NotFound
from graphmem.model import Interaction
from graphmem.ports import Turn
from pipelines.replay import ReplayExtractor

RECORDING = Path(__file__).parents[2] / "data" / "replay" / "openie.json"


def turn(title: str | None, text: str) -> Turn:
    return Turn(interaction=Interaction(id="i", session="s", kind="passage", text=text, title=title))


def test_what_was_recorded_comes_back() -> None:
    """A recorded passage yields its triples, its title as what it is about, and every name once."""
    replay = ReplayExtractor(RECORDING, label="gpt")
    text = "Larkfield Mill is a watermill  in Estwick. It was built by Orla Penn in 1791."
    (found,) = replay.extract([turn("Larkfield Mill", text)])
    told = [(t.subject, t.predicate, t.object) for t in found.triples]
    assert told == [("Larkfield Mill", "is_located_in", "Estwick"), ("Orla Penn", "built", "Larkfield Mill")]
    assert [e.name for e in found.entities if e.about] == ["Larkfield Mill"]
    assert sorted(e.name for e in found.entities) == ["1791", "Estwick", "Larkfield Mill", "Orla Penn"]
    assert (found.extractor, found.degraded) == ("replay/gpt", ())


def test_the_title_may_stand_in_the_text() -> None:
    """A passage told whole, its title as the first line, is found as well."""
    replay = ReplayExtractor(RECORDING)
    (found,) = replay.extract([turn(None, "Orla Penn\nOrla Penn (1760–1822) was an Estish engineer.")])
    assert len(found.triples) == 1


def test_malformed_triples_are_counted() -> None:
    """Triples without three parts are left out and counted."""
    replay = ReplayExtractor(RECORDING)
    assert (replay.malformed, len(replay)) == (2, 2)


def test_what_was_not_recorded_is_said() -> None:
    """An unknown passage yields nothing, and says that it is degraded, never silently."""
    (found,) = ReplayExtractor(RECORDING).extract([turn("Other", "Something else.")])
    assert (found.entities, found.triples) == ((), ())
    assert "does not hold" in found.degraded[0].why


def test_other_files_are_refused(tmp_path: Path) -> None:
    """No file, and a file of another form, are told apart and refused."""
    with pytest.raises(NotFound):
        ReplayExtractor(tmp_path / "none.json")
    other = tmp_path / "other.json"
    other.write_text('[{"title": "a", "text": "b"}]', encoding="utf-8")
    with pytest.raises(FormatError, match="extracted_triples"):
        ReplayExtractor(other)
