"""Access: users, sessions and tokens. What each role may do is decided in telemetry.access."""
