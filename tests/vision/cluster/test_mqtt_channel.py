"""The way over MQTT where it is not the server that speaks: what others at the broker say is not believed."""

import shutil
from pathlib import Path

import pytest

from telemetry.errors import BadInput, NotSignedIn
from telemetry.mqtt import Reply
from tests.telemetry.brokers import CLIENT, PASSWORD, USER, Broker, behind_tls, running
from vision.cluster.destination import Destination, SendResult
from vision.cluster.mqtt_channel import MqttChannel
from vision.cluster.signed_messages import FINDINGS, NO_TOKEN, FindingReceipt, SignedMessage, receipts_topic


def answered(broker: Broker, *said: tuple[str, int]) -> SendResult:
    """What becomes of a finding to which `said` are the receipts, each under the seal of a token."""
    receipts = list(said)
    home = Destination(f"mqtt://127.0.0.1:{broker.port}", "sesame", USER, PASSWORD)
    way = MqttChannel(home)

    def handle(topic: str, payload: bytes) -> Reply:
        letter, to = SignedMessage.read(topic, payload), receipts_topic(topic)
        token, status = receipts.pop(0)
        receipt = FindingReceipt(letter.seal, status, {"message": "so it is"})
        return Reply(to, SignedMessage.written(to, receipt.to_json(), token).payload)

    with broker.linked([f"{FINDINGS}+"], handle):
        answer = way.send(b"{}")
        way.close()
    return answer


def taken(topic: str, payload: bytes) -> Reply:
    """What the server says to a finding that it keeps."""
    letter, to = SignedMessage.read(topic, payload), receipts_topic(topic)
    return Reply(to, SignedMessage.written(to, FindingReceipt(letter.seal, 200, {}).to_json(), "sesame").payload)


def sent(way: MqttChannel) -> None:
    """Try until there is a receipt."""
    assert any(way.send(b"{}").fault is None for _ in range(100))
    way.close()


def test_over_a_connection_that_holds_a_finding_waits_at_the_broker_and_is_not_published_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vision.cluster.mqtt_channel.ANSWER_WITHIN_S", 0.5)
    came = []

    def handle(topic: str, payload: bytes) -> Reply:
        came.append(payload)
        return taken(topic, payload)

    with running(keep_for={CLIENT: [f"{FINDINGS}+"]}) as broker:
        way = MqttChannel(Destination(f"mqtt://127.0.0.1:{broker.port}", "sesame", USER, PASSWORD))
        assert all(way.send(b"{}").fault is not None for _ in range(2))
        with broker.linked([f"{FINDINGS}+"], handle):
            sent(way)
    assert len(came) == 1


def test_a_finding_that_a_broker_dropped_is_published_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vision.cluster.mqtt_channel.ANSWER_WITHIN_S", 0.5)
    monkeypatch.setattr("vision.cluster.mqtt_channel.AGAIN_S", 0.0)
    with running() as broker:
        way = MqttChannel(Destination(f"mqtt://127.0.0.1:{broker.port}", "sesame", USER, PASSWORD))
        assert way.send(b"{}").fault is not None
        with broker.linked([f"{FINDINGS}+"], taken):
            sent(way)


def test_a_receipt_under_the_seal_of_nobody_can_only_ask_for_another_attempt() -> None:
    with running() as broker:
        answer = answered(broker, (NO_TOKEN, 401))
        assert str(answer.fault) == (f"mqtt://127.0.0.1:{broker.port} answers 401: so it is")


@pytest.mark.parametrize("forged", [(NO_TOKEN, 200), (NO_TOKEN, 422), ("a guess", 200)])
def test_a_forged_receipt_counts_for_nothing(forged: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vision.cluster.mqtt_channel.ANSWER_WITHIN_S", 1.0)
    with running() as broker:
        answer = answered(broker, forged)
        assert str(answer.fault) == (f"there is no receipt from behind the broker mqtt://127.0.0.1:{broker.port} yet")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl to make a certificate with")
def test_over_tls_it_speaks_to_a_broker_with_a_certificate_that_it_trusts_and_to_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(port: int) -> SendResult:
        way = MqttChannel(Destination(f"mqtts://localhost:{port}", "sesame", USER, PASSWORD))
        answer = way.send(b"{}")
        way.close()
        return answer

    with running() as broker, behind_tls(broker, tmp_path) as (port, certificate):
        assert "certificate verify failed" in str(answer(port).fault)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with broker.linked([f"{FINDINGS}+"], taken, tls_port=port):
            assert answer(port) == SendResult()


def test_what_one_topic_sealed_proves_nothing_on_another() -> None:
    letter = SignedMessage.written("vanagas/findings/a", b"{}", "sesame")
    assert letter.sealed_with(["other", "sesame"]) == "sesame"
    moved = SignedMessage.read("vanagas/findings/b", letter.payload)
    with pytest.raises(NotSignedIn, match="sealed with no token"):
        moved.sealed_with(["other", "sesame"])


@pytest.mark.parametrize("payload", [b"", b"{}", b"0" * 64, b"g" * 64 + b"\n{}", b"0" * 63 + b"\n{}"])
def test_a_message_without_a_seal_is_refused(payload: bytes) -> None:
    with pytest.raises(BadInput, match="has no seal"):
        SignedMessage.read("vanagas/findings/a", payload)


def test_neither_token_nor_password_is_in_what_is_sent_or_shown() -> None:
    assert b"sesame" not in SignedMessage.written("vanagas/findings/a", b"{}", "sesame").payload
    assert "correct horse" not in repr(Destination("mqtt://127.0.0.1", "sesame", USER, PASSWORD))
