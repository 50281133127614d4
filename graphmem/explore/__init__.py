"""The local explorer: one self-contained HTML page of a memory's people, places, things and dated facts."""

from graphmem.explore.page import page
from graphmem.explore.picture import Picture, choose

__all__ = ["Picture", "choose", "page"]
