"""Recordings: every camera's pictures as they came, kept in hourly files as long as they may be, and cut into clips."""
