"""A home for findings, for the tests of what sends them: a real HTTP server that answers as it is told."""

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from vision.cluster.home import Home


class Server(ThreadingHTTPServer):
    """Answers each finding with the next of `answers`, then with 200; `got` is what came."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answers: list[int] = []
        self.got: queue.SimpleQueue[tuple[str, str, dict[str, Any]]] = queue.SimpleQueue()
        self.open = threading.Event()
        self.open.set()

    @property
    def home(self) -> Home:
        return Home(f"http://127.0.0.1:{self.server_address[1]}", "sesame")

    def refs(self, count: int) -> list[str]:
        return [self.got.get(timeout=60)[2]["ref"].split("/")[1] for _ in range(count)]

    def found(self) -> tuple[str, str]:
        """The next finding that came: whose, and what it is of."""
        finding = self.got.get(timeout=60)[2]
        return finding["camera_id"], finding["label"]


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        raw: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.open.wait()
        code = self.server.answers.pop(0) if self.server.answers else 200
        self.server.got.put((self.path, self.headers["Authorization"], raw))
        self.send_response(code)
        self.end_headers()
        self.wfile.write(b'{"message": "so it is"}')

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serving(port: int = 0) -> Iterator[Server]:
    with Server(port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
