"""The schedule: drones, towers and body cameras with their people, onto zones and time windows."""
