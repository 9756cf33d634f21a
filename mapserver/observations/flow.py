"""Observations handed in: read, allowed, screened and accepted, whoever brings them and whichever way."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Any

from incidents.timeline.acceptance import SERVER, Delivery, Outcome, Receipt, accept_all
from mapserver.core.services import Services
from mapserver.devices.service import require_bound
from telemetry.access import Principal, Role, visible_cities
from telemetry.errors import BadObservation, NotAllowed
from telemetry.messages import Message
from telemetry.observations import Observation, Source
from telemetry.observations.values import SIMULATED, parse_observation
from telemetry.scopes import Scope, scope_of
from telemetry.store import Work
from vision.plates.screening import Screened, screen, write_down

MOST = 1_000
"""Observations in one array."""
INCIDENT = "incident_id"
"""Attribute by which a person says which incident an observation is about."""
UNCONFIRMED_INCIDENT = "unconfirmed_incident_id"
"""The same, as a device says it: nobody is believed by it."""


def read_observations(raw: Any) -> list[Observation]:
    """The observations in decoded JSON. Raises BadObservation naming the first that cannot be read, and why."""
    if not isinstance(raw, list):
        raise BadObservation(Message("observations.not_an_array"))
    if len(raw) > MOST:
        raise BadObservation(Message("observations.too_many", held=len(raw), most=MOST))
    return [parse_observation(one, where=f"observation {index}") for index, one in enumerate(raw)]


async def hand_in(parts: Services, observations: Sequence[Observation], *, by: Principal) -> list[Receipt]:
    """Take in all of them as `by` hands them in, or none, in one commit with what others hand in. Names of pictures are
    left out.

    Raises NotAllowed for another town's or exercise's observations, or for a source that `by` may not speak for.
    """
    for observation in observations:
        if observation.city not in visible_cities(by):
            town = observation.city.facts.name
            raise NotAllowed(Message("observations.other_town", name=by.name, town=town))
        _require_own_scope(observation, by)
    bare = [observation.model_copy(update={"media": ()}) if observation.media else observation
            for observation in observations]  # fmt: skip
    return await parts.joint_writes.run_alike(
        "observations", lambda work, handed_in: take_all(parts, work, handed_in), HandIn(bare, by)
    )


@dataclass(frozen=True)
class HandIn:
    """Observations as somebody hands them in."""

    observations: Sequence[Observation]
    by: Principal | None = None
    """None for this server itself, which found them or was told without a token."""


def take(parts: Services, work: Work, arrived: Sequence[Observation], *, by: Principal | None = None) -> list[Receipt]:
    """Accept observations that `by` hands in, as of now, the plates in them kept as far as they may be.

    Without `by` it is this server itself that found them, or was told without a token. They belong to the scope of
    `by`, whatever they say; in the demo to the demo's. Raises NotAllowed for a source that `by` may not speak for.
    """
    (receipts,) = take_all(parts, work, [HandIn(arrived, by)])
    return receipts


def take_all(parts: Services, work: Work, handed_in: Sequence[HandIn]) -> list[list[Receipt]]:
    """As `take`, for what several hand in one after the other, which costs less together: the receipts of each."""
    _require_bound(work, handed_in)
    now = parts.clock.now()
    keep = timedelta(hours=parts.settings.plates.keep_hours)
    deliveries = []
    screened: list[list[Screened]] = []
    for one in handed_in:
        believed = [_as_believed(parts, observation, one.by) for observation in one.observations]
        screened.append([screen(work, observation, parts.plate_keys, now=now) for observation in believed])
        sender = SERVER if one.by is None else one.by.name
        deliveries.append(Delivery(sender, [kept.observation for kept in screened[-1]]))
    receipts = accept_all(work, deliveries, now=now, rules=parts.rules)
    for kept, receipt in zip(chain(*screened), chain(*receipts), strict=True):
        if receipt.outcome in (Outcome.ACCEPTED, Outcome.AMENDED):
            write_down(work, kept, receipt.observation_id, keep=keep, now=now)
    return receipts


def _require_bound(work: Work, handed_in: Sequence[HandIn]) -> None:
    """Raises NotAllowed for a source that whoever hands in may not speak for; asked once for each of them."""
    sources: defaultdict[Principal, list[Source]] = defaultdict(list)
    for one in handed_in:
        if one.by is not None:
            sources[one.by] += [observation.source for observation in one.observations]
    for by, named in sources.items():
        require_bound(work.session, by, named)


def _as_believed(parts: Services, observation: Observation, by: Principal | None) -> Observation:
    if by is None or by.role is Role.DEVICE:
        observation = _without_incident(observation)
    owner = observation.scope if by is None else by.scope
    return _in_scope(observation, scope_of(owner, simulated=parts.settings.demo or observation.simulated))


def _in_scope(observation: Observation, scope: Scope) -> Observation:
    """`observation` in `scope`; in an exercise it says so in its attributes too, for those who know no scopes."""
    changes: dict[str, object] = {}
    if observation.scope != scope:
        changes["scope"] = scope
    if not scope.is_live and observation.attributes.get(SIMULATED) is not True:
        changes["attributes"] = {**observation.attributes, SIMULATED: True}
    return observation.model_copy(update=changes) if changes else observation


def _require_own_scope(observation: Observation, by: Principal) -> None:
    """Raises NotAllowed for what says that it is of an exercise that is not the sender's."""
    said = observation.scope
    if "scope" in observation.model_fields_set and not said.is_live and said != by.scope:
        raise NotAllowed(Message("observations.other_scope", name=by.name, scope=said))


def _without_incident(observation: Observation) -> Observation:
    """Only people are believed when they name the incident that an observation is about."""
    if INCIDENT not in observation.attributes:
        return observation
    attributes = {key: value for key, value in observation.attributes.items() if key != INCIDENT}
    named = {UNCONFIRMED_INCIDENT: observation.attributes[INCIDENT]}
    return observation.model_copy(update={"attributes": attributes | named})
