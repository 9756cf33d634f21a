"""The gate before a flight: its checks as they were last run, kept with their data, and what was acknowledged.

Runs checks and refuses; moves no flight. A check once stored is never changed: a later one stands beside it.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from mission.checks.verdict import Level, Verdict, in_the_way, worst
from mission.flights.check_inputs import ProposedFlight, Standards, judge, versions
from mission.flights.tables import AcknowledgementRow, FlightCheckRow, FlightRow
from mission.plans.tables import PlanRow
from telemetry.clock import iso
from telemetry.errors import Conflict, FlightBlocked
from telemetry.messages import Message, as_message
from telemetry.sentences import sentences
from telemetry.units.tables import UnitRow

MARKS = (timedelta(minutes=30), timedelta(minutes=5))
"""So long before its start a flight is checked again, whatever has changed."""


def proposed_flight_of(session: Session, flight: FlightRow, *, now: datetime) -> ProposedFlight:
    """The flight as its checks see it: one that is late is judged by a take-off now."""
    return ProposedFlight(
        plan=session.get_one(PlanRow, flight.plan_id),
        unit=session.get_one(UnitRow, flight.unit_id),
        pilot=flight.pilot,
        at=max(flight.scheduled_at, now),
        flight_id=flight.id,
    )


def check(
    session: Session, flight: FlightRow, standards: Standards, *, why: Message | str, now: datetime
) -> list[Verdict]:
    """Run every check of the flight and keep what they say."""
    proposed = proposed_flight_of(session, flight, now=now)
    found = judge(session, proposed, standards, now=now)
    session.add(
        FlightCheckRow(
            flight_id=flight.id,
            at=now,
            why=str(why),
            message=as_message(why).to_json(),
            verdicts=[verdict.to_row() for verdict in found],
            versions=versions(session, proposed, standards),
            worst=worst(found),
            in_the_way=len(in_the_way(found)),
        )
    )
    session.flush()  # the gate reads the newest row
    return found


def latest(session: Session, flight_id: str) -> FlightCheckRow | None:
    """The checks as they were last run."""
    query = select(FlightCheckRow).where(FlightCheckRow.flight_id == flight_id)
    return session.exec(query.order_by(col(FlightCheckRow.id).desc()).limit(1)).first()


def history(session: Session, flight_id: str) -> list[dict[str, Any]]:
    """Every run of the flight's checks, newest first."""
    query = select(FlightCheckRow).where(FlightCheckRow.flight_id == flight_id)
    rows = session.exec(query.order_by(col(FlightCheckRow.id).desc()))
    return [
        {
            "at": iso(row.at),
            "why": as_message(row.message or row.why).text(),
            "worst": row.worst,
            "in_the_way": row.in_the_way,
            "verdicts": [verdict.as_json() for verdict in verdicts_of(row)],
            "versions": row.versions,
        }
        for row in rows
    ]


def summary(session: Session, flight_id: str) -> dict[str, Any] | None:
    """The last run for lists: worst level, how many stand in the way, and when it was. None before the first."""
    row = latest(session, flight_id)
    if row is None:
        return None
    standing = standing_in(row)
    return {
        "worst": row.worst,
        "in_the_way": row.in_the_way,
        "count": len(row.verdicts),
        "reasons": [verdict.message.text() for verdict in standing],
        "reason_messages": [verdict.message.to_json() for verdict in standing],
        "at": iso(row.at),
    }


STANDING = frozenset({Level.ACKNOWLEDGE, Level.PERMIT, Level.BLOCK})


def verdicts_of(row: FlightCheckRow) -> list[Verdict]:
    """What was found in one run of a flight's checks."""
    return [Verdict.from_row(kept) for kept in row.verdicts]


def standing_in(row: FlightCheckRow) -> list[Verdict]:
    """What stood in the way of the flight in one run of its checks."""
    return [verdict for verdict in verdicts_of(row) if verdict.level in STANDING]


