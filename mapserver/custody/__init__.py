"""Body cameras in safe hands: an inspector's own camera, and the dock."""
