"""Faces for other people's frameworks: each is imported on its own, and needs its extra."""
