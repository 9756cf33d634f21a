"""Tests of questions and decisions about incidents."""
