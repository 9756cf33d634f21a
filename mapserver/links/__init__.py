"""Links between incidents over the API and on their pages."""
