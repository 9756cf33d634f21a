"""Devices that hand in observations as fast as they are answered, over HTTP and over MQTT, and what was accepted.

Measures nothing but the time from the first message to the last receipt.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import aiomqtt
import httpx

from mapserver.core.settings import MqttSettings
from telemetry.cities import City
from vision.cluster.signed_messages import OBSERVATIONS, RECEIPTS, SUCCESS, FindingReceipt, SignedMessage

LONGEST_S = 60.0
"""After so long no more is sent."""


@dataclass(frozen=True)
class Batch:
    """Observations of one town that go together, JSON-ready."""

    city: City
    observations: list[dict[str, Any]]


@dataclass(frozen=True)
class Sent:
    """What came of sending."""

    accepted: int
    took_s: float


def over_http(url: str, tokens: Mapping[City, str], batches: Sequence[Batch], *, senders: int) -> Sent:
    """Post `batches`, each of `senders` one after the other."""
    ends = time.monotonic() + LONGEST_S
    with httpx.Client(trust_env=False, timeout=120) as client, ThreadPoolExecutor(senders) as pool:

        def post(batch: Batch) -> int:
            if time.monotonic() > ends:
                return 0
            headers = {"Authorization": f"Bearer {tokens[batch.city]}"}
            answer = client.post(f"{url}/api/v1/observations", json=batch.observations, headers=headers)
            answer.raise_for_status()
            return _accepted(answer.json())

        begun = time.monotonic()
        accepted = sum(pool.map(post, batches))
        return Sent(accepted, time.monotonic() - begun)


def over_mqtt(broker: MqttSettings, tokens: Mapping[City, str], batches: Sequence[Batch], *, senders: int) -> Sent:
    """Publish `batches` sealed, each of `senders` one after the other, and await the receipt of each."""
    return asyncio.run(_over_mqtt(broker, tokens, batches, senders))


async def _over_mqtt(broker: MqttSettings, tokens: Mapping[City, str], batches: Sequence[Batch], senders: int) -> Sent:
    waiting = list(reversed(batches))
    begun = time.monotonic()

    async def send(number: int) -> int:
        topic = f"{OBSERVATIONS}gateway.{number}"
        accepted = 0
        async with _client(broker) as client:
            await client.subscribe(f"{RECEIPTS}gateway.{number}")
            receipts = aiter(client.messages)
            while waiting and time.monotonic() < begun + LONGEST_S:
                batch = waiting.pop()
                body = json.dumps(batch.observations).encode()
                await client.publish(topic, SignedMessage.written(topic, body, tokens[batch.city]).payload, qos=1)
                message = await anext(receipts)
                letter = SignedMessage.read(str(message.topic), bytes(message.payload))
                receipt = FindingReceipt.from_json(letter.body)
                if receipt.status != SUCCESS:
                    raise RuntimeError(f"an array was refused: {receipt.answer}")
                accepted += _accepted(receipt.answer["receipts"])
        return accepted

    accepted = sum(await asyncio.gather(*(send(number) for number in range(senders))))
    return Sent(accepted, time.monotonic() - begun)


def _client(broker: MqttSettings) -> aiomqtt.Client:
    password = broker.password.get_secret_value()
    return aiomqtt.Client(broker.host, broker.port, username=broker.username, password=password, timeout=60)


def _accepted(receipts: Sequence[Mapping[str, Any]]) -> int:
    return sum(receipt["outcome"] == "accepted" for receipt in receipts)


Send = Callable[[Sequence[Batch]], Sent]
