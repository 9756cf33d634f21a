"""Clients of an application under test who read English as the tests do; without a header it is the town's language."""

from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

ENGLISH = {"Accept-Language": "en"}


def english_client(app: FastAPI, **options: Any) -> TestClient:
    """A client of `app`; `options` are those of a TestClient."""
    return TestClient(app, headers=ENGLISH, **options)
