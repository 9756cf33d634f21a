"""Flights: scheduled, confirmed, flown and recorded; the life of one flight, and the supervisor of those due."""
