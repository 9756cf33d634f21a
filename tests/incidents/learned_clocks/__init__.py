"""Tests of learned offsets of clocks."""
