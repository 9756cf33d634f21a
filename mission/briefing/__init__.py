"""The printed briefing of a flight: values in, one HTML file out that needs no network. Stores and decides nothing."""

from mission.briefing.briefing import Briefing, Signature
from mission.briefing.page import to_html
from mission.briefing.restrictions import Contact

__all__ = ["Briefing", "Contact", "Signature", "to_html"]
