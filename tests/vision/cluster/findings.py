"""Findings as the tests of the cluster send them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import cv2

from telemetry.messages import Message
from tests.vision.clips import START, picture
from vision.findings import Finding

JPEG = bytes(cv2.imencode(".jpg", picture(100))[1])


def finding(number: int = 1, *, after_s: float = 0.0, **more: Any) -> Finding:
    """The `number`th thing that the camera C1 saw, `after_s` seconds after START."""
    at = START + timedelta(seconds=after_s)
    seen = Finding(
        camera_id="C1", ref=f"2026-03-01T12:00:00.000Z/{number}/person_in_closed_area/gate", rule="gate",
        category="person_in_closed_area", label="person", at=at, ended=at + timedelta(seconds=1), confidence=0.8,
        box=(0.1, 0.2, 0.3, 0.4), summary=Message("findings.zone.summary", thing="person", place="gate", stayed_s=1.0),
        attributes={"why": "person stood inside “gate”", "video_s": 3.2}, snapshot=JPEG, quiet_s=30.0,
    )  # fmt: skip
    return replace(seen, **more)
