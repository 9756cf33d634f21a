"""Homes for findings, for the tests of what sends them: a real HTTP server and a real broker, answering as told."""

import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from telemetry.mqtt import Reply
from tests.telemetry.brokers import PASSWORD, USER, running
from vision.cluster.destination import Destination
from vision.cluster.signed_messages import FINDINGS, FindingReceipt, SignedMessage, receipts_topic

TOKEN = "sesame"


class Server:
    """Answers each finding with the next of `answers`, then with 200; `got` is what came."""

    def __init__(self, home: Destination) -> None:
        self.home = home
        self.answers: list[int] = []
        self.got: queue.SimpleQueue[tuple[str, str, dict[str, Any]]] = queue.SimpleQueue()
        self.open = threading.Event()
        self.open.set()

    def answer(self, where: str, token: str, body: bytes) -> int:
        """The status with which the finding in `body` is answered, once it is open."""
        raw: dict[str, Any] = json.loads(body)
        self.open.wait()
        code = self.answers.pop(0) if self.answers else 200
        self.got.put((where, token, raw))
        return code

    @property
    def port(self) -> int:
        return int(self.home.url.rpartition(":")[2])

    def refs(self, count: int) -> list[str]:
        return [self.got.get(timeout=60)[2]["ref"].split("/")[1] for _ in range(count)]

    def found(self) -> tuple[str, str]:
        """The next finding that came: whose, and what it is of."""
        finding = self.got.get(timeout=60)[2]
        return finding["camera_id"], finding["label"]


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    told: Server


class _Handler(BaseHTTPRequestHandler):
    server: _HttpServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        token = self.headers["Authorization"].removeprefix("Bearer ")
        self.send_response(self.server.told.answer(self.path, token, body))
        self.end_headers()
        self.wfile.write(b'{"message": "so it is"}')

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serving(port: int = 0) -> Iterator[Server]:
    """A home that answers over HTTP."""
    with _HttpServer(("127.0.0.1", port), _Handler) as server:
        server.told = Server(Destination(f"http://127.0.0.1:{server.server_address[1]}", TOKEN))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.told
        server.shutdown()
        thread.join()


@contextmanager
def listening(port: int = 0) -> Iterator[Server]:
    """A home that answers over MQTT, through a broker of its own."""
    with running(port) as broker:
        server = Server(Destination(f"mqtt://127.0.0.1:{broker.port}", TOKEN, USER, PASSWORD))

        def handle(topic: str, payload: bytes) -> Reply:
            letter = SignedMessage.read(topic, payload)
            token = letter.sealed_with([TOKEN])
            receipt = FindingReceipt(letter.seal, server.answer(FINDINGS, token, letter.body), {"message": "so it is"})
            to = receipts_topic(topic)
            return Reply(to, SignedMessage.written(to, receipt.to_json(), token).payload)

        with broker.linked([f"{FINDINGS}+"], handle):
            yield server


Opening = Callable[..., AbstractContextManager[Server]]
