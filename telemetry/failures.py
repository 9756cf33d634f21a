"""What fails again and again is said once when it begins and once when it ends. Tries nothing itself."""

import logging

log = logging.getLogger(__name__)


class FailureLog:
    """Says once that something fails, and once that it works again."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._failing = False

    def failed(self, error: Exception) -> None:
        """It has failed."""
        if not self._failing:
            why = next(iter(str(error).splitlines()), type(error).__name__)
            log.error("%s: %s; tried again until it works", self._what, why)
        self._failing = True

    def worked(self) -> None:
        """It has worked."""
        if self._failing:
            log.warning("no longer: %s", self._what)
        self._failing = False
