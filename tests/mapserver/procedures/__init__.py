"""Procedures, for pages and programs."""
