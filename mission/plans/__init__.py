"""Plans: a route kept, made into mission items, and written to the files that ground stations and maps read."""
