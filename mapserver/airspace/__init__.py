"""Airspace zones and permits."""
