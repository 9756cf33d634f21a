"""Weather that pilots enter and services forecast."""
