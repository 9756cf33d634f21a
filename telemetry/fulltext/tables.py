"""The table of documents that are searched. Their words are indexed by the database itself, see `schema.py`."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Integer
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class SearchDocumentRow(SQLModel, table=True):
    """What was said in one observation, or by one entry of a timeline."""

    __tablename__ = "search_documents"

    id: int = Field(
        sa_column=Column(
            BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False, nullable=False
        )
    )
    """Sorts as `at` does: hundredths of a second since 1970, then 23 bits that tell those of one moment apart."""
    city: str
    scope: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """When it happened, UTC."""
    category: str
    source_kind: str | None = None
    """None for an entry that tells of no observation."""
    lat: float | None = None
    lon: float | None = None
    observation_id: str | None = Field(
        default=None, sa_column=Column(ForeignKey("observations.id", ondelete="CASCADE"), unique=True, nullable=True)
    )
    entry_id: int | None = Field(default=None, sa_column=Column(ForeignKey("timeline.id"), nullable=True))
    words: str
    """Its words, each once, with a blank between."""
    terms: str
    """What is indexed, in the same way: the stems of its words, and its facets."""
