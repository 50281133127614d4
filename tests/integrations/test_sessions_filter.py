"""The filter that the store's namespaces stand on: several sessions at once."""

from graphmem import Message, RecallOptions
from tests.conftest import WHEN, Opener


def test_several_sessions_are_one_filter(opened: Opener) -> None:
    """Only the sessions asked for are searched, before any cut; unknown ones and none at all find nothing."""
    memory = opened(extractor=None)
    for session in ("a", "b", "c"):
        memory.remember([Message(f"A heron in session {session}.", speaker="Ada", at=WHEN)], session=session)
    found = memory.recall("heron", options=RecallOptions(sessions=("a", "c", "nowhere")))
    assert {hit.interaction.session for hit in found if hit.interaction} == {"a", "c"}
    assert not memory.recall("heron", options=RecallOptions(sessions=()))
    assert not memory.recall("heron", options=RecallOptions(session="b", sessions=("a",)))
