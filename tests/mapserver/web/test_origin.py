"""Pages of other origins do not act in a signed-in person's name: scheme, host and port have to be the same."""

from collections.abc import Callable

import httpx
import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from mapserver.core.settings import Settings
from mapserver.program.server import require_private
from mapserver.web.dependencies import SESSION_COOKIE
from mapserver.web.origin import Origin
from telemetry.access import Role
from telemetry.errors import Misconfigured
from tests.mapserver.serving import serving


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://testserver", 303),
        ("http://testserver:80", 303),
        ("https://testserver", 403),
        ("http://testserver:8080", 403),
        ("http://evil.example", 403),
        ("null", 403),
        ("http://testserver:x", 403),
    ],
)
def test_a_page_acts_only_on_its_own_server(
    client: TestClient, token: Callable[..., str], origin: str, status: int
) -> None:
    client.cookies.set(SESSION_COOKIE, token(Role.COORDINATOR))
    answer = client.post("/sign-out", headers={"origin": origin}, follow_redirects=False)
    assert answer.status_code == status


def test_the_public_address_counts_where_it_is_set(
    parts: Services, client: TestClient, token: Callable[..., str]
) -> None:
    parts.settings.public_url = "https://vanagas.example/"
    client.cookies.set(SESSION_COOKIE, token(Role.COORDINATOR))
    refused = client.post("/sign-out", headers={"origin": "http://testserver"}, follow_redirects=False)
    taken = client.post("/sign-out", headers={"origin": "https://vanagas.example"}, follow_redirects=False)
    assert (refused.status_code, taken.status_code) == (403, 303)


def test_an_origin_without_a_port_has_its_schemes_own() -> None:
    assert Origin.parse("https://x") == Origin("https", "x", 443)
    assert Origin.parse("ftp://x") is None
    assert Origin.parse("https://") is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2"])  # noqa: S104 - to be refused
def test_a_server_that_others_reach_in_clear_is_refused_with_what_to_do(host: str) -> None:
    with pytest.raises(Misconfigured, match="--behind-proxy"):
        require_private(Settings(host=host))
    require_private(Settings(host=host, behind_proxy="192.168.1.1"))
    require_private(Settings(host="127.0.0.1"))


@pytest.mark.parametrize(("proxy", "believed"), [(None, False), ("127.0.0.1", True), ("192.0.2.1", False)])
def test_the_clients_address_is_believed_from_the_named_proxy_only(
    parts: Services, monkeypatch: pytest.MonkeyPatch, proxy: str | None, believed: bool
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    parts.settings.behind_proxy = proxy
    seen: list[str] = []
    monkeypatch.setattr(parts.request_rates, "count_stranger", seen.append)
    with serving(parts) as address:
        httpx.get(f"http://{address}/sign-in", headers={"x-forwarded-for": "203.0.113.9"})
    assert seen == ["203.0.113.9" if believed else "127.0.0.1"]
