"""Scopes: what really happens in a town (`live`) and each of its exercises, as strictly apart as two towns are.

Who sees which scope is decided in `telemetry/access.py`.
"""

import re
from typing import Any, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from telemetry.errors import BadInput
from telemetry.messages import Message

_SCOPE = re.compile(r"live|exercise/[a-z0-9][a-z0-9._-]{0,49}")


class Scope(str):
    """`live`, or `exercise/ID`: small letters, digits, dot, underscore and hyphen, at most 50 characters of them."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Raises ValueError for what is no scope."""
        if not _SCOPE.fullmatch(text):
            raise ValueError(str(Message("access.not_a_scope", scope=text[:80])))
        return super().__new__(cls, text)

    @classmethod
    def read(cls, text: str) -> Self:
        """The scope that somebody typed. Raises BadInput with the form it must have."""
        try:
            return cls(text.strip())
        except ValueError:
            raise BadInput(Message("access.not_a_scope", scope=text[:80])) from None

    @property
    def is_live(self) -> bool:
        """Whether what is in it really happens."""
        return self == LIVE

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A JSON string that is validated."""
        return core_schema.no_info_after_validator_function(
            cls, core_schema.str_schema(), serialization=core_schema.to_string_ser_schema()
        )


def scope_of(owner: Scope, *, simulated: bool) -> Scope:
    """Where that belongs which somebody or something of the scope `owner` tells, perhaps as `simulated`."""
    if simulated and owner.is_live:
        return DEMO
    return owner


LIVE = Scope("live")
DEMO = Scope("exercise/demo")
"""The demo's; and that of what a live device itself calls simulated."""
