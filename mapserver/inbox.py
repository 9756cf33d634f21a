"""Findings and observations that come over MQTT: taken as those over HTTP are, and answered with a receipt."""

from collections.abc import Callable, Iterable
from typing import Any

from anyio import to_thread
from pydantic import SecretStr

from mapserver.api.body import LARGEST_MESSAGE
from mapserver.findings import prepared, take_finding
from mapserver.handing_in import hand_in, read_observations
from mapserver.problems import HALF_A_CHARACTER, as_json
from mapserver.services import Services
from telemetry.access import Permission, visible_cities
from telemetry.errors import BadInput, NotSignedIn, VanagasError
from telemetry.mqtt import Reply
from telemetry.store import Work
from telemetry.strict_json import parse_json
from vision.cluster.envelope import FINDINGS, NOBODYS, OBSERVATIONS, SUCCESS, Letter, Receipt, receipts_topic
from vision.cluster.wire import from_json


async def on_letter(parts: Services, topic: str, payload: bytes) -> Reply:
    """Take in one message of `vanagas/findings/+` or `vanagas/observations/+`, in one commit with others that wait. A
    receipt of status 200 means: kept.

    A refusal says why, with HTTP's status for it. Raises BadInput for what has no seal, and whatever keeps a good
    finding from being kept now: then there is no receipt yet.
    """
    letter = Letter.read(topic, payload)
    tokens = [token.get_secret_value() for token in _tokens(parts, topic)]
    try:
        token = await to_thread.run_sync(letter.sealed_with, tokens)
    except NotSignedIn as error:
        return _refusal(letter, error, NOBODYS)
    try:
        keep = await to_thread.run_sync(_read, parts, letter, token)
        return _reply(letter, SUCCESS, await parts.joint_writes.run(keep), token)
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


def _read(parts: Services, letter: Letter, token: str) -> Callable[[Work], Any]:
    """What takes it in, in the name of the token's device, in the towns that this may see, and gives its receipt."""
    if len(letter.body) > LARGEST_MESSAGE:
        raise BadInput(f"the finding is larger than {LARGEST_MESSAGE // 2**20} MiB; send a smaller picture")
    sender = parts.principals.authenticate_blocking(token).principal
    sender.require(Permission.HAND_IN)
    if letter.topic.startswith(OBSERVATIONS):
        arrived = read_observations(parse_json(letter.body, "the message"))
        return lambda work: {"receipts": [receipt.public() for receipt in hand_in(parts, work, arrived, by=sender)]}
    finding = from_json(parse_json(letter.body, "the finding"))
    parts.pictures.require_whole_jpeg_blocking(finding.snapshot)
    ready = prepared(parts, finding)
    return lambda work: take_finding(parts, work, ready, visible_cities(sender), by=sender).public()


def _refusal(letter: Letter, error: VanagasError, token: str) -> Reply:
    return _reply(letter, error.status, as_json(error), token, error)


def _reply(
    letter: Letter, status: int, answer: dict[str, Any], token: str, refusal: VanagasError | None = None
) -> Reply:
    topic = receipts_topic(letter.topic)
    receipt = Receipt(letter.seal, status, answer)
    return Reply(topic, Letter.written(topic, receipt.to_json(), token).payload, refusal)
