"""Deploying towers and body cameras: the rules, the news, and that no state has one camera in two hands."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateIndex
from sqlmodel import SQLModel

from mobile_units.assignments import service
from mobile_units.assignments.tables import AssignmentRow
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict, NotFound, VanagasError
from telemetry.positions import Position
from telemetry.scopes import LIVE
from telemetry.store import Change, Store
from telemetry.units import service as units
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.visibility import EVERYTHING
from tests.builders import live

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SQUARE = Position(lat=56.621, lon=23.281, accuracy_m=3)
CAMERAS, HOLDERS = ["BC-1", "BC-2", "BC-3"], ["inspector.dobele", "second.dobele", "third.dobele"]


def filled(url: str) -> Store:
    """A store with one tower on loan, three body cameras and a drone."""
    store = Store(url)
    SQLModel.metadata.create_all(store.engine)
    with store.write() as work:
        work.session.add(
            UnitRow(id="TWR-1", city="siauliai", kind=UnitKind.TOWER, name="Tower 1", lent_to="dobele", scope=LIVE)
        )
        work.session.add(UnitRow(id="DRN-1", city="dobele", kind=UnitKind.DRONE, name="Drone 1", scope=LIVE))
        for name in CAMERAS:
            work.session.add(
                UnitRow(id=name, city="dobele", kind=UnitKind.BODY_CAMERA, name=name, lat=56.6, lon=23.2, scope=LIVE)
            )
    return store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = filled(f"sqlite:///{tmp_path / 'test.db'}")
    yield made
    made.close()


def deploy(store: Store, unit_id: str = "TWR-1", **given: Any) -> AssignmentRow:
    """Deploy a tower to the square, or a body camera with the inspector, unless `given` says otherwise."""
    tower = unit_id == "TWR-1"
    wanted: dict[str, Any] = {
        "zone_id": "DOB-Z1",
        "city": City("dobele"),
        "holder": None if tower else "inspector.dobele",
        "purpose": "Fair",
        "position": SQUARE if tower else None,
        "since": NOW,
        "until": None,
        "by": "coordinator.dobele",
        "now": NOW,
    }
    with store.write() as work:
        return service.deploy(work, unit=work.session.get_one(UnitRow, unit_id), **(wanted | given))


def end(store: Store, assignment: AssignmentRow, now: datetime = NOW + timedelta(hours=1)) -> None:
    with store.write() as work:
        service.end(work, service.get(work.session, assignment.id, EVERYTHING), "coordinator.dobele", now)


def unit(store: Store, unit_id: str) -> dict[str, Any]:
    with store.read() as session:
        return units.public(session.get_one(UnitRow, unit_id))


def test_a_tower_that_is_deployed_stands_at_its_place_and_says_so(store: Store) -> None:
    deploy(store, heading_deg=12.0)
    tower = unit(store, "TWR-1")
    assert (tower["status"], tower["heading_deg"]) == ("deployed", 12.0)
    assert tower["position"] == {"lat": 56.621, "lon": 23.281, "alt_m": None, "accuracy_m": 3.0}


def test_a_body_camera_is_held_by_its_inspector_where_it_last_was(store: Store) -> None:
    made = deploy(store, "BC-1", until=NOW + timedelta(hours=8))
    assert (made.lat, made.lon) == (56.6, 23.2)
    assert service.public(made) == {
        "id": made.id,
        "city": "dobele",
        "unit_id": "BC-1",
        "zone_id": "DOB-Z1",
        "holder": "inspector.dobele",
        "purpose": "Fair",
        "since": "2026-05-01T12:00:00.000Z",
        "until": "2026-05-01T20:00:00.000Z",
        "ended_at": None,
        "made_by": "coordinator.dobele",
    }
    with store.read() as session:
        held = service.active_of_holder(session, "inspector.dobele")
        assert held is not None
        assert held.unit_id == "BC-1"


def test_an_ended_assignment_frees_unit_and_holder_and_stays_in_the_past(store: Store) -> None:
    first = deploy(store, "BC-1")
    end(store, first)
    assert unit(store, "BC-1")["status"] == "idle"
    second = deploy(store, "BC-1", since=NOW + timedelta(hours=2))
    with store.read() as session:
        assert [a.id for a in service.listed(session, live(City("dobele")))] == [second.id]
        past = service.listed(session, live(City("dobele")), ended=True)
        assert [(a.id, a.ended_by) for a in past] == [(first.id, "coordinator.dobele"), (second.id, None)]
        assert service.listed(session, live(City("siauliai"))) == []


def test_a_unit_whose_clock_runs_ahead_is_deployed_all_the_same(store: Store) -> None:
    with store.write() as work:
        camera = work.session.get_one(UnitRow, "BC-1")
        units.report(work, camera, units.UnitReport(at=NOW + timedelta(minutes=5), battery=0.5))
    deploy(store, "BC-1")
    assert unit(store, "BC-1")["status"] == "deployed"


def test_the_map_hears_of_the_unit_and_of_the_assignment_and_of_its_end(store: Store) -> None:
    heard: list[Change] = []
    store.listen(heard.extend)
    made = deploy(store)
    end(store, made)
    assert [(c.kind, c.id, c.data is None) for c in heard] == [
        ("unit", "TWR-1", False),
        ("assignment", made.id, False),
        ("unit", "TWR-1", False),
        ("assignment", made.id, True),
    ]
    assert heard[1].cities == {City("dobele")}


@pytest.mark.parametrize(
    ("unit_id", "given", "says"),
    [
        ("DRN-1", {}, "DRN-1 is a drone; drones are flown, not deployed"),
        ("BC-1", {"city": City("siauliai")}, "BC-1 neither belongs to siauliai nor is lent to it"),
        ("BC-1", {"holder": None}, "BC-1 is a body camera; say which inspector carries it"),
        ("BC-1", {"holder": "  "}, "BC-1 is a body camera; say which inspector carries it"),
        ("TWR-1", {"holder": "inspector.dobele"}, "TWR-1 is a tower; it stands somewhere and nobody carries it"),
        ("TWR-1", {"position": None}, "TWR-1 is a tower; say at which position it stands"),
        ("TWR-1", {"until": NOW}, "TWR-1 cannot be deployed until 2026-05-01T12:00:00.000Z: that is not after"),
        ("TWR-1", {"purpose": " "}, "say in 1 to 300 characters what TWR-1 is deployed for"),
        ("TWR-1", {"purpose": "x" * 301}, "say in 1 to 300 characters what TWR-1 is deployed for"),
    ],
)
def test_a_deployment_that_makes_no_sense_is_refused_with_a_reason(
    store: Store, unit_id: str, given: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadInput) as refused:
        deploy(store, unit_id, **given)
    assert says in refused.value.message
    assert unit(store, unit_id)["status"] == "idle"


def test_both_the_owner_and_the_borrower_may_deploy_a_tower(store: Store) -> None:
    end(store, deploy(store, city=City("siauliai")))
    assert deploy(store, city=City("dobele")).city == "dobele"


def test_a_deployed_unit_says_where_it_is_and_with_whom(store: Store) -> None:
    deploy(store, "BC-1")
    with pytest.raises(Conflict, match=r"BC-1 is with inspector\.dobele at DOB-Z1 since 01 May 12:00"):
        deploy(store, "BC-1", holder="second.dobele")


def test_an_inspector_carries_one_camera_at_a_time(store: Store) -> None:
    deploy(store, "BC-1")
    with pytest.raises(Conflict, match=r"inspector\.dobele already carries BC-1; have it handed back first"):
        deploy(store, "BC-2")


def test_an_assignment_ends_once(store: Store) -> None:
    made = deploy(store)
    end(store, made)
    with pytest.raises(Conflict, match=r"the assignment of TWR-1 ended 2026-05-01T13:00"):
        end(store, made)


def test_another_towns_assignment_is_not_there(store: Store) -> None:
    made = deploy(store)
    with store.read() as session, pytest.raises(NotFound, match="there is no assignment"):
        service.get(session, made.id, live(City("siauliai")))


@pytest.mark.parametrize(("unit_id", "holder"), [("BC-1", "second.dobele"), ("BC-2", "inspector.dobele")])
def test_the_database_itself_refuses_a_second_active_row(store: Store, unit_id: str, holder: str) -> None:
    made = deploy(store, "BC-1")
    with pytest.raises(IntegrityError), store.write() as work:
        copy = made.model_dump() | {"id": "other", "unit_id": unit_id, "holder": holder}
        work.session.add(AssignmentRow.model_validate(copy))


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])  # type: ignore[no-untyped-call]
def test_only_active_rows_are_unique_on_both_databases(dialect: Dialect) -> None:
    indexes = SQLModel.metadata.tables["assignments"].indexes
    made = [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes if index.unique]
    assert len(made) == 2
    assert all(sql.endswith("WHERE ended_at IS NULL") for sql in made)


def test_two_who_deploy_at_once_cannot_both_succeed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_require_free", lambda *_: None)  # both looked before either wrote
    deploy(store, "BC-1")
    with pytest.raises(Conflict, match="assigned by somebody else a moment ago"):
        deploy(store, "BC-1", holder="second.dobele")


class Shifts(RuleBasedStateMachine):
    """Any order of handing out and taking back body cameras."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self.store = filled(f"sqlite:///{Path(self._folder.name) / 'test.db'}")
        self.held: dict[str, str] = {}

    @rule(camera=st.sampled_from(CAMERAS), holder=st.sampled_from(HOLDERS))
    def hand_out(self, camera: str, holder: str) -> None:
        free = camera not in self.held and holder not in self.held.values()
        try:
            deploy(self.store, camera, holder=holder)
        except VanagasError as refused:
            assert isinstance(refused, Conflict)
            assert not free
        else:
            assert free
            self.held[camera] = holder

    @precondition(lambda self: bool(self.held))
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        camera = data.draw(st.sampled_from(sorted(self.held)))
        with self.store.read() as session:
            active = service.active_of_unit(session, camera)
        assert active is not None
        end(self.store, active)
        del self.held[camera]

    @invariant()
    def one_holder_a_camera_and_one_camera_a_holder(self) -> None:
        with self.store.read() as session:
            active = service.listed(session, EVERYTHING)
            assert {a.unit_id: a.holder for a in active} == self.held
            assert len(active) == len(self.held) == len(set(self.held.values()))
            assert {u.id for u in units.listed(session, EVERYTHING) if u.status == "deployed"} == set(self.held)

    def teardown(self) -> None:
        self.store.close()
        self._folder.cleanup()


TestShifts = Shifts.TestCase
TestShifts.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
