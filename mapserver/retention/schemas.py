"""What the API answers of forgetting."""

from mapserver.web.schemas import Answer, Utc


class RetentionAnswer(Answer):
    """Whether forgetting is held since the clock jumped."""

    held: bool
    clock_off_s: float | None
    """Positive: ahead."""


class ConfirmedClock(Answer):
    """The clock that was confirmed."""

    held: bool
    confirmed: Utc
