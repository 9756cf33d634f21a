"""What a program is told of an error, wherever it is refused: in a route, before one, or before there is a request."""

from typing import Any

from telemetry.errors import VanagasError


def as_json(error: VanagasError) -> dict[str, Any]:
    """The kind of `error`, its code, its sentence in the language of the request, and what it has beside these."""
    told = error.told.to_answer()
    shown = {
        "error": type(error).__name__,
        "message": told["text"],
        **told,
        **error.details,
    }
    return {name: _whole(value) for name, value in shown.items()}


def _whole(value: Any) -> Any:
    """The value with every half a character, which a message may quote, written as its number."""
    match value:
        case str():
            return value.encode(errors="backslashreplace").decode()
        case dict():
            return {name: _whole(inner) for name, inner in value.items()}
        case list():
            return [_whole(inner) for inner in value]
        case _:
            return value
