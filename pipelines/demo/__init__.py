"""A year of two invented lives, remembered live and asked six questions: `python -m pipelines.demo`."""
