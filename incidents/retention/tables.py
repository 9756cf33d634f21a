"""Pictures that are on their way out: what is stored between forgetting and deleting."""

from sqlmodel import Field, SQLModel


class LeavingPictureRow(SQLModel, table=True):
    """A picture that an observation named until it was forgotten; its file is deleted when nothing else names it."""

    __tablename__ = "leaving_pictures"

    sha256: str = Field(primary_key=True)
