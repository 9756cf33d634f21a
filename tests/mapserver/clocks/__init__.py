"""Tests of learned offsets of clocks over HTTP."""
