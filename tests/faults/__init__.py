"""What must lose and double no acknowledged message: `make faults`, and a small sample in tests/process."""
