"""Inspectors' reports."""
