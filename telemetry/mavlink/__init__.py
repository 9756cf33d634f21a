"""MAVLink as bytes: what each message looks like, and finding intact frames. Talks to nobody."""
