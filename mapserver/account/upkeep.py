"""What is done to sessions and tokens from time to time: their last use is written down, and long expired ones go."""

from datetime import timedelta

from mapserver.access import tokens
from mapserver.core.services import Services
from telemetry.store import STORE_ERRORS

WRITE_USES_S = 60.0
FORGET_S = 3_600.0
KEPT_EXPIRED = timedelta(days=7)
"""An expired token stays in the list for so long, so that whoever wonders sees why it is refused."""


def write_uses(parts: Services) -> None:
    """Write down when tokens were last used; what cannot be written now is written later."""
    uses = parts.principals.take_uses()
    if not uses:
        return
    try:
        tokens.write_uses(parts.store, uses)
    except STORE_ERRORS:
        parts.principals.give_back_uses(uses)
        raise


def forget_expired(parts: Services) -> None:
    """Remove sessions and tokens that expired long ago, while the clock can be believed."""
    due_by = parts.forgetting.due_by()
    if due_by is not None:
        with parts.store.write() as work:
            tokens.forget_expired(work, before=due_by - KEPT_EXPIRED)
