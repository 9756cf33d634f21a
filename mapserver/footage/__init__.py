"""What the cameras have of an incident, offered on its page, and what nobody knows of it."""
