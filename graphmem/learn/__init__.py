"""The learning path: what was done on which query, what came of it, and what the next one can take from that."""
