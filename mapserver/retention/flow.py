"""Retention as the settings want it."""

import hashlib
import json

from incidents.retention.policy import Keep
from incidents.retention.retention_worker import RetentionWorker
from incidents.retention.service import RetentionRules
from mapserver.core.services import Services
from mapserver.core.settings import Settings
from mapserver.core.videos import purpose_of, purposes
from telemetry.cities import City
from vision.recording import service as recording


def retention_desk(parts: Services) -> RetentionWorker:
    """The desk that forgets observations and pictures when their time has come."""
    settings = parts.settings

    def rules() -> RetentionRules:
        with parts.store.read() as session:
            holds = recording.in_force(session, parts.forgetting.earliest_now())
            known = purposes(settings, session)

        def keep_for(city: City, source: str) -> Keep:
            return settings.retention.keep_for(city, purpose_of(known, source))

        return RetentionRules(keep_for, holds, settings.retention.least_age, _fingerprint(settings, known))

    return RetentionWorker(parts.store, parts.media, rules=rules, due_by=parts.forgetting.due_by)


def _fingerprint(settings: Settings, known: dict[str, str]) -> str:
    """Of all that decides when an observation is due: the settings, and what is `known` of sources' purposes."""
    said = json.dumps([settings.retention.model_dump(mode="json"), sorted(known.items())])
    return hashlib.sha256(said.encode()).hexdigest()
