"""nginx before the server, by the site that comes with it and by a site as people write it: TLS, forms, WebSockets."""

import json
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image
from sqlmodel import select
from websockets.sync.client import connect
from websockets.typing import Origin

from build_assets import ROOT
from mapserver.access import service as access
from mapserver.access.passwords import chosen
from mapserver.core.services import Services
from mapserver.web.dependencies import SESSION_COOKIE
from telemetry.access import Role
from telemetry.cities import City
from telemetry.observations.tables import ObservationRow
from tests.mapserver.conftest import assembled
from tests.mapserver.serving import serving
from tests.mapserver.web.test_tls import certificate
from tests.process.running import free_port

NAME = "inspector.dobele"
PASSWORD = "staigmena-ir-vanagas-7"
NGINX = shutil.which("nginx", path=f"{ROOT}/.venv/nginx/usr/sbin:/usr/sbin:/usr/bin")
SITE = (ROOT / "deploy/nginx.conf").read_text("utf-8")
PLAIN = """
server {
    listen 443 ssl;
    server_name vanagas.example;
    ssl_certificate     /etc/ssl/certs/vanagas.pem;
    ssl_certificate_key /etc/ssl/private/vanagas.key;
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
"""
"""The least that people write."""
DEBIAN = PLAIN.replace(
    "proxy_pass",
    "proxy_set_header Host $http_host; proxy_set_header X-Real-IP $remote_addr; proxy_set_header X-Forwarded-Proto "
    "$scheme; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_pass",
)
"""With what Debian's file `proxy_params` sets."""

pytestmark = pytest.mark.skipif(
    NGINX is None or shutil.which("openssl") is None, reason="runs nginx, and makes a certificate with openssl"
)


@pytest.fixture
def parts(migrated: Path, tmp_path: Path) -> Iterator[Services]:
    with assembled(tmp_path, migrated) as made:
        with made.store.write() as work:
            access.add_user(
                work.session,
                NAME,
                Role.INSPECTOR,
                City("dobele"),
                password=chosen(PASSWORD, NAME),
                now=made.clock.now(),
            )
        made.settings.behind_proxy = "127.0.0.1"
        made.settings.secure_cookies = True
        yield made


@dataclass(frozen=True)
class Front:
    """The server as browsers reach it."""

    url: str
    trust: ssl.SSLContext

    def client(self) -> httpx.Client:
        """A browser that trusts the certificate and says whose page asks."""
        return httpx.Client(
            base_url=self.url, verify=self.trust, trust_env=False, headers={"Origin": self.url}, timeout=60
        )


@contextmanager
def behind_nginx(parts: Services, site: str, folder: Path) -> Iterator[Front]:
    """The server, and nginx before it by `site`, whose ports and files are replaced by those of the test."""
    cert, key = certificate(folder, "front")
    port = free_port()
    parts.settings.public_url = f"https://127.0.0.1:{port}"
    with serving(parts) as address:
        replaced = {
            "/etc/ssl/certs/vanagas.pem": str(cert),
            "/etc/ssl/private/vanagas.key": str(key),
            "http://127.0.0.1:8000": f"http://{address}",
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "listen 80": f"listen 127.0.0.1:{free_port()}",
        }
        for text, by in replaced.items():
            site = site.replace(text, by)
        site = re.sub(r"listen \[::\].*;", "", site)
        (folder / "passing").mkdir()
        passing = " ".join(
            f"{kind}_temp_path {folder}/passing;" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        main = (
            f"pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1; events {{}}\n"
            f"http {{ access_log off; {passing}\n{site}\n}}"
        )
        (folder / "nginx.conf").write_text(main)
        nginx = [str(NGINX), "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
        tried = subprocess.run([*nginx, "-t"], capture_output=True, text=True, check=False, timeout=60)
        assert tried.returncode == 0, tried.stderr
        subprocess.run(nginx, check=True, timeout=60)
        try:
            yield Front(parts.settings.public_url, ssl.create_default_context(cafile=str(cert)))
        finally:
            subprocess.run([*nginx, "-s", "stop"], check=True, timeout=60)


def sign_in(client: httpx.Client) -> int:
    return client.post("/sign-in", data={"username": NAME, "password": PASSWORD}).status_code


def test_an_inspector_signs_in_sends_a_photo_and_hears_the_live_feed(parts: Services, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (3_150, 3_150, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "photo.jpg", quality=95)
    photo = (tmp_path / "photo.jpg").read_bytes()
    assert 10_000_000 < len(photo) < 12_000_000
    with behind_nginx(parts, SITE, tmp_path) as front, front.client() as client:
        assert sign_in(client) == 303
        said = {"category": "dumping", "lat": "56.621", "lon": "23.281", "ref": "0123456789abcdef"}
        sent = client.post("/report", data=said, files={"photo": ("photo.jpg", photo, "image/jpeg")})
        assert sent.status_code in (200, 303), sent.text
        cookie = f"{SESSION_COOKIE}={client.cookies[SESSION_COOKIE]}"
        live = f"{front.url.replace('https', 'wss')}/api/v1/live"
        with connect(
            live, ssl=front.trust, origin=Origin(front.url), additional_headers={"Cookie": cookie}, proxy=None
        ) as socket:
            assert json.loads(socket.recv(timeout=60))["type"] == "snapshot"
        assert client.get("/healthz").headers["x-content-type-options"] == "nosniff"
    with parts.store.read() as session:
        row = session.exec(select(ObservationRow)).one()
        assert row.body["media"], "the report has no photo"


@pytest.mark.parametrize("site", [PLAIN, DEBIAN], ids=["proxy_pass alone", "with Debian's proxy_params"])
def test_people_sign_in_behind_a_site_as_it_is_usually_written(parts: Services, tmp_path: Path, site: str) -> None:
    with behind_nginx(parts, site, tmp_path) as front, front.client() as client:
        assert sign_in(client) == 303
        foreign = client.post("/sign-out", headers={"Origin": "https://elsewhere.example"})
        assert foreign.status_code == 403


def test_a_page_asked_for_in_clear_is_sent_to_tls(parts: Services, tmp_path: Path) -> None:
    with behind_nginx(parts, SITE, tmp_path):
        clear = re.search(r"listen (127\.0\.0\.1:\d+);", (tmp_path / "nginx.conf").read_text())
        assert clear is not None
        answer = httpx.get(f"http://{clear[1]}/map", trust_env=False)
        assert (answer.status_code, answer.headers["location"]) == (301, "https://127.0.0.1/map")
