"""A place with a name, and how names are compared. Reads no file."""

import re
import unicodedata
from dataclasses import dataclass

from telemetry.cities import City

_BETWEEN_WORDS = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True)
class NamedPlace:
    """A street, an address, a building or whatever else people name."""

    name: str
    lat: float
    """Degrees north, WGS 84."""
    lon: float
    """Degrees east, WGS 84."""
    city: City
    """The town that it is nearest to."""
    aliases: tuple[str, ...] = ()
    """Other names of it."""
    lang: str = ""
    """Language of the name (BCP 47), such as lt; empty where it is not told."""
    kind: str = ""
    """What it is, in words."""

    @property
    def label(self) -> str:
        """The name with the town."""
        return f"{self.name}, {self.city.facts.name}"


def folded(text: str) -> str:
    """Lower case letters without diacritics and digits, with single spaces for all else: "Brīvības" is "brivibas"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return _BETWEEN_WORDS.sub(" ", plain).strip()
