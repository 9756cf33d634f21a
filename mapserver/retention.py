"""Retention as the settings want it."""

from incidents.retention.desk import RetentionDesk
from incidents.retention.policy import Keep
from incidents.retention.service import RetentionRules
from mapserver.services import Services
from telemetry.cities import City
from vision.recording import service as recording


def retention_desk(parts: Services) -> RetentionDesk:
    """The desk that forgets observations and pictures when their time has come."""
    settings = parts.settings

    def keep_for(city: City, source: str) -> Keep:
        return settings.retention.keep_for(city, settings.purpose_of(source))

    def rules() -> RetentionRules:
        with parts.store.read() as session:
            return RetentionRules(keep_for, recording.in_force(session, parts.forgetting.earliest_now()))

    return RetentionDesk(parts.store, parts.media, rules=rules, due_by=parts.forgetting.due_by)
