"""The devices of a hall as its screens know them: when each was last heard, and how far its clock is off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.actor import Actor, Right
from models.machines import MACHINES
from models.tables import Device
from standards.vocabulary import DeviceKind

CLOCK_TOLERANCE = timedelta(seconds=5)
"""By how much a device's clock may be off before the screens say so."""
SILENT_AFTER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A device of the hall; `difference` is our clock minus its, None where nothing measured it: files say nothing."""

    id: str
    kind: DeviceKind
    name: str
    counter_id: int | None
    active: bool
    folder: str | None
    mapping: str | None
    businesses: tuple[tuple[str, str], ...]
    last_seen_at: datetime | None
    difference: timedelta | None

    @property
    def clock_off(self) -> bool:
        """Whether its clock is off by more than is forgiven."""
        return self.difference is not None and abs(self.difference) > CLOCK_TOLERANCE

    def silent(self, now: datetime) -> bool:
        """Whether it has said nothing for a while."""
        return self.last_seen_at is None or now - self.last_seen_at > SILENT_AFTER


def machines(session: Session, actor: Actor, branch_id: str) -> tuple[Machine, ...]:
    """The machines of a hall, those in use first, by code."""
    actor.require(Right.READ_HALL, branch_id)
    found = session.exec(select(Device).where(Device.branch_id == branch_id, col(Device.kind).in_(MACHINES)))
    return tuple(sorted(map(_machine, found), key=lambda machine: (not machine.active, machine.id)))


def _machine(device: Device) -> Machine:
    measured = device.folder is None and device.difference_ms is not None
    return Machine(
        id=device.id,
        kind=device.kind,
        name=device.name,
        counter_id=device.counter_id,
        active=device.active,
        folder=device.folder,
        mapping=device.mapping,
        businesses=tuple(sorted((str(name), str(code)) for name, code in device.businesses.items())),
        last_seen_at=device.last_seen_at,
        difference=timedelta(milliseconds=device.difference_ms or 0) if measured else None,
    )
