"""Failed sign-ins are on the audit trail, each while they are few; a crowd of them is summed up."""

import pytest
from sqlmodel import col, select

from mapserver.core.services import Services
from mapserver.sign_in.failures import FAILED_SIGN_IN, SINGLE_ENTRIES, SUMS, UNKNOWN, SignInFailures
from telemetry.access import Principal, Role
from telemetry.audit.tables import AuditRow
from telemetry.cities import City
from telemetry.scopes import LIVE

JANIS = Principal("janis", Role.PILOT, City("dobele"))


@pytest.fixture
def failures(parts: Services) -> SignInFailures:
    return SignInFailures(parts.store, parts.clock, LIVE)


def written(parts: Services) -> list[AuditRow]:
    with parts.store.read() as session:
        query = select(AuditRow).where(AuditRow.action == FAILED_SIGN_IN).order_by(col(AuditRow.id))
        return list(session.exec(query))


def test_a_failure_names_the_user_and_the_address(parts: Services, failures: SignInFailures) -> None:
    failures.add(JANIS, "192.0.2.1")
    failures.write()
    failures.write()
    [row] = written(parts)
    assert (row.who, row.city, row.detail) == ("janis", City("dobele"), "from 192.0.2.1")


def test_a_name_that_nobody_has_is_not_written_down(parts: Services, failures: SignInFailures) -> None:
    failures.add(None, "192.0.2.1")
    failures.write()
    assert [row.who for row in written(parts)] == [UNKNOWN]


def test_a_crowd_of_failures_is_summed_up_and_counted_in_full(parts: Services, failures: SignInFailures) -> None:
    for _ in range(SINGLE_ENTRIES + 500):
        failures.add(JANIS, "192.0.2.1")
    failures.write()
    rows = written(parts)
    assert len(rows) == SINGLE_ENTRIES + 1
    assert rows[-1].detail == "500 more from 192.0.2.1"


def test_a_crowd_from_everywhere_takes_no_more_entries(parts: Services, failures: SignInFailures) -> None:
    for number in range(SINGLE_ENTRIES + SUMS + 300):
        failures.add(JANIS, f"address {number}")
    failures.write()
    rows = written(parts)
    assert len(rows) == SINGLE_ENTRIES + SUMS + 1
    assert rows[-1].detail == "300 more of other names or addresses"


def test_what_cannot_be_written_now_is_written_later(
    parts: Services, failures: SignInFailures, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures.add(JANIS, "192.0.2.1")
    with monkeypatch.context() as patch, pytest.raises(AttributeError):
        patch.delattr(type(parts.store), "write")
        failures.write()
    failures.write()
    assert len(written(parts)) == 1
