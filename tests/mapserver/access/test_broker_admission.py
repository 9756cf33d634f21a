"""Devices on the embedded broker: let in by their token, and put out with it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiomqtt
import pytest
from sqlmodel import select

from mapserver.access import people, tokens
from mapserver.access.broker_admission import admit_devices
from mapserver.access.tables import TokenRow
from mapserver.core.services import Services
from telemetry.access import Principal, Role
from telemetry.mqtt.broker import EmbeddedBroker

ADMIN = Principal("root", Role.ADMIN, None)
NAME = "device.dobele"
WITHIN_S = 30.0
Token = Callable[..., str]


@asynccontextmanager
async def broker(parts: Services) -> AsyncIterator[EmbeddedBroker]:
    async with EmbeddedBroker(username="vanagas", password="correct horse") as here:
        here.admit = admit_devices(parts.principals)
        yield here


def device(to: EmbeddedBroker, token: str, name: str = NAME) -> aiomqtt.Client:
    return aiomqtt.Client(to.host, to.port, username=name, password=token, timeout=20)


async def test_a_device_comes_in_with_its_token(parts: Services, token: Token) -> None:
    async with broker(parts) as here, device(here, token(Role.DEVICE)) as camera:
        await camera.publish("frigate/events", b"one", qos=1)


@pytest.mark.parametrize(("role", "name"), [(Role.INSPECTOR, "inspector.dobele"), (Role.DEVICE, "another")])
async def test_nobody_else_comes_in(parts: Services, token: Token, role: Role, name: str) -> None:
    async with broker(parts) as here:
        with pytest.raises(aiomqtt.MqttError):
            async with device(here, token(role), name):
                pass
        with pytest.raises(aiomqtt.MqttError):
            async with device(here, "made up"):
                pass


@pytest.mark.parametrize("how", ["deactivate", "revoke"])
async def test_a_revoked_device_is_put_out_and_stays_out(parts: Services, token: Token, how: str) -> None:
    secret = token(Role.DEVICE)

    def end() -> None:
        with parts.store.write() as work:
            at = parts.clock.now()
            if how == "deactivate":
                people.deactivate(work, NAME, by=ADMIN, at=at)
            else:
                row = work.session.exec(select(TokenRow)).one()
                tokens.revoke(work, row.id, by=ADMIN, at=at)

    async with broker(parts) as here:
        with pytest.raises(aiomqtt.MqttError):
            async with device(here, secret) as camera, asyncio.timeout(WITHIN_S):
                await asyncio.to_thread(end)
                async for _ in camera.messages:
                    pass
        with pytest.raises(aiomqtt.MqttError):
            async with device(here, secret):
                pass
