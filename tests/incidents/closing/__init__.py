"""Closing codes."""
