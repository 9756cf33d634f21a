"""What a verdict stands on, as readers are told: the versions themselves are kept as they were made, in English.

They are compared letter by letter (an acknowledgement holds for the very data it was given for), so that their words
are made only where they are shown. Names of files and data sets stay as they are.
"""

import re

from telemetry.messages import Message, written

_KNOWN = (
    (re.compile(r"no register"), "versions.no_register"),
    (re.compile(r"no notice"), "versions.no_notice"),
    (re.compile(r"no weather"), "versions.no_weather"),
    (re.compile(r"still air"), "versions.still_air"),
    (re.compile(r"flat ground at (?P<height_m>-?[\d.e+]+) m"), "versions.flat_ground"),
    (re.compile(r"terrain (?P<name>.+) of (?P<day>\d{4}-\d\d-\d\d)"), "versions.terrain"),
    (re.compile(r"terrain (?P<name>.+), which cannot be read"), "versions.terrain_unreadable"),
    (re.compile(r"(?P<kind>operator|pilot|drone) entry (?P<number>\d+)"), "versions.entry"),
    (re.compile(r"manual report (?P<number>\d+) of (?P<at>\d{4}-\S+)"), "versions.entered_report"),
    (re.compile(r"(?P<source>.+) report (?P<number>\d+) of (?P<at>\d{4}-\S+)"), "versions.report"),
)
_SIMULATED = "simulated "
_GROUND = re.compile(r"ground not known, (?:between )?(?P<low_m>-?[\d.]+) (?:and|to) (?P<high_m>-?[\d.]+) m")


def version_words(version: str) -> Message:
    """The words of a version; a part that is not known here stays as it is."""
    ground = _GROUND.fullmatch(version)
    if ground is not None:
        return Message("versions.ground_not_known", **ground.groupdict())
    return Message("versions.all", parts=[_words_of(part) for part in version.split(", ")])


def _words_of(part: str) -> Message:
    if part.startswith(_SIMULATED):
        return Message("versions.simulated", version=_words_of(part.removeprefix(_SIMULATED)))
    for pattern, code in _KNOWN:
        found = pattern.fullmatch(part)
        if found is not None:
            return Message(code, **found.groupdict())
    return written(part)
