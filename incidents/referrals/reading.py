"""Reads responsible services from TOML: those that ship, or a town's own file of the same form."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from email.headerregistry import Address
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from shapely.geometry import Polygon

from incidents.referrals.values import ResponsibleService, ServiceChannel, ServiceList
from telemetry.errors import Misconfigured
from telemetry.messages import LANGUAGES, Message
from telemetry.messages.town_texts import town_text

_NEEDS = frozenset({"title", "categories", "due_h"})
_MAY = _NEEDS | {"towns", "area", "email", "webhook", "phone", "language"}
LONGEST_DUE_H = 2_000
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@lru_cache(maxsize=1)
def default_services() -> ServiceList:
    """Those that ship with the program."""
    return read_services(
        resources.files("incidents.referrals").joinpath("services.toml").read_text("utf-8"), "services.toml"
    )


def load_services(path: Path) -> ServiceList:
    """A town's own services. Raises Misconfigured naming the file, the service and the fault."""
    try:
        return read_services(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(Message("town_files.unreadable", file=path, reason=str(error))) from error


def read_services(text: str, name: str) -> ServiceList:
    """Services from TOML text. Raises Misconfigured."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(Message("town_files.not_toml", file=name, reason=str(error))) from error
    return {service: _ServiceReader(name, service).service(table) for service, table in tables.items()}


class _ServiceReader:
    """Reads one service of one file."""

    def __init__(self, file: str, name: str) -> None:
        self._file = file
        self._name = name

    def service(self, table: Any) -> ResponsibleService:
        """Raises Misconfigured."""
        if not isinstance(table, dict) or not _NEEDS <= set(table) <= _MAY:
            raise self._fault("town_files.unknown_keys", needed=sorted(_NEEDS), known=sorted(_MAY))
        if not _are_words(table["categories"]) or not _are_words(table.get("towns", ["all"])):
            raise self._fault("town_files.no_list", keys=["categories", "towns"])
        channel, address = self._channel(table)
        return ResponsibleService(
            name=self._name,
            title=self._title(table["title"]),
            categories=tuple(table["categories"]),
            towns=frozenset(table.get("towns", ())),
            area=self._area(table.get("area")),
            channel=channel,
            address=address,
            phone=str(table.get("phone", "")),
            due=self._due(table["due_h"]),
            language=self._language(table.get("language")),
        )

    def _title(self, value: object) -> Message:
        try:
            return town_text(value)
        except ValueError as error:
            raise self._fault("town_files.no_text", key="title", languages=list(LANGUAGES)) from error

    def _channel(self, table: Mapping[str, Any]) -> tuple[ServiceChannel, str]:
        if "email" in table and "webhook" in table:
            raise self._fault("town_files.two_ways")
        if "email" in table:
            return ServiceChannel.EMAIL, self._email(table["email"])
        if "webhook" in table:
            return ServiceChannel.WEBHOOK, self._webhook(table["webhook"])
        return ServiceChannel.BY_HAND, ""

    def _email(self, value: object) -> str:
        try:
            address = Address(addr_spec=str(value))
        except ValueError as error:  # the errors of the grammar are ones
            raise self._fault("town_files.no_email", address=str(value)) from error
        if not address.username or not address.domain:
            raise self._fault("town_files.no_email", address=str(value))
        return address.addr_spec

    def _webhook(self, value: object) -> str:
        try:
            parsed = urlsplit(str(value))
        except ValueError as error:
            raise self._fault("town_files.no_webhook", address=str(value)) from error
        is_private = parsed.scheme == "https" or (parsed.scheme == "http" and parsed.hostname in LOOPBACK)
        if not is_private or not parsed.hostname or parsed.username is not None:
            raise self._fault("town_files.no_webhook", address=str(value))
        return str(value)

    def _area(self, value: object) -> Polygon | None:
        if value is None:
            return None
        try:
            area = Polygon(value)  # type: ignore[arg-type]
        except (ValueError, TypeError) as error:
            raise self._fault("town_files.no_area") from error
        if area.is_empty or not area.is_valid:
            raise self._fault("town_files.no_area")
        west, south, east, north = area.bounds
        if west < -180 or east > 180 or south < -90 or north > 90:
            raise self._fault("town_files.no_area")
        return area

    def _due(self, value: object) -> timedelta:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LONGEST_DUE_H:
            raise self._fault("town_files.no_hours", key="due_h", most=LONGEST_DUE_H)
        return timedelta(hours=value)

    def _language(self, value: object) -> str | None:
        if value is not None and value not in LANGUAGES:
            raise self._fault("town_files.no_language", languages=list(LANGUAGES))
        return None if value is None else str(value)

    def _fault(self, code: str, **params: Any) -> Misconfigured:
        return Misconfigured(Message(code, file=self._file, table=self._name, **params))


def _are_words(values: Any) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(value, str) and value for value in values)
