"""Whether the database still refuses to change and delete what is append-only. Repairs nothing."""

import hashlib
from collections.abc import Iterator

from sqlmodel import Session, text

from telemetry.messages import Message

APPEND_ONLY = (
    "acknowledgements", "airspace_files", "audit", "camera_setups", "chain_entries", "control_events",
    "custody_entries", "debriefs", "flight_checks", "flight_events", "flight_remarks", "forgotten_observations",
    "plate_hits", "register", "timeline", "track_points", "unmasking", "weather",
)  # fmt: skip
"""Tables that refuse UPDATE and DELETE."""
LETTING_SOME = {
    ("sqlite", "control_events_refuses_update"): "b0d31e6b7f8aa3bc98732e372144480c8a9c8c974c97418255de1c757f053b89",
    ("sqlite", "plate_hits_refuses_update"): "0ca21174e0224da7ebdfd5622cc1bed8a45931e7b6c2e4ef3ccfd542e9385837",
    ("sqlite", "timeline_refuses_update"): "9c2f5b5afbd0d734733be72f04f7c863ad81b79a271f17ab1379dc9c66aced8b",
    ("postgresql", "control_events_refuses_update"): "37bde903ed621b75d32d4eb8067f5622fb9916a0883b119a9099195aab46c732",
    ("postgresql", "plate_hits_refuses_update"): "961797c53bed65e9b3719ec3c8b547279fb1a558bdfa5032e29f3feafb84969c",
    ("postgresql", "timeline_refuses_update"): "064e5611f9274ccec9a4d38e5d54584cca214f089bfa3eb66af4004dc8b3feb8",
}
"""Of triggers that let one kind of UPDATE through: SHA-256 of their text, blanks made one."""
_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_refuses_%'"
_POSTGRESQL = """
SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND (
    (tgname = relname || '_refuses_update' AND tgtype = 19) OR (tgname = relname || '_refuses_delete' AND tgtype = 11)
)
"""
"""Those that are switched on, on their own table and before each row of their own verb
(www.postgresql.org/docs/current/catalog-pg-trigger.html, `tgtype`)."""


def missing_triggers(session: Session) -> Iterator[Message]:
    """A sentence for each trigger that is gone, switched off or another than it was."""
    dialect = session.get_bind().dialect.name
    found = dict(session.execute(text(_SQLITE if dialect == "sqlite" else _POSTGRESQL)).all())
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            name = f"{table}_refuses_{verb}"
            if not _is_as_made(dialect, table, verb, found.get(name)):
                yield Message("chain.trigger_missing", trigger=name, table=table)


def spelled(source: str) -> str:
    """SHA-256 in hex of a trigger's text with its blanks made one."""
    return hashlib.sha256(" ".join(source.split()).encode()).hexdigest()


def _is_as_made(dialect: str, table: str, verb: str, source: str | None) -> bool:
    if source is None:
        return False
    name = f"{table}_refuses_{verb}"
    known = LETTING_SOME.get((dialect, name))
    if known is not None:
        return spelled(source) == known
    words = f"{table} is append-only"
    refusal = f"BEGIN RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END"
    if dialect == "sqlite":
        refusal = f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END"
    return " ".join(source.split()) == refusal
