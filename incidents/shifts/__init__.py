"""Shifts: who is on duty for a town, in which role, from when until when."""
