"""Procedures: what is done about an incident of a category, step by step, by a file in the town's hands."""
