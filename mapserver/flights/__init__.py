"""Flights: scheduled, confirmed, flown."""
