"""Fits the weights of the learned rankings: `python -m pipelines.train_ranker`."""
