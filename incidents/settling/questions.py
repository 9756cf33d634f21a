"""What people are asked: whether two incidents are one. A question is there while it is open."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy
from sqlmodel import Session, col, select

from incidents.settling.tables import IncidentQuestionRow
from telemetry.clock import iso
from telemetry.errors import NotFound
from telemetry.messages import Message
from telemetry.visibility import Visibility


def get(session: Session, question_id: str, visible: Visibility) -> IncidentQuestionRow:
    """The open question. Raises NotFound."""
    row = session.get(IncidentQuestionRow, question_id)
    if row is None or not visible.shows(row):
        raise NotFound(Message("settling.no_question", question=question_id))
    return row


def open_ones(session: Session, visible: Visibility, *, incident_id: str | None = None) -> list[IncidentQuestionRow]:
    """What is asked, the longest first; about one incident only with `incident_id`."""
    query = select(IncidentQuestionRow).where(visible.rows(IncidentQuestionRow))
    if incident_id is not None:
        query = query.where(_about([incident_id]))
    return list(session.exec(query.order_by(col(IncidentQuestionRow.asked_at), col(IncidentQuestionRow.id))))


def about(session: Session, incident_ids: Sequence[str]) -> list[IncidentQuestionRow]:
    """What is asked about any of these incidents."""
    return list(session.exec(select(IncidentQuestionRow).where(_about(incident_ids))))


def public(row: IncidentQuestionRow) -> dict[str, Any]:
    """The question as the API shows it."""
    return {
        "id": row.id,
        "city": row.city,
        "a": row.a,
        "b": row.b,
        "observations": [row.observation_a, row.observation_b],
        "odds": round(row.odds, 3),
        "text": Message.from_json(row.message).text(),
        "message": row.message,
        "asked_at": iso(row.asked_at),
    }


def _about(incident_ids: Sequence[str]) -> sqlalchemy.ColumnElement[bool]:
    asked = IncidentQuestionRow
    return sqlalchemy.or_(col(asked.a).in_(incident_ids), col(asked.b).in_(incident_ids))
