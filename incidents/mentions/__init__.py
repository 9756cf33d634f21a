"""Mentions: a note that names a person reaches that person."""
