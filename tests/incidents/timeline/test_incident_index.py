"""The index decides as the slow way does, which looks at every incident of the town."""

import shutil
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from incidents.merging import Incident, State, decide, default_rules, merge
from incidents.merging.decide import effective_time
from incidents.merging.shortlist import CandidateSearch, Neighbourhood
from incidents.timeline import incident_index, repository, service
from incidents.timeline.acceptance import SERVER, Delivery, accept, accept_all
from incidents.timeline.tables import IncidentRow
from incidents.timeline.transitions import Transition
from telemetry.cities import known_towns
from telemetry.observations import Observation
from telemetry.observations import repository as observations
from telemetry.observations.tables import ObservationRow
from telemetry.store import Store
from telemetry.visibility import EVERYTHING
from tests.builders import NOON, observation, place

RULES = default_rules()
CATEGORIES = ["fight", "noise", "illegal_dumping", "graffiti", "plate_read", "vehicle_seen", "never_heard_of"]


@st.composite
def words(draw: st.DrawFn, names: int = 10**9) -> Observation:
    """What somebody says, near enough to others for merging to have something to decide; under one of so many names."""
    pin = place(
        east_m=draw(st.integers(-3_000, 3_000)),
        north_m=draw(st.integers(-3_000, 3_000)),
        accuracy_m=draw(st.sampled_from([1e-3, 5, 30, 99, 101, 800, 20_000])),
        city=draw(st.sampled_from(known_towns())),
    )
    detail: list[dict[str, object]] = [{}, {}, {"identity": "plate x"}, {"simulated": True}]
    attributes = draw(st.sampled_from(detail))
    return observation(
        str(draw(st.integers(1, names))),
        category=draw(st.sampled_from(CATEGORIES)),
        after_s=draw(st.sampled_from([0, 1, 600, 3_600, 1_799.9999, 1_800, 86_400, 30 * 86_400])),
        position=draw(st.sampled_from([pin, pin, pin, None])) or pin,
        city=draw(st.sampled_from(known_towns())),
        attributes=dict(attributes),
    )


def slow(seen: Observation, known: list[Incident]) -> object:
    return decide(seen, known, now=NOON + timedelta(days=60), rules=RULES)


@given(st.lists(words(), max_size=25), words())
def test_the_shortlist_holds_what_the_slow_way_would_choose(said: list[Observation], seen: Observation) -> None:
    incidents = list(merge(said, now=NOON + timedelta(days=60), rules=RULES).incidents)
    at, _ = effective_time(seen, NOON + timedelta(days=60))
    same_kind = [one for one in incidents if one.city == seen.city and one.scope == seen.scope]
    nearby = Neighbourhood(RULES)
    for one in same_kind:
        if (known := incident_index.place_of(one)) is not None:
            nearby.put([known])
            nearby.put_names(one.id, one.identities)
    ids = nearby.shortlist(CandidateSearch(seen, at, RULES))
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
    one_by_one = [[Delivery(SERVER, [seen])] for seen in said]
    assert _told_of(migrated, one_by_one) == _told_of(migrated, [[Delivery(SERVER, said)]])


@st.composite
def deliveries(draw: st.DrawFn) -> list[Delivery]:
    """What senders say who use the same few names, some of it again and differently."""
    senders = st.sampled_from(["camera", "gateway", "inspector"])
    said = st.lists(words(names=4), min_size=1, max_size=4)
    return draw(st.lists(st.builds(Delivery, senders, said), min_size=2, max_size=6))


@settings(max_examples=25)
@given(st.lists(words(names=4), max_size=3), deliveries())
def test_deliveries_taken_in_at_once_are_decided_as_one_after_the_other(
    migrated: Path, before: list[Observation], delivered: list[Delivery]
) -> None:
    everybodys = Delivery(observations.BEFORE_SENDERS, before)
    one_by_one = _told_of(migrated, [[everybodys], *([one] for one in delivered)])
    assert one_by_one == _told_of(migrated, [[everybodys], delivered])


def _told_of(migrated: Path, batches: Sequence[Sequence[Delivery]]) -> list[object]:
    """All receipts, and every incident with its timeline, when each batch is taken in at once."""
    with TemporaryDirectory() as folder, closing(Store(f"sqlite:///{shutil.copy(migrated, folder)}")) as store:
        return _told_in(store, batches, NOON + timedelta(days=60))


def _told_in(store: Store, batches: Sequence[Sequence[Delivery]], now: datetime) -> list[object]:
    with store.write() as work:
        receipts = [one for batch in batches for of in accept_all(work, batch, now=now, rules=RULES) for one in of]
        rows = work.session.exec(select(IncidentRow).order_by(col(IncidentRow.id)))
        kept = work.session.exec(select(ObservationRow).order_by(col(ObservationRow.id)))
        incidents = [(service.public(row), service.timeline(work.session, row.id)) for row in rows]
        return [receipts, incidents, [(row.sender, row.occurrence, row.body) for row in kept]]


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
                    row = repository.get(work.session, receipt.incident_id, EVERYTHING)
                    if State(row.state).open:
                        service.take(work, row, Transition.RESOLVE, by="ilze", reason="x", now=seen.started_at)
