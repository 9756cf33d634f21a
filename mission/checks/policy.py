"""A town's own thresholds for pre-flight checks, each with its default. Decides nothing itself."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_Share = Annotated[float, Field(ge=0, le=0.9, allow_inf_nan=False)]
_Amount = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]


class Policy(BaseModel):
    """What a town asks of every flight. Where the law sets a limit, the town may only be stricter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unknown_blocks: bool = True
    """Whether a check without its data blocks (a town's server) or warns (a plan looked at away from it)."""

    max_height_m: Annotated[float, Field(gt=0, le=120)] = 120.0
    """Above ground. UAS.OPEN.010 (2): 120 m."""
    clearance_m: _Amount = 10.0
    """Between the path and the ground below it, take-off and landing apart."""
    contingency_m: _Amount = 15.0
    """Sideways of the planned path, for wind, position error and stopping: the contingency volume."""
    contingency_height_m: _Amount = 4.0
    """Above and below the planned path; SORA 2.5, annex A, counts 4 m for height by satellite."""
    late_start_s: _Amount = 120.0
    """How much later than planned each leg may be flown; a later start is checked again before arming."""
    return_height_m: Annotated[float, Field(ge=5, le=500)] = 30.0
    """Above home: the height to which a returning vehicle climbs, if lower, where its papers give none."""

    sight_m: _Amount = 500.0
    """Farthest from the pilot within sight; beyond, an authorisation for BVLOS is needed."""
    people_m: _Amount = 30.0
    """Least distance to uninvolved people in subcategories A2 and A3; UAS.OPEN.030 and .040: 30 m."""
    built_up_m: _Amount = 150.0
    """Least distance to residential, commercial, industrial and recreational areas; UAS.OPEN.040 (2): 150 m."""
    built_up: bool | None = None
    """Whether the town counts as built-up all over, so that A3 is out of the question; None: not known."""

    zone_data_max_age_days: _Amount = 28.0
    """Zone data older than this is stale: one AIRAC cycle."""
    stale_zone_data_blocks: bool = True

    reserve: _Share = 0.25
    """Part of a full battery that must be left after landing, from wherever the flight is broken off."""
    weather_max_age_h: _Amount = 6.0
    """Weather issued longer ago than this before the flight is stale."""
    weather_needed_h: _Amount = 3.0
    """Within this time of the start the weather must be known; before, its absence is only a warning."""
    min_visibility_m: _Amount = 1_500.0
    max_rain_mm_h: _Amount = 2.5
    """For drones published as fit for rain; others fly in none."""
    kp_warns: _Amount = 5.0
    """Planetary K index from which satellite positions grow unsure: G1 of NOAA's scale."""
    kp_blocks: _Amount = 7.0
    """G3 of NOAA's scale."""
    night_needs_authorisation: bool = False
    """Beyond the green flashing light that UAS.OPEN.060 (2) (g) asks for at night."""

    separation_m: _Amount = 50.0
    """Sideways, between own flights that are in the air at once."""
    separation_height_m: _Amount = 15.0
    between_flights_s: _Amount = 60.0
    """On the ground between two flights of one drone or pilot."""

    link_reserve: _Share = 0.2
    """Part of the counted range of the link that must be left at the farthest point."""
    storage_reserve: _Share = 0.1
    """Part of the card that must be left after the last picture."""
    privacy_notice: str = ""
    """Where the town tells what it films, why, and for how long it is kept; empty: pilots acknowledge each flight."""

    duty_h: _Amount = 8.0
    """Longest duty of a pilot in a row, from the start of the first flight to the end of the last."""
    flying_h: _Amount = 4.0
    """Longest time a pilot flies in any 24 hours."""
    rest_h: _Amount = 10.0
    """A break this long ends a duty."""

    acknowledged_min: _Amount = 60.0
    """How long an acknowledgement given on a plan is good for scheduling a flight."""
