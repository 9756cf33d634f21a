"""Findings and observations that come over MQTT: taken as those over HTTP are, and answered with a receipt."""

from collections.abc import Iterable
from typing import Any

from anyio import to_thread
from pydantic import SecretStr

from mapserver.core.services import Services
from mapserver.findings.flow import prepared, take_finding
from mapserver.observations.flow import hand_in, read_observations
from mapserver.web.problem_json import as_json
from mapserver.web.problems import HALF_A_CHARACTER
from mapserver.web.raw_body import LARGEST_MESSAGE
from mapserver.web.reading import read_aside
from telemetry.access import Permission, visibility
from telemetry.errors import BadInput, NotSignedIn, VanagasError
from telemetry.messages import Message
from telemetry.mqtt import Reply
from telemetry.strict_json import parse_json
from vision.cluster.finding_json import from_json
from vision.cluster.signed_messages import (
    FINDINGS,
    NO_TOKEN,
    OBSERVATIONS,
    SUCCESS,
    FindingReceipt,
    SignedMessage,
    receipts_topic,
)


async def on_letter(parts: Services, topic: str, payload: bytes) -> Reply:
    """Take in one message of `vanagas/findings/+` or `vanagas/observations/+`, in one commit with others that wait. A
    receipt of status 200 means: kept.

    A refusal says why, with HTTP's status for it. Raises BadInput for what has no seal, and whatever keeps a good
    finding from being kept now: then there is no receipt yet.
    """
    letter = SignedMessage.read(topic, payload)
    tokens = [token.get_secret_value() for token in _tokens(parts, topic)]
    try:
        token = await read_aside(len(payload), lambda: letter.sealed_with(tokens))
    except NotSignedIn as error:
        return _refusal(letter, error, NO_TOKEN)
    try:
        return _reply(letter, SUCCESS, await _take_in(parts, letter, token), token)
    except UnicodeEncodeError:
        return _refusal(letter, BadInput(HALF_A_CHARACTER), token)
    except VanagasError as error:
        if error.status >= 500:
            raise
        return _refusal(letter, error, token)


def _tokens(parts: Services, topic: str) -> Iterable[SecretStr]:
    """Those under which what comes on `topic` may be sealed."""
    if topic.startswith(FINDINGS):
        return parts.settings.analysis.tokens.values()
    return () if parts.settings.mqtt is None else parts.settings.mqtt.device_tokens.values()


async def _take_in(parts: Services, letter: SignedMessage, token: str) -> dict[str, Any]:
    """Take it in in the name of the token's device, in the towns that this may see; the receipt."""
    if len(letter.body) > LARGEST_MESSAGE:
        raise BadInput(Message("cluster.finding_too_large", most_mib=LARGEST_MESSAGE // 2**20))
    sender = (await parts.principals.authenticate(token)).principal
    sender.require(Permission.HAND_IN)
    if letter.topic.startswith(OBSERVATIONS):
        arrived = await read_aside(len(letter.body), lambda: read_observations(parse_json(letter.body, "the message")))
        return {"receipts": [receipt.public() for receipt in await hand_in(parts, arrived, by=sender)]}
    finding = await read_aside(len(letter.body), lambda: from_json(parse_json(letter.body, "the finding")))
    await parts.pictures.require_whole_jpeg(finding.snapshot)
    ready = await to_thread.run_sync(prepared, parts, finding)
    visible = visibility(sender)
    receipt = await parts.joint_writes.run(lambda work: take_finding(parts, work, ready, visible, by=sender))
    return receipt.public()


def _refusal(letter: SignedMessage, error: VanagasError, token: str) -> Reply:
    return _reply(letter, error.status, as_json(error), token, error)


def _reply(
    letter: SignedMessage, status: int, answer: dict[str, Any], token: str, refusal: VanagasError | None = None
) -> Reply:
    topic = receipts_topic(letter.topic)
    receipt = FindingReceipt(letter.seal, status, answer)
    return Reply(topic, SignedMessage.written(topic, receipt.to_json(), token).payload, refusal)
