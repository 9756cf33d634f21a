"""Every table that has a town has a scope beside it: `live`, or an exercise's. What was simulated is of the demo's.

A database in which all units and cameras are simulated is a demo's, with its users and papers.
"""

import secrets
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op

from mapserver.migrations.append_only import letting_changes
from mapserver.migrations.counting import keep_counts, stop_counts
from telemetry.store import JsonColumn

revision = "0032"
down_revision = "0031"
LIVE = "live"
DEMO = "exercise/demo"
FLAGGED = (
    "cameras", "units", "incidents", "incident_places", "register", "weather", "zones", "plans", "flights", "visits",
)  # fmt: skip
"""They said themselves whether they were simulated."""
FOLLOWING = {
    "assignments": ("units", "unit_id"),
    "control_events": ("units", "unit_id"),
    "drone_requests": ("incidents", "incident_id"),
    "plate_hits": ("observations", "observation_id"),
}
"""They are of the scope of what they are about, whose id they have."""
OF_CAMERAS = ("clips", "evidence_holds")
OTHERS = (
    "airspace_permits", "airspace_sets", "audit", "plate_watch_entries", "quarantined_messages", "schedule_proposals",
    "unmasking", "users",
)  # fmt: skip
APPEND_ONLY = ("control_events", "plate_hits")
INDEXES = {
    "incidents_by_city_state_time": ("incidents", ["city", "state", "last_at"]),
    "incidents_by_city_state_category_time": ("incidents", ["city", "state", "category", "last_at"]),
}
PLACE_SEARCH = [
    "category", "band", "last_s", "lon", "lat", "accuracy_m", "first_s", "closed_s", "incident_id",
]  # fmt: skip
OLD_KEY = ["city", "sender", "source_ref", "source_kind", "source_id", "occurrence"]
COUNTED = ("state", "category", "title")
AT_ONCE = 1_000
TRIGGER = "users_scope_bumps_access"


def upgrade() -> None:
    """Apply."""
    own = DEMO if _is_demo() else LIVE
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
    op.drop_index("incident_places_search", "incident_places")
    for table in FLAGGED:
        _add_scope(table, LIVE)
        op.execute(f"UPDATE {table} SET scope = '{DEMO}' WHERE simulated")  # noqa: S608 - names of our own tables
        op.drop_column(table, "simulated")
    _key_observations()
    for table in (*FOLLOWING, *OF_CAMERAS, *OTHERS):
        _add_scope(table, own)
    for table, (about, column) in FOLLOWING.items():
        _follow(table, about, column)
    for table in OF_CAMERAS:
        for about in ("cameras", "units"):
            _follow(table, about, "camera_id")
    _key_incidents()
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, [columns[0], "scope", *columns[1:]])
    op.create_index("incident_places_search", "incident_places", ["city", "scope", *PLACE_SEARCH])
    _index_airspace(["city", "scope", "name"])
    _count(scoped=True)
    _begin_change_log(scoped=True)
    _watch_users()


def _is_demo() -> bool:
    """Whether there are units or cameras, and none that is real."""
    real: list[bool] = []
    for table in ("units", "cameras"):
        rows = sa.table(table, sa.column("simulated", sa.Boolean()))
        real += op.get_bind().execute(sa.select(~rows.c.simulated)).scalars().all()
    return bool(real) and not any(real)


def _add_scope(table: str, own: str) -> None:
    op.add_column(table, sa.Column("scope", sa.String(), nullable=False, server_default=own))
    if not _is_sqlite():  # SQLite would have to write the table anew
        op.alter_column(table, "scope", server_default=None)


def _follow(table: str, about: str, column: str) -> None:
    """Give the rows of `table` the scope of what they are about, which is none that the demo's is not."""
    statement = (
        f"UPDATE {table} SET scope = coalesce((SELECT scope FROM {about} WHERE {about}.id = {table}.{column}), scope)"  # noqa: S608
    )
    if table in APPEND_ONLY:
        with letting_changes(table):
            op.execute(statement)
    else:
        op.execute(statement)


def _key_observations() -> None:
    stop_counts("observations")
    op.drop_index("observations_by_city_time", "observations")
    with op.batch_alter_table("observations") as observations:
        observations.add_column(sa.Column("scope", sa.String(), nullable=False, server_default=LIVE))
        observations.drop_constraint("observation_key", type_="unique")
        observations.create_unique_constraint("observation_key", [OLD_KEY[0], "scope", *OLD_KEY[1:]])
    with op.batch_alter_table("observations") as observations:
        observations.alter_column("scope", server_default=None)
    rows = sa.table("observations", sa.column("id", sa.String()), sa.column("scope", sa.String()))
    moved = rows.update().where(rows.c.id == sa.bindparam("of")).values(scope=DEMO)
    for ids in _simulated():
        op.get_bind().execute(moved, [{"of": one} for one in ids])
    op.create_index("observations_by_city_time", "observations", ["city", "scope", "started_at"])


