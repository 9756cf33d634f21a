"""What every noun of this floor stands on: settings, the parts of the program, the hub. Knows no route."""
