"""Custody of body cameras: in whose hands each is, and that its footage is off it, verified, before the next has it."""
