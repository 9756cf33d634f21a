"""SIA DC-09: what alarm panels (Ajax, Trikdis, ...) send to a receiving centre, in SIA-DCS or Contact ID."""

from vision.events.sia.parsing import NAME, parse, recognises

__all__ = ["NAME", "parse", "recognises"]
