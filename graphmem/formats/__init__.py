"""Readers and writers of other people's files."""

from graphmem.formats.items import FORMATS, Format, Item, Problem, ReadOptions, Skipped
from graphmem.formats.read import read, read_all

__all__ = ["FORMATS", "Format", "Item", "Problem", "ReadOptions", "Skipped", "read", "read_all"]
