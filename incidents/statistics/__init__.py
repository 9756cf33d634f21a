"""Statistics: how many incidents there were, and how quickly somebody was there. Counts nothing that is not known."""
