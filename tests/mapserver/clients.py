"""Clients of an application under test who read English as the tests do; without a header it is the town's language.

What they are answered is held against what the operation declares.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.mapserver.contract import CheckedClient

ENGLISH = {"Accept-Language": "en"}


def english_client(app: FastAPI, **options: Any) -> TestClient:
    """A client of `app`; `options` are those of a TestClient."""
    return CheckedClient(app, headers=ENGLISH, **options)
