"""Search over everything that was said: observations, notes, decisions."""
