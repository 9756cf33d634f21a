"""Escalation while the server runs."""
