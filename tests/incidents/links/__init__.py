"""Tests of links between incidents."""
