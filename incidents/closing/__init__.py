"""Closing codes: how an incident can end, from `codes.toml` or a town's own file of the same form."""
