"""The way home over HTTP: the server itself answers each finding."""

import json
import ssl

import httpx

from telemetry.messages import Message
from vision.cluster.destination import ANSWER_WITHIN_S, Destination, SendResult, refused_result

PATH = "/api/v1/findings"


class HttpChannel:
    """`POST /api/v1/findings`, over connections that are kept."""

    def __init__(self, home: Destination) -> None:
        self._home = home
        self._client = httpx.Client(timeout=ANSWER_WITHIN_S, trust_env=False, verify=ssl.create_default_context())

    def send(self, body: bytes) -> SendResult:
        """Post it."""
        headers = {"Authorization": f"Bearer {self._home.token}", "Content-Type": "application/json"}
        try:
            answer = self._client.post(self._home.url.rstrip("/") + PATH, content=body, headers=headers)
        except httpx.HTTPError as error:
            why = str(error) or type(error).__name__
            return SendResult(Message("cluster.no_answer_because", url=self._home.url, reason=why))
        if answer.is_success:
            return SendResult()
        return refused_result(self._home, answer.status_code, _message(answer))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _message(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
        return answer.reason_phrase
