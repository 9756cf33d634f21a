"""The server does TLS itself with a certificate and its key, and says in words what it cannot use."""

import shutil
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest

from mapserver.core.services import Services
from mapserver.core.settings import Settings
from mapserver.program.server import require_tls
from telemetry.errors import Misconfigured
from tests.mapserver.serving import serving

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="makes certificates with openssl")


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """One for 127.0.0.1 that vouches for itself, and its key."""
    cert = folder / f"{name}.crt"
    key = folder / f"{name}.key"
    subprocess.run(
        [
            str(OPENSSL), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=vanagas", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", str(key), "-out", str(cert),
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


def test_https_is_answered_with_the_certificate(parts: Services, tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "own")
    parts.settings.tls_certificate = cert
    parts.settings.tls_key = key
    require_tls(parts.settings)
    trusting = ssl.create_default_context(cafile=str(cert))
    with serving(parts) as address, httpx.Client(verify=trusting, trust_env=False) as client:
        assert client.get(f"https://{address}/healthz").status_code == 200


def test_another_certificates_key_is_refused_naming_both_files(tmp_path: Path) -> None:
    cert, _ = certificate(tmp_path, "own")
    _, key = certificate(tmp_path, "other")
    with pytest.raises(Misconfigured, match=r"own\.crt and the key .*other\.key cannot be used together"):
        require_tls(Settings(tls_certificate=cert, tls_key=key))


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    cert, _ = certificate(tmp_path, "own")
    with pytest.raises(Misconfigured, match="both are PEM"):
        require_tls(Settings(tls_certificate=cert, tls_key=cert))


def test_a_key_that_is_not_there_is_named(tmp_path: Path) -> None:
    cert, _ = certificate(tmp_path, "own")
    with pytest.raises(Misconfigured, match=r"tls_key: .*nowhere\.key is not there"):
        require_tls(Settings(tls_certificate=cert, tls_key=tmp_path / "nowhere.key"))


def test_a_certificate_without_a_key_is_refused(tmp_path: Path) -> None:
    cert, _ = certificate(tmp_path, "own")
    with pytest.raises(Misconfigured, match="go together"):
        require_tls(Settings(tls_certificate=cert))
