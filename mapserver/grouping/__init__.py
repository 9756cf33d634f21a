"""Which observations are one incident: what people are asked about it, and what they decide."""
