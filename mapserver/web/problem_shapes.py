"""The shapes of errors in the description of the API, one a status, made from the tree in `telemetry/errors.py`."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from mapserver.web.problem_json import as_json
from telemetry import errors
from telemetry.errors import (
    BadInput,
    BadMask,
    BadRequest,
    BadRule,
    Conflict,
    FlightBlocked,
    NotAllowed,
    NotFound,
    NotSignedIn,
    OrderAsks,
    Overloaded,
    TooLarge,
    TooManyRequests,
    TooSlow,
    VanagasError,
)

Kind = type[VanagasError]


class ProblemAnswer(BaseModel):
    """What a program is told of an error; some kinds have more beside these two."""

    error: str
    """The kind of error, which stays the same in all languages."""
    message: str
    """What was wrong and what to do, in a sentence; the same as `text`."""
    code: str
    """What was wrong, the same in every language: a code of the catalogue."""
    params: dict[str, Any]
    """What the sentence is about, with types."""
    text: str
    """What was wrong and what to do, in the language of the request."""


class ConfirmationAsked(BaseModel):
    """What an order would do that its pilot confirms first."""

    subject: str
    """To be sent back as acknowledged."""
    message: str


_PART_FIELDS: dict[str, Any] = {
    "number": (int | None, Field(None, description="Which of several that were sent together, counted from 1.")),
    "field": (str | None, Field(None, description="Which of its fields.")),
}
_FIELDS: dict[Kind, dict[str, Any]] = {
    BadRule: _PART_FIELDS,
    BadMask: _PART_FIELDS,
    FlightBlocked: {
        "verdicts": (list[dict[str, Any]] | None, Field(None, description="The checks that stand in its way.")),
    },
    OrderAsks: {
        "asks": (list[ConfirmationAsked] | None, Field(None, description="What the pilot confirms first.")),
    },
}
"""What a kind has beside kind and message."""

RETRIED = frozenset({429, 503})

EXAMPLES: tuple[VanagasError, ...] = (
    BadRequest("the request is not HTTP that can be read"),
    NotSignedIn("sign in first, or send a token as Authorization: Bearer …"),
    NotAllowed("the role device may not see incidents"),
    NotFound("there is no incident 0f1d8c0e in the towns you may see"),
    TooSlow("the request's body did not arrive within 60 s; send it again over a better connection"),
    Conflict("there is a camera dob-07 already"),
    OrderAsks(
        "it needs your confirmation",
        [{"subject": "fence", "message": "the point is 40 m outside of the flight's fence"}],
    ),
    TooLarge("the request is larger than 4 MiB; send it in parts, or a smaller file"),
    BadInput("the request cannot be used: limit: Input should be less than or equal to 1000"),
    TooManyRequests("more requests than one sender may make; send fewer", retry_after_s=10),
    Overloaded("too many files are read at once; send it again in a moment", retry_after_s=5),
)
"""One of each status, as it leaves the server."""


@cache
def shape_of(status: int) -> type[ProblemAnswer]:
    """The shape of every error of the tree with this HTTP status."""
    kinds = [kind for kind in _tree() if kind.status == status and not kind.__name__.startswith("_")]
    fields: dict[str, Any] = {}
    for kind in kinds:
        fields |= _FIELDS.get(kind, {})
    error: Any = Literal[tuple(kind.__name__ for kind in kinds)]
    meaning = (kinds[0].__doc__ or "").partition("\n")[0]
    name = f"{kinds[0].__name__}Problem"
    made: type[ProblemAnswer] = create_model(
        name, __base__=ProblemAnswer, __doc__=meaning, error=(error, ...), **fields
    )
    return made


@cache
def described_problem(status: int) -> dict[str, Any]:
    """What every operation says of errors with this status, as one of OpenAPI's `responses`."""
    shape = shape_of(status)
    examples = {type(one).__name__: {"value": as_json(one)} for one in EXAMPLES if one.status == status}
    content = {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}, "examples": examples}
    described: dict[str, Any] = {"description": shape.__doc__, "content": {"application/json": content}}
    if status in RETRIED:
        described["headers"] = {
            "Retry-After": {"description": "Seconds to wait, where that is known.", "schema": {"type": "integer"}}
        }
    return described


def _tree() -> Iterator[Kind]:
    """The tree, from the root down, each kind before those below it."""
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, VanagasError):
            yield kind
