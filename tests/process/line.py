"""A line to a server that can be held, as a network does that stalls: nothing is lost and nothing comes."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self


class Line:
    """A TCP port on loopback that passes everything on to `port`; while `flowing` is cleared, nothing comes back."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        self.flowing = threading.Event()
        self.flowing.set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.flowing.set()
        for one in [self._listener, *self._open]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._open += [near, far]
                threading.Thread(target=self._pass, args=(near, far, None), daemon=True).start()
                threading.Thread(target=self._pass, args=(far, near, self.flowing), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, flowing: threading.Event | None) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if flowing is not None:
                    flowing.wait()
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
