"""What the API answers of recordings and holds."""

from mapserver.web.schemas import Span, Utc


class RecordedSpanAnswer(Span):
    """A time of which there is footage."""

    city: str
    purpose: str
    simulated: bool


class RecordingsAnswer(Span):
    """Of which times of a camera there is footage, and where the gaps are."""

    camera: str
    spans: list[RecordedSpanAnswer]
    gaps: list[Span]


class HoldAnswer(Span):
    """Footage that must stay."""

    id: str
    camera: str
    city: str
    why: str
    until: Utc
    placed_by: str
    placed_at: Utc
    lifted_by: str | None
    lifted_at: Utc | None
    in_force: bool
