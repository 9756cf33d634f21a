"""A cookie by which a browser shows that it has signed in to an account before. It lets nobody in."""

import hashlib
import hmac
import secrets

COOKIE = "vanagas_browser"
LASTS_S = 365 * 24 * 3_600
_PURPOSE = b"known browser"


class KnownBrowsers:
    """Makes and reads the cookies under the server's secret key: `ID.SIGNATURE`, for one account."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, _PURPOSE, hashlib.sha256)

    def issue(self, account: str) -> str:
        """A new cookie for a browser that has just signed in to `account`."""
        browser = secrets.token_urlsafe(12)
        return f"{browser}.{self._signature(browser, account)}"

    def read(self, cookie: str | None, account: str) -> str | None:
        """The browser's id, if the cookie was issued for `account`."""
        browser, _, signature = (cookie or "").partition(".")
        expected = self._signature(browser, account)
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            return None
        return browser

    def _signature(self, browser: str, account: str) -> str:
        text = f"{browser}\0{account}".encode(errors="surrogatepass")
        return hmac.digest(self._key, text, hashlib.sha256).hex()
