"""Settings of how services are told of what is handed over to them."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from mapserver.core.video_settings import LOOPBACK
from telemetry.messages import Message


class MailSettings(BaseModel):
    """A mail server that takes messages (SMTP submission, RFC 6409)."""

    model_config = ConfigDict(extra="forbid")

    host: str
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    tls: Literal["starttls", "implicit", "off"] = "starttls"
    """`implicit` is usual on port 465; `off` only to a server on this machine."""
    ca_file: Path | None = None
    """Certificates (PEM) of who vouches for the server; this machine's when left out."""
    username: str = ""
    password: SecretStr = SecretStr("")
    sender: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    """The address that services are written from, and answer to."""

    @model_validator(mode="after")
    def _refuse_in_clear(self) -> "MailSettings":
        if self.tls == "off" and self.host not in LOOPBACK:
            raise ValueError(Message("settings.mail_in_clear"))
        return self


class ReferralSettings(BaseModel):
    """What services are handed over with, beside the file that lists them."""

    model_config = ConfigDict(extra="forbid")

    webhook_keys: dict[str, SecretStr] = {}
    """What referrals to a service's own system are signed with, by the service's name in the file; at least 32
    characters."""
