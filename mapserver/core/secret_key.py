"""The secret key is the one that the database was written with, or the program says so. Keeps no key.

The database has a check value, the key's HMAC of fixed words. With another key every session and token would
silently be unknown.
"""

import hashlib
import hmac

from sqlmodel import delete

from mapserver.access.tables import TokenRow
from telemetry.access import Principal
from telemetry.audit import service as audit
from telemetry.clock import Clock
from telemetry.errors import Misconfigured
from telemetry.messages import Message
from telemetry.store import Store
from telemetry.store.tables import get_state, put_state

KEY_CHECK = "secret_key_check"
WAY_OUT = Message("server.key_way_out")
_WORDS = b"vanagas: this database was written with this key"


def check_value(key: bytes) -> str:
    """What the database says of `key`: HMAC-SHA-256 in hex, from which the key cannot be told."""
    return hmac.new(key, _WORDS, hashlib.sha256).hexdigest()


def is_known_key(store: Store, key: bytes) -> bool | None:
    """Whether the database was written with `key`; None when it does not say."""
    with store.read() as session:
        kept = get_state(session, KEY_CHECK)
    if kept is None:
        return None
    return hmac.compare_digest(str(kept), check_value(key))


def require_same_key(store: Store, key: bytes) -> None:
    """Have the database remember `key` the first time. Raises Misconfigured when it was written with another one."""
    known = is_known_key(store, key)
    if known is None:
        with store.write() as work:
            put_state(work.session, KEY_CHECK, check_value(key))
    elif not known:
        raise Misconfigured(Message("server.key_differs", way_out=WAY_OUT))


def take_new_key(store: Store, key: bytes, by: Principal, clock: Clock) -> None:
    """Go on with `key`: all sessions and tokens end, with a word in the audit trail."""
    now = clock.now()
    with store.write() as work:
        work.session.exec(delete(TokenRow))
        put_state(work.session, KEY_CHECK, check_value(key))
        audit.record(work.session, by, "new_secret_key", "every session and token", city=None, at=now)
