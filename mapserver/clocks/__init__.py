"""Learned offsets of devices' clocks: learned once a day, shown, and taken over by supervisors."""
