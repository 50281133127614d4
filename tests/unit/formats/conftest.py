"""Reading from texts and files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graphmem.formats import Item, Problem, ReadOptions, Skipped, read

Reading = Callable[..., "Told"]


class Told:
    """What a reader yielded, by kind."""

    def __init__(self, yielded: list[Item | Problem | Skipped]) -> None:
        self.items = [one for one in yielded if isinstance(one, Item)]
        self.problems = [one for one in yielded if isinstance(one, Problem)]
        self.skipped = [one for one in yielded if isinstance(one, Skipped)]
        self.texts = [item.what.text for item in self.items]


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    """Write a file of that name and content, and read it back."""

    def told(name: str, content: str | bytes, **options: object) -> Told:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return Told(list(read(path, options=ReadOptions(**options))))  # type: ignore[arg-type]

    return told
