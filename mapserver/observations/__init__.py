"""Observations handed in and listed."""
