"""Settings of the ways on which devices are heard besides HTTP and MQTT. Opens none of them."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field


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
