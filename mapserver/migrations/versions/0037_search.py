"""Everything that was said can be searched: documents of words, those of before among them."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel import Session

from telemetry import fulltext
from telemetry.fulltext import Document, schema
from telemetry.messages import as_message
from telemetry.observations import Observation
from telemetry.observations.search_words import document_of, in_every_language
from telemetry.store import JsonColumn, UtcDateTime

revision = "0037"
down_revision = "0036"
AT_ONCE = 1_000


def upgrade() -> None:
    """Apply."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "search_documents",
        sa.Column("id", number, autoincrement=False, nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("source_kind", sa.String(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("observation_id", sa.String(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["observation_id"], ["observations.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["entry_id"], ["timeline.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("observation_id"),
    )
    schema.create(op.get_bind())
    with Session(op.get_bind()) as session:
        for said in _observations():
            fulltext.put(session, said)
        for said in _entries():
            fulltext.put(session, said)
        session.flush()


def _observations() -> Iterator[Sequence[Document]]:
    rows = sa.table("observations", sa.column("id", sa.String()), sa.column("body", JsonColumn()))
    for batch in _batches(sa.select(rows), rows.c.id, ""):
        yield [document_of(Observation.model_validate({**row.body, "id": row.id})) for row in batch]


def _entries() -> Iterator[Sequence[Document]]:
    """Those that tell of no observation, but for that with which an incident begins."""
    entry = sa.table(
        "timeline",
        *(sa.column(name) for name in ("id", "incident_id", "who", "kind", "text", "observation_id")),
        sa.column("happened_at", UtcDateTime()),
        sa.column("message", JsonColumn()),
    )
    of = sa.table("incidents", *(sa.column(name) for name in ("id", "city", "scope", "category", "lat", "lon")))
    query = (
        sa.select(entry, of.c.city, of.c.scope, of.c.category, of.c.lat, of.c.lon)
        .join(of, of.c.id == entry.c.incident_id)
        .where(entry.c.observation_id.is_(None), entry.c.kind != "opened")
    )
    for batch in _batches(query, entry.c.id, 0):
        yield [
            Document(
                city=row.city,
                scope=row.scope,
                at=row.happened_at,
                texts=[row.who, *in_every_language(as_message(row.message or row.text))],
                category=row.category,
                place=None if row.lat is None else (row.lat, row.lon),
                entry_id=row.id,
            )
            for row in batch
        ]


def _batches(query: sa.Select[Any], key: sa.ColumnElement[Any], first: str | int) -> Iterator[Sequence[sa.Row[Any]]]:
    last: Any = first
    while True:
        rows = op.get_bind().execute(query.where(key > last).order_by(key).limit(AT_ONCE)).all()
        if not rows:
            return
        yield rows
        last = rows[-1].id


def downgrade() -> None:
    """Take back."""
    schema.drop(op.get_bind())
    op.drop_table("search_documents")
