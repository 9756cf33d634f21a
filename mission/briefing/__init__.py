"""The printed briefing of a flight: values in, one HTML file out that needs no network. Stores and decides nothing."""

from mission.briefing.briefing import Briefing, Contact, Restriction, Signature
from mission.briefing.page import to_html

__all__ = ["Briefing", "Contact", "Restriction", "Signature", "to_html"]
