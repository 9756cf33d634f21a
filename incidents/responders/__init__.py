"""Who could go to an incident and how long it takes; who was sent, and when they were on the way, there, and saw it."""
