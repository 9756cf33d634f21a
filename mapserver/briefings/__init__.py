"""Printed briefings."""
