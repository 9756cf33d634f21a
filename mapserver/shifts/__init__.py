"""Shifts, for pages and programs; a town in which nobody is on shift is a fault."""
