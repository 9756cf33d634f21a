"""Audit: who looked at what and who changed what, appended and never altered."""
