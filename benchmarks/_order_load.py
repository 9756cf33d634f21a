"""What else the server has to do while orders are given: uploads and documents, from a process of their own.

`python -m benchmarks._order_load photos|documents URL TOKEN` prints how many were answered with which status.
"""

import io
import json
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
from PIL import Image

PHOTOS, PHOTO_BYTES = 20, 11_500_000
DOCUMENTS, DOCUMENT_BYTES = 4, 16 * 1024 * 1024
AT_ONCE = 4
LONGEST_S = 60.0


def photo() -> bytes:
    """A JPEG of about 12 MB: noise, which does not get smaller."""
    rng = np.random.default_rng(1)
    side = 1_500
    while True:
        written = io.BytesIO()
        Image.fromarray(rng.integers(0, 255, (side, side, 3), np.uint8)).save(written, "JPEG", quality=92)
        if written.tell() >= PHOTO_BYTES:
            return written.getvalue()
        side = round(side * 1.04)


def document() -> bytes:
    """16 MB of JSON of many small values."""
    body = json.dumps([{"category": "dumping", "summary": "x" * 40, "n": n} for n in range(DOCUMENT_BYTES // 80)])
    return body.encode()[:DOCUMENT_BYTES]


def main(kind: str, url: str, token: str) -> None:
    """Send all of them, some at once."""
    client = httpx.Client(trust_env=False, headers={"Authorization": f"Bearer {token}"}, timeout=LONGEST_S)
    if kind == "photos":
        content = photo()
        place = {"category": "dumping", "lat": "56.621", "lon": "23.281"}
        files = {"photo": ("photo.jpg", content, "image/jpeg")}

        def send(_: int) -> str:
            return _status(lambda: client.post(f"{url}/report", data=place, files=files))

        count = PHOTOS
    else:
        body = document()
        json_type = {"Content-Type": "application/json"}

        def send(_: int) -> str:
            return _status(lambda: client.post(f"{url}/api/v1/observations", content=body, headers=json_type))

        count = DOCUMENTS
    with ThreadPoolExecutor(AT_ONCE) as senders:
        print("ready", flush=True)
        sys.stdin.readline()
        print(dict(Counter(senders.map(send, range(count)))), flush=True)


def _status(send: Callable[[], httpx.Response]) -> str:
    try:
        return str(send().status_code)
    except httpx.HTTPError as error:
        return type(error).__name__


if __name__ == "__main__":
    main(*sys.argv[1:])
