"""What the API answers of clips and of requests for their originals."""

from pydantic import Field

from mapserver.web.schemas import Answer, Fraction, Span, Utc
from vision.recording.tables import ClipState, OriginalStep


class UnmaskingStep(Answer):
    """One word about an original: asked, granted or declined."""

    request: str
    clip: str
    city: str
    step: OriginalStep
    who: str
    at: Utc
    why: str
    original: str | None
    """The clip that was cut when it was granted."""


class RecordedFileAnswer(Span):
    """A file of the recording that a clip was made of."""

    file: str
    sha256: str
    bytes: int
    parts: int


class UnblurredFile(Answer):
    """What a blurred file was made of; it is not kept."""

    sha256: str
    bytes: int
    recordings: list[RecordedFileAnswer]


class ClipFile(Span):
    """One file of a clip."""

    sha256: str
    bytes: int
    content_type: str
    city: str
    purpose: str
    original: UnblurredFile | None = None
    """Of a blurred file."""
    recordings: list[RecordedFileAnswer] | None = None
    """Of an original."""


class Blurring(Answer):
    """How people were made unrecognisable."""

    found_by: list[str]
    looks_per_s: float
    plates_hidden: bool
    privacy_masks: int
    masked: list[list[tuple[float, float]]]


class ClipManifest(Answer):
    """What a clip holds, and what it was made of."""

    camera: str
    asked: Span
    given: Span
    begins_with: str
    encoded_again: bool
    blurred: Blurring | None
    simulated: bool
    gaps: list[Span]
    files: list[ClipFile]


class ClipAnswer(Span):
    """A clip, how far it is, and its manifest once it is ready."""

    id: str
    camera: str
    city: str
    why: str
    made_by: str
    made_at: Utc
    state: ClipState
    done: Fraction | None
    """How much of it is made, while it waits."""
    problem: str
    unmasked: bool = Field(description="Whether people can be recognised in it.")
    manifest: ClipManifest | None
    lacks_masks: bool
    urls: list[str]
    """Addresses of its files, in the manifest's order."""
    unmasking: list[UnmaskingStep]
