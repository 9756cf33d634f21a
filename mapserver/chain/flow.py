"""A database's chains verified: entries, rows, heads, and the triggers that refuse changes."""

from collections.abc import Iterable
from dataclasses import dataclass

from mapserver.chain import stored
from mapserver.chain.chained_tables import CHAINED_TABLES
from mapserver.chain.triggers import missing_triggers
from telemetry.chain.heads import SignedHead
from telemetry.chain.verification import Verified, verify
from telemetry.messages import Message
from telemetry.store import Store


@dataclass(frozen=True)
class VerifiedDatabase:
    """What became of it."""

    chains: Verified
    triggers: tuple[Message, ...]
    """Those that are missing, in sentences."""

    @property
    def faults(self) -> list[Message]:
        """All that is wrong, the first wrong entry first."""
        said = [fault.message for fault in self.chains.faults]
        if self.chains.more_faults:
            said.append(Message("chain.more", count=self.chains.more_faults))
        return [*said, *self.triggers]


def verify_database(
    store: Store, heads: Iterable[SignedHead] = (), *, public_keys: frozenset[str] | None = None
) -> VerifiedDatabase:
    """Verify what `store` holds now, in one consistent picture. Raises STORE_ERRORS."""
    with store.read() as session:
        triggers = tuple(missing_triggers(session))
        chains = verify(stored.entries(session), stored.rows(session), CHAINED_TABLES, heads, public_keys=public_keys)
    return VerifiedDatabase(chains, triggers)
