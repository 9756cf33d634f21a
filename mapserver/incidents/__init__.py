"""Incidents and their timelines, for pages and programs."""
