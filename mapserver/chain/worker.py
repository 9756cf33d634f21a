"""Signs the heads of chains every hour, one of the servers of a database for all, and each server when it stops."""

from mapserver.chain.signing import sign_heads, try_signing
from mapserver.core.chain_settings import ChainSettings
from mapserver.core.in_turn import InTurn
from mapserver.core.services import Services

LEASE = "chain heads"
LOOK_S = 10.0


class HeadSigner:
    """Signs what has grown."""

    def __init__(self, parts: Services, wanted: ChainSettings) -> None:
        self._parts = parts
        self._wanted = wanted
        self._in_turn = InTurn(parts.leases, LEASE, self.sign, every_s=wanted.every_min * 60)

    def look(self) -> None:
        """Sign if it is due here. Raises what `sign_heads` raises."""
        self._in_turn.look()

    def sign(self) -> None:
        """Sign now. Raises what `sign_heads` raises."""
        sign_heads(self._parts.store, self._wanted, self._parts.clock.now())

    def finish(self) -> None:
        """Sign a last time, if that can be done."""
        try_signing(self._parts.store, self._wanted, self._parts.clock.now())
