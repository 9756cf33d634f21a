"""A browser's cookie is good for the account it was issued for, and nothing else is."""

import pytest

from mapserver.sign_in.known_browser import KnownBrowsers

BROWSERS = KnownBrowsers(b"a key")


def test_a_browser_is_known_again_by_its_cookie() -> None:
    cookie = BROWSERS.issue("janis")
    assert BROWSERS.read(cookie, "janis") == cookie.split(".")[0]
    assert BROWSERS.issue("janis") != cookie


@pytest.mark.parametrize("cookie", [None, "", ".", "x", "x.y", "ė.ė"])
def test_what_was_not_issued_here_is_unknown(cookie: str | None) -> None:
    assert BROWSERS.read(cookie, "janis") is None


def test_a_cookie_of_another_server_is_unknown() -> None:
    assert BROWSERS.read(KnownBrowsers(b"other").issue("janis"), "janis") is None


def test_a_cookie_of_another_account_is_unknown() -> None:
    assert BROWSERS.read(BROWSERS.issue("ieva"), "janis") is None
