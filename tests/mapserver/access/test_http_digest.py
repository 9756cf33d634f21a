"""HTTP Digest: the examples of RFC 7616, nonces that pass, answers that cannot be read."""

from datetime import UTC, datetime, timedelta

import pytest

from mapserver.access.http_digest import DigestAnswer, challenges, device_password, is_fresh
from telemetry.errors import NotSignedIn

KEY = b"k" * 32
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
EXAMPLE = (
    'username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm={}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, '
    'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="{}"'
)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_the_standard_are_right(algorithm: str, response: str) -> None:
    answer = DigestAnswer.read(EXAMPLE.format(algorithm, response))
    assert answer.is_of("Circle of Life", "GET")
    assert not answer.is_of("Circle of Life", "POST")
    assert not answer.is_of("Circle of life", "GET")
    assert (answer.is_about("/dir/index.html"), answer.is_about("/dir")) == (True, False)


@pytest.mark.parametrize(
    "header", ["", 'username="a"', EXAMPLE.format("SHA-1", "0"), EXAMPLE.replace("auth,", "auth-int,")]
)
def test_an_answer_that_cannot_be_read_is_refused(header: str) -> None:
    with pytest.raises(NotSignedIn):
        DigestAnswer.read(header)


def test_a_nonce_is_good_for_a_while_and_of_this_installation_only() -> None:
    nonce = challenges(KEY, NOW)[0].split('nonce="')[1].split('"')[0]
    assert is_fresh(nonce, KEY, NOW + timedelta(minutes=4))
    assert not is_fresh(nonce, KEY, NOW + timedelta(minutes=6))
    assert not is_fresh(nonce, b"o" * 32, NOW)
    assert not is_fresh("9" * 400, KEY, NOW)


def test_the_password_goes_with_the_token() -> None:
    assert device_password(KEY, "a") != device_password(KEY, "b")
    assert len(device_password(KEY, "a")) == 24
