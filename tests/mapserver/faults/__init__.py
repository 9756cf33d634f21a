"""Tests of what is amiss with the server."""
