"""Debriefs and the flight log-book."""
