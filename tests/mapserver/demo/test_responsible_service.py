"""The demo's simulated greenery service takes what is signed with its key, and nothing else."""

import json
import time
from pathlib import Path

import httpx
import pytest

from incidents.referrals.reading import load_services
from mapserver.demo.responsible_service import GREENERY, SimulatedService
from mapserver.referrals.webhook import signature


@pytest.mark.parametrize(("is_ours", "status"), [(True, 204), (False, 403)])
async def test_only_what_is_signed_is_taken(is_ours: bool, status: int) -> None:
    body = json.dumps({"event": "withdrawn"}).encode()
    now_s = int(time.time())
    async with SimulatedService() as service, httpx.AsyncClient(trust_env=False) as client:
        key = service.key if is_ours else "another key"
        headers = {"Vanagas-Timestamp": str(now_s), "Vanagas-Signature": signature(key.encode(), now_s, body)}
        assert (await client.post(service.address, content=body, headers=headers)).status_code == status


async def test_what_is_no_referral_is_refused() -> None:
    async with SimulatedService() as service, httpx.AsyncClient(trust_env=False) as client:
        assert (await client.post(service.address, content=b"{}")).status_code == 400


async def test_the_demos_file_of_services_names_its_address(tmp_path: Path) -> None:
    async with SimulatedService() as service:
        listed = load_services(service.write_file(tmp_path / "services.toml"))
        assert listed[GREENERY].address == service.address
