"""Settings of the signed heads of chains, which are kept outside the database."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class ChainSettings(BaseModel):
    """Where heads are signed and kept."""

    model_config = ConfigDict(extra="forbid")

    signing_key: Path
    """An Ed25519 key (PEM), as `vanagas audit new-key FILE` makes it; not in the data folder, whose copies would hold
    it. Its public half is FILE.pub."""
    heads_file: Path
    """Signed heads are appended to it, a line each; on another machine's disk if possible, and not in the data folder.
    Each server of a database has one of its own."""
    every_min: Annotated[float, Field(ge=1, le=1_440)] = 60.0
    """How often; besides at each export of evidence or audit, and when the server stops."""
