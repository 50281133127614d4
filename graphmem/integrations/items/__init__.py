"""Items: JSON values under a path and a key, kept as passages of a memory, so that recall finds them.

An item's newest version is one interaction in a session named by its path (`store/memories.ada`). Writing it again puts
the new version there first and forgets the old one then: a crash between the two loses nothing, and the newest counts.
"""

from graphmem.integrations.items.codec import Item, checked_value
from graphmem.integrations.items.items import Items, Put

__all__ = ["Item", "Items", "Put", "checked_value"]
