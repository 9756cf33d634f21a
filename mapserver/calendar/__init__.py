"""The calendar: which unit is where and when, on the town's own clock. Pure but for `uses.py`, which looks them up."""
