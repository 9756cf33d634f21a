"""Escalation: an incident that nobody acknowledges in time goes to the next person on shift."""
