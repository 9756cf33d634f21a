"""What pages' forms send: fields, wall times, and their values checked. Stores nothing."""

from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.validation import explain

M = TypeVar("M", bound=BaseModel)


async def filled(request: Request) -> dict[str, str]:
    """The fields of a form that hold something; what is left empty is not known."""
    form = await request.form()
    return {name: value.strip() for name, value in form.items() if isinstance(value, str) and value.strip()}


Filled = Annotated[dict[str, str], Depends(filled)]


def checked(model: type[M], values: dict[str, Any]) -> M:
    """`values` as a `model`. Raises BadInput with each bad field and the reason."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise BadInput(Message("papers.refused", reason=explain(error))) from error


def from_wall(text: str, zone: ZoneInfo) -> datetime:
    """The moment, UTC, at which the town's clock showed `text` (YYYY-MM-DDTHH:MM, as browsers send it).

    Of an hour that comes twice the first is meant. Raises BadInput for what is no time, or an hour that is left out.
    """
    try:
        wall = datetime.strptime(text, "%Y-%m-%dT%H:%M")  # noqa: DTZ007  its zone is put on in the next line
    except ValueError as error:
        raise BadInput(Message("calendar.not_a_time", text=text[:40])) from error
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != wall:
        raise BadInput(Message("calendar_page.no_such_hour", hour=f"{wall:%H:%M}", day=wall.date()))
    return moment
