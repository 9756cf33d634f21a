"""Devices: the users that may only hand in, and the sources that each of them may speak for."""
