"""A memory for code that runs in an event loop: every verb is one line over worker threads.

Safe in notebooks and in any running loop; one object may serve several loops. The work is a Memory's own: SQLite and
numpy let go of the interpreter's lock while they work, so that the loop goes on.
"""

from graphmem.aio.core import AsyncCore
from graphmem.aio.learning import AsyncQuery
from graphmem.aio.memory import AsyncMemory
from graphmem.aio.threads import in_thread

__all__ = ["AsyncCore", "AsyncMemory", "AsyncQuery", "in_thread"]
