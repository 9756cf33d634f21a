"""After how long an incident that nobody has acknowledged goes on. A town sets it; there are defaults by severity."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_Seconds = Annotated[float, Field(gt=0, le=86_400)]
_Severity = Annotated[int, Field(ge=1, le=5)]


class EscalationPolicy(BaseModel):
    """How long somebody has to acknowledge an incident before it goes to the next person on shift, in seconds."""

    model_config = ConfigDict(extra="forbid")

    by_category_s: dict[str, _Seconds] = {}
    """By the category's name; comes before the time of the severity."""
    by_severity_s: dict[_Severity, _Seconds] = {5: 120, 4: 300, 3: 1_800}
    """An incident of a severity and a category that are not named goes to nobody."""

    def limit(self, category: str, severity: int) -> timedelta | None:
        """How long such an incident may wait; None for as long as it takes."""
        seconds = self.by_category_s.get(category, self.by_severity_s.get(severity))
        return None if seconds is None else timedelta(seconds=seconds)
