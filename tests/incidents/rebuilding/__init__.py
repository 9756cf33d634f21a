"""Tests of rebuilding."""
