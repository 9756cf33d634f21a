"""What the analysis of video finds, taken in."""
