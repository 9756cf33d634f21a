"""Invented towns with known truth, to try merging on. Nothing here is fitted to how merging works."""

from incidents.synthetic.town import TownKind, generate_town
from incidents.synthetic.writing import write_town

__all__ = ["TownKind", "generate_town", "write_town"]
