"""The chain: entries that each hold the hash of the one before, so that rows changed behind the program's back show.

A town has one chain, and the system itself has one (`SYSTEM_CHAIN`). An entry holds, for every row that a transaction
has written, its key, its codes and times, and a salted digest of the whole row; the row keeps the salt. Retention takes
content and salt out of the row and appends an entry that says by which rule. Signs nothing and keeps no copy outside
the database: `mapserver/chain/` does. The format: docs/decisions/0134-*.md.
"""

from telemetry.chain.chained_table import ChainedTable
from telemetry.chain.service import append, append_gone
from telemetry.chain.values import SYSTEM_CHAIN

__all__ = ["SYSTEM_CHAIN", "ChainedTable", "append", "append_gone"]
