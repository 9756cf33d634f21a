"""Links: the bytes to and from a vehicle, over UDP, TCP or a serial line, recorded and watched on their way."""
