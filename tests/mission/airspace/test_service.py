"""Zones and permits in the database: put in force whole, replaced whole, kept apart by town, built once."""

import zlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from mission.airspace import permit_store, service
from mission.airspace.files import ZoneFile, read_zones
from mission.airspace.heights import HeightReference, LengthUnit, Limit
from mission.airspace.tables import PermitRow, ZoneFileRow, ZoneSetRow
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.scopes import LIVE
from telemetry.store import Change, Store
from telemetry.visibility import EVERYTHING
from tests.builders import live
from tests.mission.airspace.builders import LON, NOON, RING, ed269, file_of, volume

DOBELE, SIAULIAI = live(City("dobele")), live(City("siauliai"))


def take(
    store: Store, content: bytes, *, city: City = City("dobele"), name: str = "national", **more: Any
) -> ZoneSetRow:
    read = read_zones(content, "zones.json", **more)
    with store.write() as work:
        return service.take(
            work,
            read,
            service.deflate(content),
            city=city,
            scope=LIVE,
            file_name="zones.json",
            at=NOON,
            by="pilot.dobele",
            name=name,
            **more,
        )


def permit(store: Store, **more: Any) -> PermitRow:
    given = {"reference": "CAA-7", "zones": ["LVX1"], "lower": Limit(0), "upper": Limit(120)}
    times = {"begins": NOON, "ends": NOON + timedelta(hours=2), "at": NOON, "by": "pilot.dobele"}
    with store.write() as work:
        return permit_store.store(work, city=City("dobele"), scope=LIVE, **{**given, **times, **more})


def test_a_file_in_force_is_what_flights_are_judged_by(store: Store) -> None:
    row = take(store, file_of(ed269()))
    with store.read() as session:
        airspace = service.airspace_of(session, live(City("dobele")))
    assert [finding.zone.identifier for finding in airspace.findings([volume()])] == ["LVX1"]
    assert airspace.version == f"national {row.sha256[:12]}"


def test_a_town_without_zones_has_no_data_to_stand_on(store: Store) -> None:
    with store.read() as session:
        assert service.airspace_of(session, live(City("siauliai"))).data_sets == ()


def test_a_newer_file_takes_the_place_of_the_whole_older_one_and_of_no_other(store: Store) -> None:
    first = take(store, file_of(ed269(), ed269(identifier="LVX2")))
    take(store, file_of(ed269(identifier="TOWN")), name="town")
    take(store, file_of(ed269(identifier="LVX3")))
    with store.read() as session:
        assert {z.identifier for z in service.airspace_of(session, live(City("dobele"))).zones} == {"TOWN", "LVX3"}
        older = service.get_set(session, first.id, DOBELE)
        assert older.replaced_at == NOON
        kept = read_zones(zlib.decompress(session.get_one(ZoneFileRow, older.sha256).content), "older.json")
        assert [z.identifier for z in kept.zones] == ["LVX1", "LVX2"]
        assert len(service.sets_of(session, EVERYTHING, also_replaced=True)) == 3


