"""Stores: one folder an adapter."""
