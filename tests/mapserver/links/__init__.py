"""Tests of links between incidents over HTTP."""
