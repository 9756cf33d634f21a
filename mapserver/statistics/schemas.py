"""What the API answers of statistics."""

from pydantic import Field

from mapserver.web.schemas import Answer, Utc


class Delay(Answer):
    """How long something took from the first word on, over the incidents of which it is known."""

    known: int
    """Of so many incidents it is known."""
    median_s: float | None
    p90_s: float | None
    """Nine of ten took no longer."""


class IncidentSummary(Answer):
    """How many incidents there were, and how quickly something was done about them."""

    incidents: int
    open: int
    false_alarms: int
    decided: Delay
    """Somebody acknowledged it, sent somebody or closed it."""
    on_the_way: Delay
    """Somebody was sent, or a drone that was asked for started."""
    there: Delay
    """Somebody said that they are there."""
    seen: Delay
    """A drone, body camera or inspector saw it after it was decided about."""
    closed: Delay


class CategorySummary(IncidentSummary):
    """Those of one category."""

    category: str


class TownSummary(IncidentSummary):
    """Those of one town."""

    city: str


class HourSummary(IncidentSummary):
    """Those that began in one hour of the day, on the town's clock."""

    hour: int


class StatisticsAnswer(Answer):
    """The incidents that began in a time."""

    since: Utc
    until: Utc
    all_of_them: IncidentSummary = Field(alias="all")
    by_category: list[CategorySummary]
    """The largest first, as by town."""
    by_town: list[TownSummary]
    by_hour: list[HourSummary]
    """0 to 23."""


class ResponseAnswer(Answer):
    """When what was done about an incident; null for what is not known or did not happen."""

    told: Utc
    """The first word of it came in."""
    decided: Utc | None
    on_the_way: Utc | None
    there: Utc | None
    seen: Utc | None
    closed: Utc | None
