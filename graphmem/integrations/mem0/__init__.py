"""mem0's calls over a graphmem memory: `from graphmem.integrations.mem0 import Memory` in place of mem0's own."""

from graphmem.integrations.mem0.memory import Memory, UnknownMemory

__all__ = ["Memory", "UnknownMemory"]
