"""Event codes of Contact ID (SIA DC-05) and SIA-DCS (SIA DC-03): what opens an incident, what only says that all is
well."""

import re
from dataclasses import dataclass

CONTACT_ID = re.compile(r"([136])(\d{3})\s+(\w{2})\s+(\w{3})")
"""Qualifier (1 new, 3 restored, 6 still), code, partition, zone or user."""
SIA_EVENT = re.compile(r"(?:ri(\d{1,3}))?(?:pi(\d{1,3}))?(?:id(\w{1,10}))?(?:ri(\d{1,3}))?([A-Z]{2})(\w{0,10})")
"""Modifiers, two letters of the code, zone."""
RESTORED = "3"


@dataclass(frozen=True)
class PanelEvent:
    """What a panel says, in either code."""

    code: str
    """E130, BA, ..."""
    label: str
    category: str | None
    """None for what is no alarm."""
    zone: str
    is_restored: bool = False
    is_test: bool = False


_CONTACT = (
    (range(100, 110), "medical", "medical"), (range(110, 120), "fire", "fire"), (range(120, 130), "panic", "threat"),
    (range(130, 140), "burglary", "person_in_closed_area"), (range(140, 144), "alarm", "person_in_closed_area"),
    (range(144, 146), "tamper", "tamper"), (range(146, 151), "alarm", "person_in_closed_area"),
    (range(151, 153), "gas", "gas"), (range(154, 155), "water", "flooding"), (range(162, 164), "gas", "gas"),
    (range(137, 138), "tamper", "tamper"), (range(383, 384), "tamper", "tamper"),
    (range(300, 400), "trouble", "unit_trouble"),
)  # fmt: skip
_SIA = {
    "BA": ("burglary", "person_in_closed_area"), "BV": ("burglary", "person_in_closed_area"),
    "FA": ("fire", "fire"), "FS": ("fire", "fire"), "KA": ("heat", "fire"), "SA": ("fire", "fire"),
    "PA": ("panic", "threat"), "HA": ("panic", "threat"), "MA": ("medical", "medical"), "QA": ("medical", "medical"),
    "TA": ("tamper", "tamper"), "GA": ("gas", "gas"), "WA": ("water", "flooding"),
    "UA": ("alarm", "person_in_closed_area"), "JA": ("panic", "threat"), "ZA": ("frost", "unit_trouble"),
    "AT": ("trouble", "unit_trouble"), "YT": ("trouble", "unit_trouble"), "YC": ("trouble", "unit_trouble"),
    "BT": ("trouble", "unit_trouble"), "FT": ("trouble", "unit_trouble"), "XT": ("trouble", "unit_trouble"),
    "YS": ("trouble", "unit_trouble"), "ET": ("trouble", "unit_trouble"), "NT": ("trouble", "unit_trouble"),
}  # fmt: skip
_SIA_RESTORED = {
    "BR": "BA", "BH": "BA", "FR": "FA", "FH": "FA", "PR": "PA", "PH": "PA", "HR": "HA", "HH": "HA", "MR": "MA",
    "MH": "MA", "TR": "TA", "TH": "TA", "GR": "GA", "GH": "GA", "WR": "WA", "WH": "WA", "UR": "UA", "UH": "UA",
    "KR": "KA", "KH": "KA", "AR": "AT", "YR": "YT", "YK": "YC", "BJ": "BT", "FJ": "FT", "XR": "XT", "ER": "ET",
}  # fmt: skip
_SIA_TESTS = frozenset({"RP", "RX", "TX", "NP", "YX", "LX", "RN"})
_SIA_OTHER = frozenset({
    "CL", "OP", "CG", "OG", "CA", "OA", "CF", "NL", "CI", "OR", "CP", "CQ", "OQ", "BB", "BU", "UB", "UU", "LB", "LS",
    "RS", "RR", "ZR", "JL", "JP", "JS", "JT", "JV", "VR", "XC", "BC", "BX", "FX", "TE", "TS", "YG", "FB", "FU",
})  # fmt: skip


def contact_id(data: str) -> PanelEvent | None:
    """An event in Contact ID, such as `1130 02 001`; None for what is none."""
    found = CONTACT_ID.search(data)
    if found is None:
        return None
    qualifier, digits, _, zone = found.groups()
    code = int(digits)
    is_restored = qualifier == RESTORED
    if code in range(601, 610):
        return PanelEvent(f"E{digits}", "test", None, zone, is_test=True)
    if code == 137 or code in (383, 384):
        return PanelEvent(f"E{digits}", "tamper", "tamper", zone, is_restored)
    for codes, label, category in _CONTACT:
        if code in codes:
            return PanelEvent(f"E{digits}", label, category, zone, is_restored)
    if code in range(400, 700):
        return PanelEvent(f"E{digits}", "state", None, zone, is_restored)
    return PanelEvent(f"E{digits}", "alarm", "alarm_seen", zone, is_restored)


def sia_event(data: str) -> PanelEvent | None:
    """An event in SIA-DCS, such as `Nri1/BA05`; None for a code that nobody knows."""
    told = data.rpartition("|")[2]
    readings = [told, told[1:]]
    if told.startswith("N"):
        readings.reverse()
    parts = (part.partition("^")[0].strip() for reading in readings for part in reading.split("/"))
    found = (SIA_EVENT.fullmatch(part) for part in parts)
    events = (_by_letters(match[5], match[6]) for match in found if match is not None)
    return next((event for event in events if event is not None), None)


def _by_letters(letters: str, zone: str) -> PanelEvent | None:
    if letters in _SIA_TESTS:
        return PanelEvent(letters, "test", None, zone, is_test=True)
    if letters in _SIA:
        label, category = _SIA[letters]
        return PanelEvent(letters, label, category, zone)
    if letters in _SIA_RESTORED:
        of = _SIA_RESTORED[letters]
        label, category = _SIA[of]
        return PanelEvent(of, label, category, zone, is_restored=True)
    if letters in _SIA_OTHER:
        return PanelEvent(letters, "state", None, zone)
    return None
