"""Embedders and extractors: adapters to models."""
