"""The index decides as the slow way does, which looks at every incident of the town."""

import shutil
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from incidents.merging import Incident, State, decide, default_rules, merge
from incidents.merging.decide import effective_time
from incidents.merging.shortlist import Look, Neighbourhood
from incidents.timeline import places, repository, service
from incidents.timeline.acceptance import accept
from incidents.timeline.tables import IncidentRow
from telemetry.cities import City
from telemetry.observations import Observation
from telemetry.store import Store
from tests.builders import NOON, observation, place

RULES = default_rules()
CATEGORIES = ["fight", "noise", "illegal_dumping", "graffiti", "plate_read", "vehicle_seen", "never_heard_of"]


@st.composite
def words(draw: st.DrawFn) -> Observation:
    """What somebody says, near enough to others for merging to have something to decide."""
    pin = place(
        east_m=draw(st.integers(-3_000, 3_000)),
        north_m=draw(st.integers(-3_000, 3_000)),
        accuracy_m=draw(st.sampled_from([1e-3, 5, 30, 99, 101, 800, 20_000])),
        city=draw(st.sampled_from(City)),
    )
    detail: list[dict[str, object]] = [{}, {}, {"identity": "plate x"}, {"simulated": True}]
    attributes = draw(st.sampled_from(detail))
    return observation(
        str(draw(st.integers(0, 10**9))),
        category=draw(st.sampled_from(CATEGORIES)),
        after_s=draw(st.sampled_from([0, 1, 600, 3_600, 1_799.9999, 1_800, 86_400, 30 * 86_400])),
        position=draw(st.sampled_from([pin, pin, pin, None])) or pin,
        city=draw(st.sampled_from(City)),
        attributes=dict(attributes),
    )


def slow(seen: Observation, known: list[Incident]) -> object:
    return decide(seen, known, now=NOON + timedelta(days=60), rules=RULES)


@given(st.lists(words(), max_size=25), words())
def test_the_shortlist_holds_what_the_slow_way_would_choose(said: list[Observation], seen: Observation) -> None:
    incidents = list(merge(said, now=NOON + timedelta(days=60), rules=RULES).incidents)
    at, _ = effective_time(seen, NOON + timedelta(days=60))
    same_kind = [one for one in incidents if one.city == seen.city and one.simulated == seen.simulated]
    nearby = Neighbourhood(RULES)
    for one in same_kind:
        if (known := places.place_of(one)) is not None:
            nearby.put([known])
            nearby.put_names(one.id, one.identities)
    ids = nearby.shortlist(Look(seen, at, RULES))
    assert slow(seen, [one for one in incidents if one.id in ids]) == slow(seen, incidents)


@settings(max_examples=25)
@given(st.lists(words(), min_size=1, max_size=25))
def test_accepting_decides_byte_for_byte_as_looking_at_every_incident_does(
    migrated: Path, said: list[Observation]
) -> None:
    with TemporaryDirectory() as folder, closing(Store(f"sqlite:///{shutil.copy(migrated, folder)}")) as store:
        _accept_and_compare(store, said)


@settings(max_examples=25)
@given(st.lists(words(), min_size=1, max_size=25))
def test_an_array_is_decided_as_its_observations_one_by_one(migrated: Path, said: list[Observation]) -> None:
    assert _told_of(migrated, said, 1) == _told_of(migrated, said, 25)


def _told_of(migrated: Path, said: list[Observation], size: int) -> list[object]:
    now = NOON + timedelta(days=60)
    with TemporaryDirectory() as folder, closing(Store(f"sqlite:///{shutil.copy(migrated, folder)}")) as store:
        return _told_in(store, said, size, now)


def _told_in(store: Store, said: list[Observation], size: int, now: datetime) -> list[object]:
    with store.write() as work:
        for begins in range(0, len(said), size):
            accept(work, said[begins : begins + size], now=now, rules=RULES)
        rows = work.session.exec(select(IncidentRow).order_by(col(IncidentRow.id)))
        return [(service.public(row), service.timeline(work.session, row.id)) for row in rows]


def _accept_and_compare(store: Store, said: list[Observation]) -> None:
    now = NOON + timedelta(days=60)
    for number, seen in enumerate(said):
        with store.write() as work:
            before = [repository.incident_of(row) for row in work.session.exec(select(IncidentRow))]
            expected = decide(seen, before, now=now, rules=RULES)
            (receipt,) = accept(work, [seen], now=now, rules=RULES, sender=str(number))
            if expected.incident_id is not None:
                assert receipt.incident_id == expected.incident_id
            if receipt.incident_id is not None:
                entries = service.timeline(work.session, receipt.incident_id)
                joined = expected.incident_id is not None
                why = entries[-1]["why"] if joined else entries[0]["why"]
                assert why == [reason.public() for reason in expected.reasons]
                if number % 3 == 0:
                    row = repository.get(work.session, receipt.incident_id, City)
                    if State(row.state).open:
                        service.change_state(work, row, State.RESOLVED, by="ilze", reason="x", now=seen.started_at)
