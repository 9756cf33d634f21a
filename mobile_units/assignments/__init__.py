"""Assignments: which tower or body camera is at which zone, for what, with whom, since when."""
