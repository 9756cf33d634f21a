"""People, devices and tokens, for administrators."""
