"""Drones that are asked for at incidents: who asked, and what a pilot answered."""
