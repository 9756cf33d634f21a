"""Sessions and tokens: which there are, when they were last used, and their end; for administrators."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, Field

from mapserver.access import tokens
from mapserver.people.schemas import IssuedToken, TokenAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayAdminister
from telemetry.errors import Conflict, NotFound

router = ApiRouter("tokens", "/tokens")


class NewToken(BaseModel):
    """A token to be."""

    user: str
    label: Annotated[str, Field(min_length=1, max_length=100)]
    """What it is for, to find it again."""
    days: Annotated[float, Field(gt=0, le=366, allow_inf_nan=False)] = 30


@router.get("", response_model=list[TokenAnswer])
@refuses(NotFound)
def listed(caller: MayAdminister, session: Reader, user: str | None = None) -> list[dict[str, Any]]:
    """All of them, or those of one user, newest first; last use is to the minute."""
    return tokens.listed(session, caller, user=user)


@router.post("", response_model=IssuedToken, status_code=201)
@refuses(NotFound, Conflict)
def issue(wanted: NewToken, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, str]:
    """Make one. The `token` is in this answer alone."""
    lasts = timedelta(days=wanted.days)
    at = parts.clock.now()
    return {"token": tokens.issue(work, parts.tokens, wanted.user, label=wanted.label, lasts=lasts, by=caller, at=at)}


@router.delete("/{token_id}", response_model=TokenAnswer)
def revoke(token_id: str, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, Any]:
    """End one; whoever uses it is out within a second."""
    return tokens.revoke(work, token_id, by=caller, at=parts.clock.now())