def _simulated() -> Iterator[Sequence[str]]:
    """The ids of the observations that say that they are simulated, in batches; as the program itself reads them."""
    rows = sa.table("observations", sa.column("id", sa.String()), sa.column("body", JsonColumn()))
    likely = sa.cast(sa.type_coerce(rows.c.body, sa.Text()), sa.Text()).like('%"simulated"%')
    last = ""
    while True:
        query = sa.select(rows).where(rows.c.id > last, likely).order_by(rows.c.id).limit(AT_ONCE)
        found = op.get_bind().execute(query).all()
        if not found:
            return
        last = found[-1].id
        ids = [row.id for row in found if row.body["attributes"].get("simulated") is True]
        if ids:
            yield ids


def _key_incidents() -> None:
    """The scope is part of the key of what an incident's observations named."""
    op.execute(
        "CREATE TABLE identities_before AS SELECT named.city, incidents.scope, named.identity, named.incident_id"
        " FROM incident_identities AS named JOIN incidents ON incidents.id = named.incident_id"
    )
    _make_identities(["city", "scope", "identity", "incident_id"])


def _make_identities(columns: list[str]) -> None:
    names = ", ".join(columns)
    op.drop_table("incident_identities")
    op.create_table(
        "incident_identities",
        *(sa.Column(name, sa.String(), nullable=False) for name in columns),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"]),
        sa.PrimaryKeyConstraint(*columns),
    )
    op.create_index("ix_incident_identities_incident_id", "incident_identities", ["incident_id"], unique=False)
    op.execute(f"INSERT INTO incident_identities ({names}) SELECT {names} FROM identities_before")  # noqa: S608
    op.drop_table("identities_before")


def _index_airspace(columns: list[str]) -> None:
    op.drop_index("one_airspace_set_a_name", "airspace_sets")
    in_force = sa.text("replaced_at IS NULL")
    op.create_index(
        "one_airspace_set_a_name",
        "airspace_sets",
        columns,
        unique=True,
        sqlite_where=in_force,
        postgresql_where=in_force,
    )


def _count(*, scoped: bool) -> None:
    """Count anew by what is counted now; those of observations have stopped when their table was made anew."""
    place = ("city", "scope") if scoped else ("city",)
    stop_counts("incidents")
    for table, counts, by in (
        ("incidents", "incident_counts", (*place, *COUNTED)),
        ("observations", "observation_counts", place),
    ):
        op.drop_table(counts)
        op.create_table(
            counts,
            *(sa.Column(name, sa.String(), nullable=False) for name in by),
            sa.Column("rows", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint(*by),
        )
        keep_counts(table, counts, by)


def _begin_change_log(*, scoped: bool) -> None:
    """Begin another history of changes: viewers take a new snapshot."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.execute("DELETE FROM changes")
    op.drop_table("pruned_changes")
    key = ["audience", "scope"] if scoped else ["audience"]
    op.create_table(
        "pruned_changes",
        *(sa.Column(name, sa.String(), nullable=False) for name in key),
        sa.Column("count", number, nullable=False),
        sa.PrimaryKeyConstraint(*key),
    )
    if scoped:
        _add_scope("changes", LIVE)
    else:
        op.drop_column("changes", "scope")
    state = sa.table("program_state", sa.column("name", sa.String()), sa.column("value", JsonColumn()))
    epoch = state.update().where(state.c.name == "change_epoch").values(value=secrets.token_hex(8))
    op.get_bind().execute(epoch)


def _watch_users() -> None:
    """Let a change of a user's scope count as a change of access, as that of the town does."""
    body = "FOR EACH ROW EXECUTE FUNCTION users_bumps_access()"
    if _is_sqlite():
        body = "BEGIN UPDATE access_version SET version = version + 1; END"
    op.execute(f"CREATE TRIGGER {TRIGGER} AFTER UPDATE OF scope ON users {body}")


def downgrade() -> None:
    """Take back. Fails when two scopes have used one key meanwhile: neither of the two may be lost."""
    op.execute(f"DROP TRIGGER {TRIGGER}" + ("" if _is_sqlite() else " ON users"))
    _begin_change_log(scoped=False)
    _index_airspace(["city", "name"])
    op.execute("CREATE TABLE identities_before AS SELECT city, identity, incident_id FROM incident_identities")
    _make_identities(["city", "identity", "incident_id"])
    op.drop_index("incident_places_search", "incident_places")
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
    op.drop_index("observations_by_city_time", "observations")
    stop_counts("observations")
    with op.batch_alter_table("observations") as observations:
        observations.drop_constraint("observation_key", type_="unique")
        observations.drop_column("scope")
        observations.create_unique_constraint("observation_key", OLD_KEY)
    _count(scoped=False)
    op.create_index("observations_by_city_time", "observations", ["city", "started_at"])
    for table in FLAGGED:
        op.add_column(table, sa.Column("simulated", sa.Boolean(), nullable=False, server_default=sa.false()))
        rows = sa.table(table, sa.column("scope", sa.String()), sa.column("simulated", sa.Boolean()))
        op.execute(rows.update().where(rows.c.scope != LIVE).values(simulated=True))
    for table in (*FLAGGED, *FOLLOWING, *OF_CAMERAS, *OTHERS):
        op.drop_column(table, "scope")
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)
    op.create_index("incident_places_search", "incident_places", ["city", "simulated", *PLACE_SEARCH])


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
