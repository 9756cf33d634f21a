"""The simulated vehicle: an autopilot on the wire and a multirotor behind it, for training and for tests."""
