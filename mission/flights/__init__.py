"""Flights: scheduled, confirmed, flown and recorded; the life of one flight, and the desk that runs those due."""
