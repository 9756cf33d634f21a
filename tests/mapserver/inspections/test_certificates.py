"""Certificates of the machines that are asked over TLS."""

import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from socket import create_server

import pytest

from mapserver.faults import Amiss, Sound
from mapserver.inspections.outside import certificate

Serve = Callable[[int], tuple[int, ssl.SSLContext]]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serves one TLS handshake with a certificate of so many days; gives the port and who trusts it."""
    with ExitStack() as stack:

        def serve(days: int) -> tuple[int, ssl.SSLContext]:
            key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", str(days), "-subj",
                 "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert],
                check=True, capture_output=True,
            )  # fmt: skip
            shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            shown.load_cert_chain(cert, key)
            listening = stack.enter_context(create_server(("127.0.0.1", 0)))

            def answer() -> None:
                connection, _ = listening.accept()
                with connection, ExitStack() as quiet:
                    quiet.callback(connection.close)
                    try:
                        shown.wrap_socket(connection, server_side=True).close()
                    except OSError:
                        return

            thread = threading.Thread(target=answer)
            thread.start()
            stack.callback(thread.join)
            return listening.getsockname()[1], ssl.create_default_context(cafile=cert)

        yield serve


def test_a_trusted_certificate_is_good_until_it_ends(serve: Serve) -> None:
    port, trusting = serve(90)
    assert isinstance(certificate("localhost", port, trusting), Sound)


def test_one_that_ends_soon_is_told(serve: Serve) -> None:
    port, trusting = serve(3)
    found = certificate("localhost", port, trusting)
    assert isinstance(found, Amiss)
    assert "ends on" in str(found.what)


def test_one_that_nobody_here_trusts_is_told(serve: Serve) -> None:
    port, _ = serve(90)
    found = certificate("localhost", port)
    assert isinstance(found, Amiss)
    assert "certificate verify failed" in str(found.remedy)
