"""Devices' own words taken in, over HTTP and MQTT; what cannot be used waits in quarantine."""
