"""Measurements of speed and size: run by `make bench`, never by the tests."""
