"""Arrays of observations handed in by a person or a device: one flow for HTTP and MQTT."""

from collections.abc import Sequence
from typing import Any

from incidents.timeline.acceptance import Receipt
from mapserver.flows import take
from mapserver.services import Services
from telemetry.access import Principal, visible_cities
from telemetry.errors import BadObservation, NotAllowed
from telemetry.observations import Observation
from telemetry.observations.values import parse_observation
from telemetry.store import Work

MOST = 1_000
"""Observations in one array."""


def read_observations(raw: Any) -> list[Observation]:
    """The observations in decoded JSON. Raises BadObservation naming the first that cannot be read, and why."""
    if not isinstance(raw, list):
        raise BadObservation("the body must be a JSON array of observations, also for a single one")
    if len(raw) > MOST:
        raise BadObservation(f"the request holds {len(raw):,} observations; send at most {MOST:,} at a time")
    return [parse_observation(one, where=f"observation {index}") for index, one in enumerate(raw)]


def hand_in(parts: Services, work: Work, observations: Sequence[Observation], *, by: Principal) -> list[Receipt]:
    """Take in all of them as `by` hands them in, or none. Names of pictures are left out.

    Raises NotAllowed for another town's observations, or for a source that `by` may not speak for.
    """
    for observation in observations:
        if observation.city not in visible_cities(by):
            raise NotAllowed(f"{by.name} may not hand in for {observation.city}; nothing of this request was kept")
    bare = [observation.model_copy(update={"media": ()}) if observation.media else observation
            for observation in observations]  # fmt: skip
    return take(parts, work, bare, by=by)
