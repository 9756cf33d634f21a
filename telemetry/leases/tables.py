"""The table of leases."""

from sqlmodel import Field, SQLModel


class LeaseRow(SQLModel, table=True):
    """Who does something that only one process may do."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    """What is done, as "link of drone-1"."""
    owner: str
    """The id of the server that does it, or did it last."""
    address: str
    """Where people reach that server."""
    fence: int
    """Rises with every owner that takes it: what an earlier one still writes is known by a lower number."""
    expires_s: float
    """Seconds since 1970 UTC by the database's own clock."""
