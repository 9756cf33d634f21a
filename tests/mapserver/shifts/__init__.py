"""Shifts, for pages and programs."""
