"""Mentions, for pages and programs."""
