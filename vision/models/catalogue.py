"""Which detection models there are and where their files lie. Loads no model.

The shipped catalogue is catalogue.toml beside this file; a user's own file of the same form adds to it.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from telemetry.errors import Misconfigured, NotFound
from telemetry.messages import Message
from telemetry.validation import explain
from vision.models.coco import COCO_80

SHIPPED = Path(__file__).with_name("catalogue.toml")
DEFAULT_MODEL = "nanodet-g-int8"
FACE_MODEL = "centerface-int8"
"""Tells where faces are, so that they can be made unrecognisable; it cannot tell one from another."""

Channels = tuple[float, float, float]


class ModelEntry(BaseModel):
    """One detection model: what its network wants to see and how its outputs are read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,59}$")]
    licence: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    """Where the weights come from, for people."""
    file: Path
    """The ONNX file; absolute once read."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size: Annotated[int, Field(ge=32, le=4096, multiple_of=32)]
    """The longer side of what the network sees, pixels."""
    order: Literal["bgr", "rgb"]
    mean: Channels
    std: Channels
    """The network sees (pixel - mean) / std, pixels 0..255, channels in `order`."""
    decoder: Literal["nanodet", "centerface"]
    classes: tuple[str, ...]

    @field_validator("classes", mode="before")
    @classmethod
    def _named_list(cls, value: object) -> object:
        if value == "coco80":
            return COCO_80
        return value

    @model_validator(mode="after")
    def _divides(self) -> Self:
        if not all(self.std):
            raise ValueError("std: a zero cannot be divided by")
        return self

    def weights(self) -> bytes:
        """The ONNX file's bytes. Raises Misconfigured when it is not there or not the file that the catalogue means."""
        if not self.file.is_file():
            raise Misconfigured(Message("models.file_missing", model=self.name, file=self.file))
        content = self.file.read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if found != self.sha256:
            raise Misconfigured(
                Message("models.other_file", model=self.name, file=self.file, found=found[:12], wanted=self.sha256[:12])
            )
        return content


def read_catalogue(own: Path | None = None) -> dict[str, ModelEntry]:
    """The shipped models and those of the user's `own` file, by name; its entries win. Raises Misconfigured."""
    return {**_shipped(), **(_read(own) if own is not None else {})}


def find_model(name: str, catalogue: Mapping[str, ModelEntry]) -> ModelEntry:
    """The entry called `name`. Raises NotFound naming those there are."""
    if name not in catalogue:
        raise NotFound(Message("models.unknown", model=repr(name), models=sorted(catalogue)))
    return catalogue[name]


@cache
def _shipped() -> Mapping[str, ModelEntry]:
    return _read(SHIPPED)


def _read(path: Path) -> dict[str, ModelEntry]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(Message("models.catalogue_unreadable", path=path, reason=error)) from error
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(Message("models.catalogue_not_toml", path=path, reason=error)) from error
    entries = raw.get("model")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Misconfigured(Message("models.catalogue_empty", path=path))
    return {entry.name: entry for entry in (_entry(raw_entry, path) for raw_entry in entries)}


def _entry(raw: dict[str, Any], path: Path) -> ModelEntry:
    try:
        entry = ModelEntry.model_validate(raw)
    except ValidationError as error:
        named = {"path": path, "name": raw.get("name"), "reason": explain(error)}
        raise Misconfigured(Message("models.entry_wrong", **named)) from error
    return entry.model_copy(update={"file": path.resolve().parent / entry.file})
