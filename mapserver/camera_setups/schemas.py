"""What the API answers of how a camera is set up: rules, masks, ground, with the versions that were drawn."""

from typing import Annotated

from pydantic import BaseModel, Field

from mapserver.web.schemas import Answer, Json, PlaceAnswer, Utc
from vision.privacy.masks import Mask


class SetupVersion(Answer):
    """One version of one part of a setup."""

    version: int
    by: str
    at: Utc
    content: Json | None
    """In the form that it was drawn in; null where it was taken back."""


class SetupHistory(Answer):
    """The version in force, and the newest ones."""

    version: int
    """0 while none was drawn."""
    history: list[SetupVersion]
    history_total: int
    """Length of the whole history."""


class RulesAnswer(SetupHistory):
    """The rules that a camera goes by."""

    rule: list[Json]
    """Each as in a rules file; `kinds` says what it may hold."""
    source: str = Field(alias="from")
    """`drawn`, `file` or `usual`."""
    kinds: dict[str, Json]
    """JSON Schema of each kind of rule."""
    classes: list[str]
    """What the detector tells apart."""


class MaskAnswer(Answer):
    """A part of the picture that is hidden, or not looked at."""

    kind: str
    name: str
    outline: list[tuple[float, float]]
    """Corners, shares of width and height."""


class MasksAnswer(SetupHistory):
    """The masks on a camera's picture."""

    mask: list[MaskAnswer]


class GroundAnswer(SetupHistory):
    """How a camera's picture lies on the ground."""

    ground: Json | None


class GroundSample(PlaceAnswer):
    """Where a point of the picture would be, with the ellipse that holds 95 % of its errors."""

    x: float
    y: float
    accuracy_m: float
    major_m: float | None
    minor_m: float | None
    azimuth_deg: float | None


class GroundTrial(Answer):
    """How well a picture would lie on the ground."""

    misfit_m: float | None
    residuals_m: list[float | None]
    horizon: list[tuple[float, float]] | None
    samples: list[GroundSample]


class RulesBody(BaseModel):
    """Rules in the form of a rules file; `kinds` of `GET …/rules` says what each may hold."""

    rule: Annotated[list[Json], Field(min_length=1)]


class MasksBody(BaseModel):
    """All masks of a camera; an empty list for none."""

    mask: list[Mask]
