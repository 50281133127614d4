"""The store's promises, by theme; `graphmem.testing.contract` gathers them."""
