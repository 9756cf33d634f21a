"""What the fixed cameras of the demo see: a van's evening in Dobele, a car in Šiauliai, and the traffic of both towns.

Data for mapserver/demo/device_script.py; the devices tell it through their own doors.
"""

from typing import Any

VAN = "KV-2417"

SCRIPT: dict[str, Any] = {
    "seed": 1,
    "cameras": {"square": "dobele_street_1", "lane": "dobele_street_3", "boulevard": "siauliai_street_1"},
    "events": [
        {
            "at": 6,
            "door": "plate_recognizer",
            "camera": "dobele_entrance_2",
            "token": "dobele",
            "what": {"plate": VAN, "label": "Van"},
        },
        {"at": 14, "door": "frigate", "camera": "square", "what": {"label": "car", "plate": VAN, "lasts_s": 14}},
        {"at": 22, "door": "frigate", "camera": "boulevard", "what": {"label": "car", "lasts_s": 9}},
        {"at": 30, "door": "frigate", "camera": "lane", "what": {"label": "person", "lasts_s": 12}},
        {"at": 80, "door": "axis_lpr", "camera": "ACCC8EDOB004", "token": "dobele", "what": {"plate": VAN}},
    ],
    "background": {
        "every_s": 20,
        "readers": [
            {"door": "plate_recognizer", "camera": "siauliai_entrance_1", "plates": "LT", "token": "siauliai"},
            {"door": "axis_lpr", "camera": "ACCC8ESIA005", "plates": "LT", "token": "siauliai"},
            {"door": "plate_recognizer", "camera": "siauliai_entrance_8", "plates": "LV", "token": "siauliai"},
            {"door": "axis_lpr", "camera": "ACCC8EDOB001", "plates": "LV", "token": "dobele"},
            {"door": "plate_recognizer", "camera": "dobele_entrance_3", "plates": "LT", "token": "dobele"},
        ],
    },
}
"""A van comes in and drives onto the closed square, where Dobele's incident grows; a car on Šiauliai's boulevard is an
incident of its own; somebody walking down a lane is nobody's business."""
