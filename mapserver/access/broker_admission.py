"""Which devices the embedded broker lets in: those whose password is a token of theirs that is good, while it is."""

from collections.abc import Callable

from mapserver.access.principal_cache import PrincipalCache
from telemetry.access import Permission
from telemetry.errors import VanagasError
from telemetry.mqtt.broker import Admit, Release


def admit_devices(cache: PrincipalCache) -> Admit:
    """The broker's question answered from memory: user name and password are a device's name and token."""

    async def admit(username: str, password: str, end: Callable[[], None]) -> Release | None:
        try:
            credential = await cache.authenticate(password)
        except VanagasError:
            return None
        owner = credential.principal
        if owner.name != username or not owner.may(Permission.HAND_IN):
            return None
        return cache.watch(credential, lambda _: end())

    return admit
