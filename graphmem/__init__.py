"""Long-term memory for LLM agents, kept in a property graph: no server, no key, no network needed.

>>> from graphmem import Memory
>>> with Memory.open(":memory:") as memory:
...     receipt = memory.remember("I moved to Lisbon and started at Feedzai.", speaker="Ada")
...     hit = memory.recall("Where does Ada work?")[0]
>>> hit.text
'I moved to Lisbon and started at Feedzai.'
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphmem.errors import GraphMemError
    from graphmem.memory import Memory
    from graphmem.model import (
        Entity,
        Fact,
        Forgotten,
        Hit,
        Interaction,
        Message,
        Passage,
        RecallOptions,
        Remembered,
        Stats,
    )
    from graphmem.read.rank import Ranking
    from graphmem.read.recollection import Recollection

__version__ = "0.1.0"

__all__ = [
    "Entity",
    "Fact",
    "Forgotten",
    "GraphMemError",
    "Hit",
    "Interaction",
    "Memory",
    "Message",
    "Passage",
    "Ranking",
    "RecallOptions",
    "Recollection",
    "Remembered",
    "Stats",
    "__version__",
]

_ELSEWHERE = {
    "GraphMemError": "graphmem.errors",
    "Memory": "graphmem.memory",
    "Ranking": "graphmem.read.rank",
    "Recollection": "graphmem.read.recollection",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `graphmem --help` need not load numpy and scipy."""
    if name not in __all__:
        raise AttributeError(f"module 'graphmem' has no attribute {name!r}")
    value = getattr(import_module(_ELSEWHERE.get(name, "graphmem.model")), name)
    globals()[name] = value
    return value
