"""Plans: drawn, tried, checked, kept."""
