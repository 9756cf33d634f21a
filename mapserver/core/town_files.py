"""The files in the towns' hands that say how incidents are handled.

One that cannot be read is a fault; what ships counts instead.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from incidents.closing.codes import ClosingCodes, default_codes, load_codes
from incidents.procedures.reading import default_procedures, load_procedures
from incidents.procedures.values import Procedures
from incidents.referrals.reading import default_services, load_services
from incidents.referrals.values import ServiceList
from mapserver.core.settings import Settings
from mapserver.faults import Amiss, Faults
from telemetry.errors import Misconfigured
from telemetry.messages import Message

Content = TypeVar("Content")


@dataclass(frozen=True)
class TownFiles:
    """What the files say."""

    closing_codes: ClosingCodes = field(default_factory=default_codes)
    procedures: Procedures = field(default_factory=default_procedures)
    services: ServiceList = field(default_factory=default_services)


def read_town_files(settings: Settings, faults: Faults) -> TownFiles:
    """Read those that the settings name."""

    def content(path: Path | None, load: Callable[[Path], Content], shipped: Callable[[], Content]) -> Content:
        if path is None:
            return shipped()
        try:
            return load(path)
        except Misconfigured as error:
            words = Message("faults.town_file_unread", file=path.name)
            faults.begin(f"file {path.name}", Amiss(words, Message("faults.then_restart", reason=error.told)))
            return shipped()

    return TownFiles(
        closing_codes=content(settings.closing_codes_file, load_codes, default_codes),
        procedures=content(settings.procedures_file, load_procedures, default_procedures),
        services=content(settings.services_file, load_services, default_services),
    )