def require_clear(session: Session, flight: FlightRow) -> None:
    """Raises FlightBlocked unless the flight's last checks are there and leave nothing in the way."""
    last = latest(session, flight.id)
    if last is None:
        raise FlightBlocked(Message("flights.not_checked", flight=flight.name), [])
    refuse(flight.name, standing_in(last))


def refuse(name: str, standing: Sequence[Verdict]) -> None:
    """Raises FlightBlocked that names each of the verdicts `standing` in the way, if there are any."""
    if standing:
        why = [Message("flights.reason", check=one.check, message=one.message, clears=one.clears) for one in standing]
        raise FlightBlocked(
            Message("flights.may_not_fly", name=name, why=sentences(why)), [one.as_json() for one in standing]
        )


def due(session: Session, flight: FlightRow, standards: Standards, *, now: datetime) -> Message | None:
    """Why the checks of a waiting flight should be run again now; None when they need not be."""
    last = latest(session, flight.id)
    if last is None:
        return Message("flights.never_checked")
    for mark in MARKS:
        if last.at < flight.scheduled_at - mark <= now:
            return Message("flights.minutes_before", minutes=mark.seconds // 60)
    fresh = versions(session, proposed_flight_of(session, flight, now=now), standards)
    changed = sorted(name for name in fresh if fresh[name] != last.versions.get(name))
    if not changed:
        return None
    return Message("flights.changed", names=changed)


def acknowledge(
    session: Session,
    verdicts: Sequence[Verdict],
    subjects: Collection[str],
    *,
    plan_id: str,
    flight_id: str | None,
    by: str,
    at: datetime,
) -> None:
    """Keep `by`'s word on each of `subjects`. Raises Conflict when a subject is not among what asks for it."""
    asking = {verdict.subject: verdict for verdict in verdicts if verdict.level is Level.ACKNOWLEDGE}
    for subject in subjects:
        if subject not in asking:
            known = ", ".join(asking) or "–"
            raise Conflict(Message("flights.nothing_to_acknowledge", subject=subject, known=known))
        verdict = asking[subject]
        session.add(
            AcknowledgementRow(
                plan_id=plan_id,
                flight_id=flight_id,
                check_name=verdict.check,
                subject=subject,
                data_version=verdict.data_version,
                said=f"{verdict.message}; {verdict.clears}",
                who=by,
                at=at,
            )
        )
    session.flush()  # the next check reads them


def keep_acknowledgements(session: Session, flight: FlightRow, standards: Standards, *, now: datetime) -> None:
    """What the pilot acknowledged on the plan becomes the flight's own, so that it holds until the start."""
    since = now - timedelta(
        minutes=standards.policy(proposed_flight_of(session, flight, now=now).city).acknowledged_min
    )
    query = select(AcknowledgementRow).where(
        AcknowledgementRow.plan_id == flight.plan_id,
        AcknowledgementRow.who == flight.pilot,
        col(AcknowledgementRow.flight_id).is_(None),
        col(AcknowledgementRow.at) >= since,
    )
    for given in session.exec(query).all():
        values = given.model_dump(exclude={"id", "flight_id"})
        session.add(AcknowledgementRow(**values, flight_id=flight.id))
    session.flush()  # the next check reads them


def asked(session: Session, flight: FlightRow, standards: Standards, *, pilot: str, now: datetime) -> list[Verdict]:
    """What `pilot` would have to acknowledge to fly it, judged now; keeps nothing."""
    proposed = replace(proposed_flight_of(session, flight, now=now), pilot=pilot)
    return [verdict for verdict in judge(session, proposed, standards, now=now) if verdict.level is Level.ACKNOWLEDGE]


def reasons(row: FlightCheckRow) -> list[str]:
    """The names of the checks that stood in the way, in their order."""
    return [verdict.check for verdict in standing_in(row)]


def sentence(standing: Sequence[Verdict]) -> Message:
    """What stands in the way, for a flight's events."""
    return sentences(verdict.message for verdict in standing)
