"""Tries a broker once: connection, certificate, password and the right to read. Takes no message and no session."""

import asyncio
import secrets
import ssl
from collections.abc import Sequence

import aiomqtt

from telemetry.errors import Unavailable
from telemetry.messages import Message
from telemetry.mqtt.reasons import codes_of

PATIENCE_S = 5.0


async def try_broker(
    host: str, port: int, *, username: str | None, password: str | None, tls: bool, topics: Sequence[str]
) -> None:
    """Connect under a name of its own and ask to read `topics`. Raises Unavailable with what was refused."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            async with aiomqtt.Client(
                host,
                port,
                username=username,
                password=password,
                identifier=f"vanagas-doctor-{secrets.token_hex(4)}",
                clean_session=True,
                tls_context=ssl.create_default_context() if tls else None,
            ) as client:
                granted = await client.subscribe([(topic, 0) for topic in topics])
    except TimeoutError as error:
        raise Unavailable(Message("observations.mqtt.silent", host=host, port=port, within_s=PATIENCE_S)) from error
    except (aiomqtt.MqttError, OSError) as error:
        raise Unavailable(
            Message("observations.mqtt.user_refused", host=host, port=port, user=username, reason=error)
        ) from error
    for topic, code in zip(topics, codes_of(granted), strict=True):
        if code >= 128:
            raise Unavailable(
                Message("observations.mqtt.may_not_read", host=host, port=port, user=username, topic=topic)
            )
