"""JSON from strangers: RFC 8259 in UTF-8 and no more, so that what is read can be kept, compared and written again.

How much is read is the caller's to limit.
"""

import json
import math
import re
from typing import Any, NoReturn

from telemetry.errors import BadInput
from telemetry.messages import Message

MAY_BE_ENDLESS = re.compile(rb"[eE]\+?\d{3}|\d{300}")
"""Only a text with such a number can hold one beyond all floats; any other is read without looking at each."""


def parse_json(content: bytes, name: Message | str, refusal: type[BadInput] = BadInput) -> Any:
    """The document in `content`, a byte order mark taken off; `name` is what messages call it.

    Raises `refusal`, naming line and column, for what is not UTF-8 or not JSON, for NaN and Infinity, and for numbers
    and nesting beyond what can be read.
    """

    def refuse(constant: str) -> NoReturn:
        raise refusal(Message("files.json_constant", name=name, number=constant))

    def finite(digits: str) -> float:
        value = float(digits)
        if not math.isfinite(value):
            raise refusal(Message("files.json_number_too_large", name=name, number=digits[:20]))
        return value

    try:
        text = content.decode("utf-8-sig")
        return json.loads(text, parse_constant=refuse, parse_float=finite if MAY_BE_ENDLESS.search(content) else None)
    except UnicodeDecodeError as error:
        raise refusal(Message("files.json_not_utf8", name=name, byte=error.start)) from error
    except json.JSONDecodeError as error:
        raise refusal(
            Message("files.not_json", name=name, line=error.lineno, column=error.colno, reason=error.msg)
        ) from error
    except RecursionError as error:
        raise refusal(Message("files.json_too_deep", name=name)) from error
    except ValueError as error:
        raise refusal(Message("files.json_whole_too_long", name=name)) from error
