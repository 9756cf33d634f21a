"""What pydantic refused, as messages: which field, and why, in the reader's language.

A validator that raises `ValueError(Message(…))` is quoted with that message. English texts are pydantic's own.
"""

import re
from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from telemetry.messages import Message, written

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MOST_FAULTS = 5
_BETWEEN = re.compile(r", | or ")
CODES = {
    "bool_parsing": "boolean",
    "bool_type": "boolean",
    "date_from_datetime_parsing": "date",
    "date_parsing": "date",
    "date_type": "date",
    "datetime_from_date_parsing": "datetime",
    "datetime_parsing": "datetime",
    "datetime_type": "datetime",
    "dict_type": "object",
    "enum": "one_of",
    "extra_forbidden": "extra",
    "finite_number": "finite",
    "float_parsing": "number",
    "float_type": "number",
    "greater_than": "greater_than",
    "greater_than_equal": "greater_than_equal",
    "int_from_float": "whole_number",
    "int_parsing": "whole_number",
    "int_type": "whole_number",
    "json_invalid": "json",
    "less_than": "less_than",
    "less_than_equal": "less_than_equal",
    "list_type": "list",
    "literal_error": "one_of",
    "missing": "missing",
    "model_attributes_type": "object",
    "model_type": "object",
    "string_pattern_mismatch": "pattern",
    "string_too_long": "at_most_characters",
    "string_too_short": "at_least_characters",
    "string_type": "text",
    "time_parsing": "time",
    "time_type": "time",
    "timezone_aware": "zone",
    "too_long": "at_most_items",
    "too_short": "at_least_items",
    "tuple_type": "list",
}
"""The message by pydantic's word for what is wrong."""
COUNTS = ("max_length", "min_length")
"""What decides between the plural forms."""


def explain(error: ValidationError, *, under: Sequence[str | int] = ()) -> Message:
    """Each bad field of a pydantic error in words: `position.lat: input should be …`; the first five of many.

    `under`: the way to what was validated, when that is part of something larger.
    """
    return explain_faults(error.errors(), under=under)


def explain_faults(faults: Sequence["ErrorDetails"], *, under: Sequence[str | int] = ()) -> Message:
    """The same of the faults themselves, of which there is one at least."""
    told = [_at([*under, *fault["loc"]], reason_of(fault)) for fault in faults]
    said = reduce(_then, told[:MOST_FAULTS])
    if len(told) <= MOST_FAULTS:
        return said
    return Message("validation.and_more", said=said, count=len(told) - MOST_FAULTS)


def reason_of(fault: "ErrorDetails") -> Message:
    """Why one value is refused, as the end of a sentence."""
    context: dict[str, Any] = fault.get("ctx", {})
    raised = context.get("error")
    if isinstance(raised, ValueError) and raised.args and isinstance(raised.args[0], Message):
        return raised.args[0]
    code = CODES.get(fault["type"])
    if code is None:
        return written(_plain(fault["msg"]))
    if "expected" in context:
        context = {**context, "expected": _BETWEEN.split(str(context["expected"]))}
    count = next((context[name] for name in COUNTS if name in context), None)
    return Message(f"validation.{code}", count=count, **context)


def _at(path: Sequence[str | int], reason: Message) -> Message:
    where: Message | str = ".".join(map(str, path)) or Message("validation.whole")
    return Message("validation.at", where=where, reason=reason)


def _then(first: Message, second: Message) -> Message:
    return Message("validation.then", first=first, second=second)


def _plain(message: str) -> str:
    """A message of pydantic's as the end of a sentence of ours."""
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
