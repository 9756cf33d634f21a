"""What holds for every request: who is asked first, how much is read, how fast, and which headers an answer has."""
