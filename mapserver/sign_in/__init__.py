"""Signing in while others try passwords: who waits, how many hashes run at a time, and what is written down."""
