"""Referrals: an incident is handed over to the service that is responsible for it, and the service answers."""
