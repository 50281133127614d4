from collections.abc import Callable

import pytest

from graphmem.model import Interaction
from graphmem.ports import Extraction, Turn
from graphmem.write.extract import SpacyExtractor


@pytest.fixture(scope="session")
def extractor() -> SpacyExtractor:
    return SpacyExtractor()


@pytest.fixture(scope="session")
def said(extractor: SpacyExtractor) -> Callable[..., Extraction]:
    """Draw from what Ada says to Bob, after the given earlier turns (speaker, text)."""

    def draw(text: str, *before: tuple[str, str], **about: str) -> Extraction:
        earlier = tuple(
            Interaction(id=f"b{i}", session="s", kind="message", text=words, speaker=who)
            for i, (who, words) in enumerate(before)
        )
        here = Interaction(id="t", session="s", kind="message", text=text, speaker=about.get("speaker", "Ada"))
        return next(iter(extractor.extract([Turn(here, earlier, about.get("listener", "Bob"))])))

    return draw
