"""The live picture: one snapshot with a sequence number, then every change after it, without a gap."""

from mapserver.live.hub import Hub, Missed

__all__ = ["Hub", "Missed"]
