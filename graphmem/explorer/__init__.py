"""The local explorer: one self-contained HTML page of a memory's people, places, things and dated facts."""

from graphmem.explorer.page import page
from graphmem.explorer.picture import Picture, choose

__all__ = ["Picture", "choose", "page"]
