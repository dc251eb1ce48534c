"""Who signs on at a counter's station: the people of its hall who have a PIN, whoever is likely first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from models.machines import Device
from models.sessions import usable
from models.tables import Account, AccountSession, Branch, Counter, Credential, CredentialKind, Duty
from standards.derive import day_on


@dataclass(frozen=True, slots=True)
class StationPerson:
    """One person to choose; `likely` who is on duty today, stands at this counter, or was the last on here."""

    account_id: UUID
    called: tuple[str, str]
    likely: bool


def station_people(session: Session, station: Device, *, now: datetime) -> tuple[StationPerson, ...]:
    """The hall's people with a PIN: whoever stands at the station's counter, then who was on last, on duty, the rest.

    For the station itself, which is nobody: names alone, and only of those who may sign on there.
    """
    rows = _with_a_pin(session, station, now)
    at_counter, last = _at_counter(session, station), _last_on(session, station)
    duty = _on_duty(session, station, now)

    def order(row: Account) -> tuple[bool, float, bool, str]:
        seen = last.get(row.id)
        return (row.staff_id != at_counter, -(seen.timestamp() if seen else 0), row.staff_id not in duty, row.name)

    latest = max(last, key=lambda account_id: last[account_id], default=None)
    return tuple(
        StationPerson(
            row.id,
            (row.display_name or row.name, row.display_name_en or row.display_name or row.name),
            row.staff_id == at_counter or row.staff_id in duty or row.id == latest,
        )
        for row in sorted(rows, key=order)
    )


def _with_a_pin(session: Session, station: Device, now: datetime) -> list[Account]:
    has_pin = select(Credential.account_id).where(Credential.kind == CredentialKind.PIN)
    serving = (Account.branch_id == station.branch_id, col(Account.staff_id).is_not(None), col(Account.id).in_(has_pin))
    return [row for row in session.exec(select(Account).where(*serving)) if usable(session, row, now=now)]


def _at_counter(session: Session, station: Device) -> str:
    if station.counter_id is None:
        return ""
    counter = session.get(Counter, (station.branch_id, station.counter_id))
    return (counter.staff_id or "") if counter is not None else ""


def _last_on(session: Session, station: Device) -> dict[UUID, datetime]:
    """When each person last signed on here."""
    began = func.max(AccountSession.began_at)
    here = (AccountSession.branch_id == station.branch_id, AccountSession.device_id == station.id)
    found = session.exec(select(AccountSession.account_id, began).where(*here).group_by(col(AccountSession.account_id)))
    return dict(found.all())


def _on_duty(session: Session, station: Device, now: datetime) -> set[str]:
    today = day_on(now, session.get_one(Branch, station.branch_id).zone_info)
    rostered = select(Duty.staff_id).where(Duty.branch_id == station.branch_id, Duty.day_on == today)
    return set(session.exec(rostered))
