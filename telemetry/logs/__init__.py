"""Logs of vehicles and cameras: what was recorded in flight, read back whole even from a file that is not."""
