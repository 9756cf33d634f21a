"""The state of incidents, worked out anew from the log: what was observed, what people decided, what timelines say."""
