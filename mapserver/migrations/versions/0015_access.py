"""Sessions and tokens that can be told apart, with their last use; the version of who may do what."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import UtcDateTime

revision = "0015"
down_revision = "0014"
WATCHED = {"users": "role, city, active", "tokens": '"user", expires_at'}
"""The columns of each table whose changes are changes of access."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "access_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute("INSERT INTO access_version (id, version) VALUES (1, 1)")
    with op.batch_alter_table("tokens") as tokens:
        tokens.add_column(sa.Column("id", sa.String(), nullable=False, server_default=""))
        tokens.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="program"))
        tokens.add_column(sa.Column("last_used_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE tokens SET id = substr(digest, 1, 12)")
    op.execute("UPDATE tokens SET kind = 'session' WHERE label = 'browser'")
    with op.batch_alter_table("tokens") as tokens:
        tokens.alter_column("id", server_default=None)
        tokens.alter_column("kind", server_default=None)
        tokens.create_index("ix_tokens_id", ["id"], unique=True)
    for table, columns in WATCHED.items():
        _bump_version(table, columns)


def _bump_version(table: str, columns: str) -> None:
    """Let every change of `table` count the access version up, in the same transaction."""
    counting = "UPDATE access_version SET version = version + 1"
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        body = f"BEGIN {counting}; RETURN NULL; END"
        op.execute(f"CREATE FUNCTION {table}_bumps_access() RETURNS trigger AS $$ {body} $$ LANGUAGE plpgsql")
    for verb in ("INSERT", "DELETE", f"UPDATE OF {columns}"):
        head = f"CREATE TRIGGER {_trigger(table, verb)} AFTER {verb} ON {table}"
        if sqlite:
            op.execute(f"{head} BEGIN {counting}; END")
        else:
            op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {table}_bumps_access()")


def _trigger(table: str, verb: str) -> str:
    return f"{table}_{verb.split(maxsplit=1)[0].lower()}_bumps_access"


def downgrade() -> None:
    """Take back."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in WATCHED:
        for verb in ("INSERT", "DELETE", "UPDATE"):
            op.execute(f"DROP TRIGGER {_trigger(table, verb)}" + ("" if sqlite else f" ON {table}"))
        if not sqlite:
            op.execute(f"DROP FUNCTION {table}_bumps_access()")
    with op.batch_alter_table("tokens") as tokens:
        tokens.drop_index("ix_tokens_id")
        for column in ("id", "kind", "last_used_at"):
            tokens.drop_column(column)
    op.drop_table("access_version")
