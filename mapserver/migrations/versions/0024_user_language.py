"""The language that a user has chosen, whose change is a change of access: every process reads it with the rights."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
TRIGGER = "users_language_bumps_access"


def upgrade() -> None:
    """Apply."""
    op.add_column("users", sa.Column("language", sa.String(), nullable=True))
    head = f"CREATE TRIGGER {TRIGGER} AFTER UPDATE OF language ON users"
    body = "FOR EACH ROW EXECUTE FUNCTION users_bumps_access()"
    if _is_sqlite():
        body = "BEGIN UPDATE access_version SET version = version + 1; END"
    op.execute(f"{head} {body}")


def downgrade() -> None:
    """Take back."""
    op.execute(f"DROP TRIGGER {TRIGGER}" + ("" if _is_sqlite() else " ON users"))
    op.drop_column("users", "language")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
