"""The way home over MQTT: a finding goes to the broker that the server listens to, its receipt comes back from there.

That the broker has a finding (PUBACK) is no receipt: only the server can tell that it is kept.
"""

import queue
import secrets
import ssl
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from telemetry.errors import BadInput, NotSignedIn
from telemetry.messages import Message
from vision.cluster.destination import ANSWER_WITHIN_S, Destination, SendResult, refused_result
from vision.cluster.signed_messages import FINDINGS, NO_TOKEN, SUCCESS, FindingReceipt, SignedMessage, receipts_topic

KEEPALIVE_S = 15
PORTS = {"mqtt": 1883, "mqtts": 8883}
AGAIN_S = 30.0
"""Over a connection that holds, a finding without a receipt is published again after so long and not before: it waits
at the broker for the server, and copies would only pile up there. A broker that came back and knows the server no more
has dropped it, though."""


class _Lost(Exception):
    """There is no connection; `why` goes on from "the broker …"."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.why = why


class MqttChannel:
    """One broker, over one connection (MQTT 3.1.1, QoS 1) for as long as that holds."""

    def __init__(self, home: Destination) -> None:
        self._home = home
        self._address = urlsplit(home.url)
        self._topic = FINDINGS + secrets.token_hex(8)
        self._client: mqtt.Client | None = None
        self._heard: queue.SimpleQueue[bytes | _Lost | None] = queue.SimpleQueue()
        """Of the present connection: receipts; None once they can come; _Lost when it is over."""
        self._out = ""
        self._out_since = 0.0
        """The seal of the finding that was published over it and has no receipt yet, and when."""

    def send(self, body: bytes) -> SendResult:
        """Publish it, unless it is under way, and wait for its receipt."""
        ends = time.monotonic() + ANSWER_WITHIN_S
        letter = SignedMessage.written(self._topic, body, self._home.token)
        try:
            client = self._connected(ends)
            if letter.seal != self._out or time.monotonic() - self._out_since > AGAIN_S:
                client.publish(self._topic, letter.payload, qos=1)
                self._out = letter.seal
                self._out_since = time.monotonic()
            receipt = self._receipt(letter.seal, ends)
        except _Lost as error:
            self.close()
            return SendResult(Message("cluster.broker_fails", url=self._home.url, reason=error.why))
        if receipt is None:
            return SendResult(Message("cluster.no_receipt", url=self._home.url))
        self._out = ""
        if receipt.status == SUCCESS:
            return SendResult()
        why = receipt.answer.get("message")
        answer = str(why) if why else Message("cluster.does_not_say")
        return refused_result(self._home, receipt.status, answer)

    def close(self) -> None:
        """Leave the broker."""
        if self._client is not None:
            self._client.disconnect()
            self._client.loop_stop()
        self._client = None
        self._out = ""

    def _connected(self, ends: float) -> mqtt.Client:
        """The client, connected and hearing receipts. Raises _Lost."""
        if self._client is not None and self._client.is_connected():
            return self._client
        self.close()
        heard = self._heard = queue.SimpleQueue()
        client = self._client = self._new_client(heard)
        try:
            client.connect(self._address.hostname or "", self._address.port or PORTS[self._address.scheme], KEEPALIVE_S)
        except (OSError, ValueError) as error:
            raise _Lost(Message("cluster.lost.no_answer_because", reason=error)) from error
        client.loop_start()
        try:
            first = heard.get(timeout=max(0.0, ends - time.monotonic()))
        except queue.Empty:
            raise _Lost(Message("cluster.lost.no_answer")) from None
        if isinstance(first, _Lost):
            raise first
        return client

    def _new_client(self, heard: "queue.SimpleQueue[bytes | _Lost | None]") -> mqtt.Client:
        receipts = receipts_topic(self._topic)
        user = self._home.username
        client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv311, reconnect_on_failure=False)
        client.connect_timeout = ANSWER_WITHIN_S / 2
        if user:
            client.username_pw_set(user, self._home.password)
        if self._address.scheme == "mqtts":
            client.tls_set_context(ssl.create_default_context())

        def on_connect(_client: Any, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
            if code.is_failure:
                heard.put(_Lost(Message("cluster.lost.refuses", user=repr(user), reason=code)))
            else:
                client.subscribe(receipts, qos=1)

        def on_subscribe(_client: Any, _data: Any, _number: Any, codes: Any, _properties: Any) -> None:
            refused = any(code.is_failure for code in codes)
            forbidden = Message("cluster.lost.forbids", user=repr(user), topic=receipts)
            heard.put(_Lost(forbidden) if refused else None)

        def on_message(_client: Any, _data: Any, message: mqtt.MQTTMessage) -> None:
            heard.put(bytes(message.payload))

        def on_disconnect(_client: Any, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
            heard.put(_Lost(Message("cluster.lost.closed", reason=code)))

        client.on_connect = on_connect
        client.on_subscribe = on_subscribe
        client.on_message = on_message
        client.on_disconnect = on_disconnect
        return client

    def _receipt(self, seal: str, ends: float) -> FindingReceipt | None:
        """What home says to the finding sealed with `seal`; None when it says nothing in time. Raises _Lost."""
        while True:
            try:
                heard = self._heard.get(timeout=max(0.0, ends - time.monotonic()))
            except queue.Empty:
                return None
            if isinstance(heard, _Lost):
                raise heard
            receipt = None
            if heard is not None:
                receipt = self._read(heard)
            if receipt is not None and receipt.of == seal:
                return receipt

    def _read(self, payload: bytes) -> FindingReceipt | None:
        """The receipt in `payload`, if home can have written it."""
        with suppress(BadInput, NotSignedIn, ValueError, KeyError, TypeError):
            letter = SignedMessage.read(receipts_topic(self._topic), payload)
            token = letter.sealed_with((self._home.token, NO_TOKEN))
            receipt = FindingReceipt.from_json(letter.body)
            if token == self._home.token or receipt.status == NotSignedIn.status:  # anybody may have said so: it only
                return receipt  # delays the next attempt
        return None
