"""Incidents, for pages and programs."""
