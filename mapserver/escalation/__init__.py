"""Escalation while the server runs: one server of the cluster looks every few seconds."""