def test_files_in_force_are_read_after_a_restart_by_whom_the_server_names(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(store, file_of(ed269()))
    monkeypatch.setattr(service, "_built", service._Built())  # as a program that starts has it
    read: list[tuple[str, City, bool]] = []

    def elsewhere(content: bytes, file_name: str, city: City, keep_unclear: bool) -> ZoneFile:
        read.append((file_name, city, keep_unclear))
        return read_zones(content, file_name)

    with service.stored_files_read_by(elsewhere), store.read() as session:
        for _ in range(2):
            assert [zone.identifier for zone in service.airspace_of(session, live(City("dobele"))).zones] == ["LVX1"]
    assert read == [("zones.json", City("dobele"), False)]


def test_the_same_file_again_would_only_look_fresher(store: Store) -> None:
    take(store, file_of(ed269()))
    with pytest.raises(Conflict, match="is the file that is in force as national"):
        take(store, file_of(ed269()))


def test_a_file_of_another_country_is_refused(store: Store) -> None:
    alps = {"type": "Circle", "center": [7.4, 46.9], "radius": 5_000}
    with pytest.raises(BadInput, match=r"no zone of zones.json lies within 3 degrees of Dobele"):
        take(store, file_of(ed269(outline=alps)))


def test_unclear_zones_that_were_kept_are_read_the_same_way_again(store: Store) -> None:
    take(store, file_of(ed269(restriction="?")), keep_unclear=True)
    with store.read() as session:
        assert service.airspace_of(session, live(City("dobele"))).zones[0].restriction == "PROHIBITED"


def test_the_airspace_is_built_once_for_a_version(store: Store) -> None:
    take(store, file_of(ed269()))
    with store.read() as session, store.read() as other:
        first = service.airspace_of(session, live(City("dobele")))
        assert service.airspace_of(other, live(City("dobele"))) is first
        version = service.newest(session, live(City("dobele")))
    take(store, file_of(ed269(identifier="LVX2")))
    with store.read() as session:
        assert service.airspace_of(session, live(City("dobele"))) is not first
        assert service.newest(session, live(City("dobele"))) != version


def test_the_map_hears_of_the_new_set_and_of_the_end_of_the_old(store: Store) -> None:
    heard: list[Change] = []
    store.listen(heard.extend)
    first = take(store, file_of(ed269()))
    second = take(store, file_of(ed269(identifier="LVX2")))
    assert [(c.kind, c.id, c.data is None) for c in heard] == [
        ("airspace", first.id, False),
        ("airspace", first.id, True),
        ("airspace", second.id, False),
    ]
    assert {c.audience for c in heard} == {DOBELE}


def test_another_town_sees_neither_sets_nor_permits(store: Store) -> None:
    row, paper = take(store, file_of(ed269())), permit(store)
    with store.read() as session:
        assert service.sets_of(session, SIAULIAI) == []
        assert permit_store.listed(session, SIAULIAI) == []
        with pytest.raises(NotFound):
            service.get_set(session, row.id, SIAULIAI)
        with pytest.raises(NotFound):
            permit_store.get(session, paper.id, SIAULIAI)


def test_a_permit_comes_back_as_it_was_stored(store: Store) -> None:
    permit(
        store, upper=Limit(400, HeightReference.AMSL, LengthUnit.FT), area={"type": "Polygon", "coordinates": [RING]}
    )
    with store.read() as session:
        kept = permit_store.permits_of(session, live(City("dobele")))[0]
    assert (kept.reference, kept.zones, kept.upper.metres) == ("CAA-7", ("LVX1",), 400 * 0.3048)
    assert kept.area is not None
    assert kept.area.bounds[0] == LON


def test_a_withdrawn_permit_is_kept_and_counts_as_news(store: Store) -> None:
    row = permit(store)
    with store.read() as session:
        before = permit_store.newest(session, live(City("dobele")))
    with store.write() as work:
        permit_store.withdraw(work, permit_store.get(work.session, row.id, DOBELE), at=NOON, by="pilot.dobele")
    with store.read() as session:
        assert permit_store.permits_of(session, live(City("dobele")))[0].withdrawn_at == NOON
        assert permit_store.newest(session, live(City("dobele"))) != before
    with store.write() as work, pytest.raises(Conflict, match=r"withdrawn by pilot\.dobele before"):
        permit_store.withdraw(work, permit_store.get(work.session, row.id, DOBELE), at=NOON, by="pilot.dobele")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reference": " "}, "number that the authority gave"),
        ({"zones": [" "]}, "neither a zone nor an area"),
        ({"ends": NOON}, "ends before it begins"),
        ({"lower": Limit(120)}, "allows no height"),
        ({"upper": Limit(0)}, "allows no height"),
        ({"area": {"type": "Point"}}, "the area of permit CAA-7"),
    ],
)
def test_a_permit_that_would_cover_nothing_is_refused(store: Store, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        permit(store, **changes)


def test_files_are_kept_once_for_both_towns(store: Store) -> None:
    take(store, file_of(ed269()))
    take(store, file_of(ed269()), city=City("siauliai"))
    with store.read() as session:
        assert len(session.exec(select(ZoneFileRow)).all()) == 1


def test_only_one_set_of_a_name_is_in_force(store: Store) -> None:
    row = take(store, file_of(ed269()))
    with pytest.raises(DatabaseError), store.write() as work:
        work.session.add(ZoneSetRow(**{**row.model_dump(), "id": "second"}))
