"""The list of towns in the database: its table, and how towns are added and changed."""
