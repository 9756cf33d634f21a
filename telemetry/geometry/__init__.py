"""What ground a camera sees: lines of sight, the ground that they meet, footprints. Knows no unit and no vendor."""
