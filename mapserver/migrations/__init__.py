"""The database's schema and how it got there. Alembic does the work; this knows every table and runs it in place."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlmodel import SQLModel

import incidents.escalation.tables
import incidents.learned_clocks.tables
import incidents.links.tables
import incidents.procedures.tables
import incidents.requests.tables
import incidents.retention.tables
import incidents.settling.tables
import incidents.shifts.tables
import incidents.timeline.tables
import mapserver.access.tables
import mapserver.devices.tables
import mapserver.intake.tables
import mission.airspace.tables
import mission.control.tables
import mission.debrief.tables
import mission.flights.tables
import mission.plans.tables
import mission.registry.tables
import mission.schedule.tables
import mission.weather.tables
import mission.zones.tables
import mobile_units.assignments.tables
import mobile_units.custody.tables
import telemetry.audit.tables
import telemetry.chain.tables
import telemetry.fulltext.tables
import telemetry.leases.tables
import telemetry.observations.tables
import telemetry.store.change_log
import telemetry.store.tables
import telemetry.towns.tables
import telemetry.units.tables
import vision.cameras.tables
import vision.plates.tables
import vision.recording.tables
import vision.setups.tables
from mapserver.core.version import VERSION
from telemetry.errors import Misconfigured
from telemetry.fulltext.schema import is_of_index
from telemetry.store import Store
from telemetry.store.tables import get_state, put_state

TABLES = (
    incidents.escalation.tables,
    incidents.procedures.tables,
    incidents.requests.tables,
    incidents.retention.tables,
    incidents.shifts.tables,
    incidents.timeline.tables,
    mapserver.access.tables,
    mapserver.devices.tables,
    mapserver.intake.tables,
    mission.airspace.tables,
    mission.control.tables,
    mission.debrief.tables,
    mission.flights.tables,
    mission.plans.tables,
    mission.registry.tables,
    mission.schedule.tables,
    mission.weather.tables,
    mission.zones.tables,
    mobile_units.assignments.tables,
    mobile_units.custody.tables,
    telemetry.audit.tables,
    telemetry.chain.tables,
    telemetry.fulltext.tables,
    telemetry.leases.tables,
    telemetry.observations.tables,
    telemetry.store.change_log,
    telemetry.store.tables,
    telemetry.towns.tables,
    telemetry.units.tables,
    vision.cameras.tables,
    vision.plates.tables,
    vision.recording.tables,
    vision.setups.tables,
)
"""Every module with tables; importing one is what makes SQLModel know of them."""

METADATA = SQLModel.metadata
SCHEMA_LOCK = 8_262_627
"""The advisory lock of a PostgreSQL server under which one program at a time changes the schema."""
PROGRAM_VERSION = "program_version"
"""Under this name the database says which version of the program brought its schema up to date."""


def upgrade(store: Store) -> None:
    """Bring the schema up to date, from nothing if need be. Raises Misconfigured when it is of a newer program."""
    require_known(store)
    with making_schema(store, "head"):
        pass
    with store.write() as work:
        put_state(work.session, PROGRAM_VERSION, VERSION)


@contextmanager
def making_schema(store: Store, revision: str) -> Iterator[Connection]:
    """A transaction in which the schema was brought to `revision`; committed at the end if every reference is good.

    Raises Misconfigured when a row refers to one that there is not.
    """
    config = _config()
    store.mark_in_use()
    with _unchecked(store) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SCHEMA_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        yield connection
        _require_references(connection)


def current(store: Store) -> str | None:
    """The schema's revision; None for an empty database."""
    with store.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision this program wants."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def require_known(store: Store) -> None:
    """Raises Misconfigured when the schema is of a newer program than this one."""
    have = current(store)
    known = {version.revision for version in ScriptDirectory.from_config(_config()).walk_revisions()}
    if have is None or have in known:
        return
    with store.read() as session:
        wanted = get_state(session, PROGRAM_VERSION) if inspect(store.engine).has_table("program_state") else None
    raise Misconfigured(
        f"the database is newer than this program: it is at schema {have}, and version {VERSION} knows none after "
        f"{newest()}; install version {wanted or 'that wrote it'} or newer, or restore a backup of before the upgrade"
    )


def require_current(store: Store) -> None:
    """Raises Misconfigured unless the schema is the one this program wants."""
    require_known(store)
    have = current(store)
    want = newest()
    if have != want:
        raise Misconfigured(
            f"the database is at schema {have or 'none'}, this program wants {want}; stop the server and run "
            "`vanagas db upgrade`, which keeps a copy of the database as it was"
        )


def differences(store: Store) -> list[str]:
    """How the schema as it is differs from what the tables say; empty when they agree."""
    with store.connect() as connection:
        opts = {"compare_type": False, "include_object": _is_declared}
        context = MigrationContext.configure(connection, opts=opts)
        return [str(difference) for difference in compare_metadata(context, METADATA)]


def _is_declared(_thing: Any, name: str | None, kind: str, _reflected: bool, _declared: Any) -> bool:
    """Whether a table or an index is one that tables say; that of words is the database's own."""
    return kind not in ("table", "index") or not is_of_index(name)


@contextmanager
def _unchecked(store: Store) -> Iterator[Connection]:
    """A connection on which SQLite checks no reference, so that a table that others refer to can be made anew.

    https://www.sqlite.org/lang_altertable.html, section 7; the setting takes no effect inside a transaction.
    """
    with store.connect() as connection:
        driver = connection.connection.driver_connection if store.engine.dialect.name == "sqlite" else None
        if driver is not None:
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            if driver is not None:
                driver.execute("PRAGMA foreign_keys=ON")


def _require_references(connection: Connection) -> None:
    """Raises Misconfigured when a row refers to one that there is not."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise Misconfigured(f"table {broken[0]} refers to rows of {broken[2]} that are gone; restore a backup")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files(__name__)))
    return config
