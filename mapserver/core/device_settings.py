"""Settings of the ways on which devices are heard besides HTTP and MQTT. Opens none of them."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr


class ReceiverSettings(BaseModel):
    """A TCP port on which devices call in."""

    dialect: Literal["sia_dc09", "milestone"]
    host: str = "127.0.0.1"
    """The address that is listened on; 0.0.0.0 for all. Neither dialect knows a password: let a firewall choose who may
    call."""
    port: Annotated[int, Field(ge=0, le=65_535)]
    """Usually 9090 for Milestone's analytics events."""
    silent_after_s: Annotated[float, Field(ge=10, le=604_800)] = 600.0
    """A device that has called and is then silent for longer is told of as a fault. SIA DC-09's panels call every few
    minutes at least, if only to say so."""


class PullSettings(BaseModel):
    """A device whose events are fetched over a connection that is held open."""

    dialect: Literal["onvif", "hikvision", "dahua"]
    """ONVIF PullPoint, ISAPI's alertStream, or Dahua's eventManager."""
    camera: Annotated[str, Field(min_length=1, max_length=200)]
    """The camera's id, or a name by which the registry of cameras knows it."""
    url: Annotated[str, Field(pattern=r"^https?://[^\s@]+$")]
    """Such as http://10.0.0.5; with a path only where the device has its events elsewhere than usual."""
    username: str = ""
    password: SecretStr = SecretStr("")
    scheme: Literal["digest", "basic"] = "digest"
    """How user name and password go over HTTP; ONVIF's also go sealed into each message."""
    ca_file: Path | None = None
    """The certificate of a device that signed its own, for https."""
    silent_after_s: Annotated[float, Field(ge=30, le=604_800)] = 120.0
    """A device that is silent for longer is told of as a fault; each says every few seconds that it is there."""
