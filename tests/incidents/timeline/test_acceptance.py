"""Observations that are said again, or by somebody else under the same name, on a real database."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from incidents.merging import default_rules
from incidents.timeline import repository, service
from incidents.timeline.acceptance import Outcome, Receipt, accept
from incidents.timeline.tables import ForgottenRow, IncidentRow
from telemetry.cities import City
from telemetry.errors import BadObservation
from telemetry.observations import Observation
from telemetry.observations import repository as observations
from telemetry.observations.contradictions import NAMES_RESTART
from telemetry.scopes import LIVE
from telemetry.store import Store
from telemetry.visibility import EVERYTHING
from tests.builders import NOON, observation, place

pytestmark = pytest.mark.both_databases

RULES = default_rules()


def take(store: Store, *seen: Observation, sender: str = "cam", now: datetime = NOON) -> list[Receipt]:
    with store.write() as work:
        return accept(work, seen, now=now, rules=RULES, sender=sender)


def shown(store: Store, incident_id: str | None) -> dict[str, Any]:
    with store.read() as session:
        return service.public(repository.get(session, incident_id or "", EVERYTHING))


def kept(store: Store, observation_id: str) -> Observation:
    with store.read() as session:
        return observations.get(session, observation_id, EVERYTHING)


def last_entry(store: Store, incident_id: str | None) -> dict[str, Any]:
    with store.read() as session:
        return service.timeline(session, incident_id or "")[-1]


def test_a_better_pin_moves_the_incident_and_is_told(store: Store) -> None:
    first = take(store, observation(position=place(accuracy_m=200)))[0]
    again = take(store, observation(position=place(east_m=120, accuracy_m=5)))[0]
    assert again == Receipt(first.observation_id, Outcome.AMENDED, first.incident_id)
    assert shown(store, first.incident_id)["position"]["accuracy_m"] == 5
    assert "pin ±200 m → ±5 m" in last_entry(store, first.incident_id)["text"]
    assert last_entry(store, first.incident_id)["observation"]["position"]["accuracy_m"] == 5


def test_a_first_pin_places_an_incident_that_had_none(store: Store) -> None:
    bare = observation().model_copy(update={"position": None})
    first = take(store, bare)[0]
    assert shown(store, first.incident_id)["position"] is None
    take(store, observation())
    assert shown(store, first.incident_id)["position"]["lat"] == place().lat


def test_the_pin_of_one_of_several_observations_counts_as_if_it_had_been_good_from_the_start(store: Store) -> None:
    near = observation("2", position=place(east_m=20, accuracy_m=10))
    grown, _ = take(store, observation("1", position=place(accuracy_m=80)), near)
    take(store, observation("1", position=place(accuracy_m=10)))
    pin = shown(store, grown.incident_id)["position"]
    assert pin["accuracy_m"] == pytest.approx(10 / 2**0.5)
    assert pin["lon"] == pytest.approx(place(east_m=10).lon)


def test_new_update_and_end_of_one_batch_are_one_observation(store: Store) -> None:
    said = [
        observation(ended_at=NOON + timedelta(seconds=9), attributes={"zones": ["gate"]}),
        observation(attributes={"zones": ["yard"]}),
        observation(confidence=0.4, attributes={"label": "truck"}),
    ]
    receipts = take(store, *said)
    assert [receipt.outcome for receipt in receipts] == [Outcome.ACCEPTED, Outcome.AMENDED, Outcome.AMENDED]
    one = kept(store, receipts[0].observation_id)
    assert one.ended_at == NOON + timedelta(seconds=9)
    assert one.attributes["zones"] == ["gate", "yard"]
    assert one.attributes["label"] == "truck"


def test_the_best_label_names_the_incident_that_it_opened(store: Store) -> None:
    first = take(store, observation(category="noise", confidence=0.5))[0]
    take(store, observation(category="fight", confidence=0.9))
    assert (shown(store, first.incident_id)["category"], shown(store, first.incident_id)["title"]) == ("fight", "Fight")


def test_a_passing_sight_that_grows_into_more_opens_an_incident(store: Store) -> None:
    first = take(store, observation(category="vehicle_seen", confidence=0.5))[0]
    again = take(store, observation(category="vehicle_in_closed_area", confidence=0.9))[0]
    assert first.incident_id is None
    assert again.outcome is Outcome.AMENDED
    assert shown(store, again.incident_id)["observation_ids"] == [first.observation_id]


def test_a_growing_observation_grows_again_after_a_restart(store: Store) -> None:
    first = take(store, observation())[0]
    take(store, observation(attributes={"zones": ["yard"]}))
    take(store, observation(attributes={"zones": ["gate"]}))
    assert kept(store, first.observation_id).attributes["zones"] == ["yard", "gate"]


def test_what_is_said_less_surely_is_known_and_what_is_said_alike_is_a_duplicate(store: Store) -> None:
    receipts = take(store, observation(), observation(confidence=0.5), observation())
    assert [one.outcome for one in receipts] == [Outcome.ACCEPTED, Outcome.KNOWN, Outcome.DUPLICATE]


def test_what_contradicts_is_a_new_observation_with_a_warning_about_its_source(store: Store) -> None:
    first = take(store, observation())[0]
    other = take(store, observation(category="fight", position=place(east_m=900)))[0]
    assert other.outcome is Outcome.ACCEPTED
    assert other.observation_id != first.observation_id
    assert "used the name 1 before for another event: another category" in str(other.warning)
    assert last_entry(store, other.incident_id)["why"][0]["term"] == "source"
    assert "before for another event" in kept(store, other.observation_id).attributes["warning"]


def test_either_of_two_events_of_one_name_grows_when_it_is_said_again(store: Store) -> None:
    far = place(east_m=900)
    first, other = take(store, observation(), observation(category="fight", position=far))
    later = take(store, observation(category="fight", position=far, attributes={"zones": ["yard"]}))[0]
    again = take(store, observation(attributes={"zones": ["gate"]}))[0]
    assert (later.observation_id, again.observation_id) == (other.observation_id, first.observation_id)
    assert (later.outcome, again.outcome) == (Outcome.AMENDED, Outcome.AMENDED)


def test_a_source_that_always_uses_one_name_loses_nothing_and_does_not_slow_down_for_ever(store: Store) -> None:
    days = [observation(after_s=day * 86_400) for day in range(30)]
    receipts = [take(store, one, now=NOON + timedelta(days=40))[0] for one in days]
    assert {receipt.outcome for receipt in receipts} == {Outcome.ACCEPTED}
    assert len({receipt.observation_id for receipt in receipts}) == 30
    with store.read() as session:
        family = observations.families(session, City("dobele"), LIVE, "cam", [days[0].key])[days[0].key]
    assert [one.occurrence for one in family] == list(range(30, 10, -1))


def test_a_name_that_starts_again_after_a_restart_is_another_passage(store: Store) -> None:
    def passage(after_s: float) -> Observation:
        ended_at = NOON + timedelta(seconds=after_s)
        return observation(
            category="plate_hit", after_s=after_s, ended_at=ended_at, attributes={NAMES_RESTART: True, "phase": "lost"}
        )

    first, second, again = take(store, passage(0), passage(600), passage(600), now=NOON + timedelta(seconds=700))
    assert (first.outcome, second.outcome, again.outcome) == (Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.DUPLICATE)
    assert again.observation_id == second.observation_id != first.observation_id


def test_a_key_that_another_town_has_used_keeps_the_true_event_out_of_neither(store: Store) -> None:
    taken = take(store, observation())[0]
    true = take(store, observation(city=City("siauliai")), sender="device.siauliai")[0]
    assert true.outcome is Outcome.ACCEPTED
    assert true.observation_id != taken.observation_id
    again = take(store, observation(city=City("siauliai")), sender="device.siauliai")[0]
    assert again == Receipt(true.observation_id, Outcome.DUPLICATE, true.incident_id)


def test_a_key_that_another_sender_has_used_keeps_the_true_event_out_of_neither(store: Store) -> None:
    taken = take(store, observation(summary="nothing here"), sender="mallory")[0]
    true = take(store, observation(summary="a car"), sender="cam")[0]
    assert (true.outcome, kept(store, true.observation_id).summary) == (Outcome.ACCEPTED, "a car")
    assert kept(store, taken.observation_id).summary == "nothing here"


def test_an_id_that_another_sender_has_chosen_keeps_nothing_out(store: Store) -> None:
    take(store, observation("1", id="chosen"), sender="mallory")
    true = take(store, observation("2", id="chosen"), sender="cam")[0]
    assert true.outcome is Outcome.ACCEPTED
    with pytest.raises(BadObservation, match="belongs to another observation"):
        take(store, observation("3", id="chosen"), sender="mallory")


def test_what_was_stored_before_senders_were_kept_is_everybodys_of_its_town(store: Store) -> None:
    first = take(store, observation(), sender=observations.BEFORE_SENDERS)[0]
    again = take(store, observation(), sender="cam")[0]
    assert again == Receipt(first.observation_id, Outcome.DUPLICATE, first.incident_id)


def test_a_forgotten_observation_is_not_filled_again(store: Store) -> None:
    first = take(store, observation())[0]
    with store.write() as work:
        work.session.add(ForgottenRow(observation_id=first.observation_id, at=NOON))
    again = take(store, observation(summary="a car, KV 2417", attributes={"zones": ["yard"]}))[0]
    assert again.outcome is Outcome.KNOWN
    assert kept(store, first.observation_id).summary == ""


def test_two_batches_in_one_unit_of_work_see_each_other(store: Store) -> None:
    with store.write() as work:
        (opened,) = accept(work, [observation("1")], now=NOON, rules=RULES)
        (joined,) = accept(work, [observation("2")], now=NOON, rules=RULES)
    assert joined.incident_id == opened.incident_id
    with store.read() as session:
        row = session.exec(select(IncidentRow)).one()
        assert (len(row.observation_ids), row.entries) == (2, 3)


def test_what_is_said_twice_in_one_array_is_placed_as_it_was_said_first(store: Store) -> None:
    (there,) = take(store, observation("there", category="fight"), sender="another")
    first = observation("1", category="fight", position=place(east_m=5))
    receipts = take(store, first, first.model_copy(update={"position": place(north_m=3_000, accuracy_m=3)}))
    assert [receipt.incident_id for receipt in receipts] == [there.incident_id] * 2
