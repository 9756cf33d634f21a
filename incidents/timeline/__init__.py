"""The timeline: incidents as kept, each with its append-only list of who did what, when and why."""
