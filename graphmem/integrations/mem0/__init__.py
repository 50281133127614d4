"""The calls of mem0, over a graphmem memory."""
