"""Retention: how long observations and their pictures are kept, and that they go when their time has come."""
