"""Writing: admit, extract, resolve, save, in the order they run."""
