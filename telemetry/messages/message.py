"""A message: a code and typed parameters, from which words are made at the edge, in the reader's language.

Pure code and stored rows hold messages; pages, JSON answers, commands and printed papers show their text.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from numbers import Integral, Real
from typing import Any, Union

from telemetry.messages.catalogue import text_of
from telemetry.messages.current import current_language
from telemetry.messages.languages import ENGLISH

Param = Union[str, int, float, bool, date, "Message", Sequence["Param"], None]
"""What a parameter may be. Enumerations are kept as their value, other numbers as float, anything else as its `str`."""

WRITTEN = "written.text"
"""Code of a text without a code: written by a person, by another system, or stored before there were codes."""
_AT = "at"
_ON = "on"
_PLAIN_TYPES = frozenset({str, int, float, bool, type(None)})


class Message:
    """`Message("checks.height.above_limit", height_m=123.4, limit_m=120)`: never changed, comparable, picklable."""

    __slots__ = ("code", "params")

    code: str
    params: Mapping[str, Param]

    def __init__(self, code: str, /, **params: Any) -> None:
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "params", {name: _plain(value) for name, value in params.items()})

    def text(self, language: str | None = None) -> str:
        """The words, in `language` or that of the present request or command."""
        return text_of(self.code, self.params, language or current_language())

    def to_json(self) -> dict[str, Any]:
        """Code and parameters as JSON: times as `{"at": ISO 8601}`, dates as `{"on": ISO 8601}`, messages as this."""
        return {"code": self.code, "params": {name: _to_json(value) for name, value in self.params.items()}}

    def to_answer(self, language: str | None = None) -> dict[str, Any]:
        """What a program is told: `code`, `params`, `text` in `language` or that of the present request."""
        return {**self.to_json(), "text": self.text(language)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Message":
        """The message that `to_json` or `to_answer` wrote. Raises ValueError for anything else."""
        code = kept.get("code")
        params = kept.get("params", {})
        if not isinstance(code, str) or not isinstance(params, Mapping):
            raise ValueError(f"{kept!r} is not a message: it wants `code`, a text, and `params`, an object")
        return cls(code, **{name: _from_json(value) for name, value in params.items()})

    @property
    def is_written(self) -> bool:
        """Whether this is a text without a code, shown as written in every language."""
        return self.code == WRITTEN

    def __str__(self) -> str:
        """In English, for logs."""
        return self.text(ENGLISH.code)

    def __repr__(self) -> str:
        params = "".join(f", {name}={value!r}" for name, value in self.params.items())
        return f"Message({self.code!r}{params})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self.code == other.code and self.params == other.params

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted(self.params))))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self.code, dict(self.params))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a message is never changed: {name}")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """In pydantic models: read from a message or its JSON, written as code, params and text."""
        from pydantic_core import core_schema  # noqa: PLC0415 - only models need it

        return core_schema.no_info_plain_validator_function(
            as_message,
            serialization=core_schema.plain_serializer_function_ser_schema(Message.to_answer, when_used="json"),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {
            "type": "object",
            "title": "Message",
            "properties": {
                "code": {"type": "string", "description": "What is meant; stays the same in every language."},
                "params": {"type": "object", "additionalProperties": True},
                "text": {"type": "string", "description": "The words, in the language of the request."},
            },
            "required": ["code", "params", "text"],
        }


def written(text: str) -> Message:
    """A text without a code, which is shown as it is in every language."""
    return Message(WRITTEN, text=text)


def as_message(said: object) -> Message:
    """A message of a message, its JSON, or a plain text. Raises ValueError for anything else."""
    if isinstance(said, Message):
        return said
    if isinstance(said, str):
        return written(said)
    if isinstance(said, Mapping):
        return Message.from_json(said)
    raise ValueError(f"{said!r} is neither a message nor a text")


def text(said: Message | str, language: str | None = None) -> str:
    """The words of a message, in `language` or that of the present request or command; a text as it is."""
    if isinstance(said, str):
        return said
    return said.text(language)


def kept(said: Message | str) -> dict[str, Any] | None:
    """What a row keeps beside the text: code and parameters; None for a text without a code."""
    if isinstance(said, str) or said.is_written:
        return None
    return said.to_json()


def _rebuilt(code: str, params: dict[str, Any]) -> Message:
    return Message(code, **params)


def _plain(value: Any) -> Param:
    if type(value) in _PLAIN_TYPES or isinstance(value, Message | datetime | date):
        plain: Param = value
    elif isinstance(value, Enum):
        plain = _plain(value.value)
    elif isinstance(value, str):
        plain = str(value)
    elif isinstance(value, Integral):
        plain = int(value)
    elif isinstance(value, Real):
        plain = float(value)
    elif isinstance(value, set | frozenset):
        plain = tuple(_plain(thing) for thing in sorted(value))
    elif isinstance(value, Sequence):
        plain = tuple(_plain(thing) for thing in value)
    else:
        plain = str(value)
    return plain


def _to_json(value: Any) -> Any:
    match value:
        case Message():
            return value.to_json()
        case datetime():
            moment = value
            if value.tzinfo is not None:
                moment = value.astimezone(UTC)
            return {_AT: moment.isoformat()}
        case date():
            return {_ON: value.isoformat()}
        case tuple():
            return [_to_json(thing) for thing in value]
        case float() if not math.isfinite(value):
            return None
        case _:
            return value


def _from_json(value: Any) -> Any:
    match value:
        case {"code": _}:
            return Message.from_json(value)
        case {"at": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"on": str(day)}:
            return date.fromisoformat(day)
        case list():
            return tuple(_from_json(thing) for thing in value)
        case _:
            return value
