"""Offsets of devices' clocks that were learned: proposed with what they would change, and taken over by people."""
