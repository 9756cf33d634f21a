"""What is not known about an incident: what its page says first."""
