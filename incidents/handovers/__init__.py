"""Handing over to the next shift: what changed since a person left, and when they last read it."""
