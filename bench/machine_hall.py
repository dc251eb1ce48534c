"""A class-A hall whose machines send everything: nine counters, a queue machine, pads and rating devices."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from actions.devices import add_device, set_businesses
from models.actor import machine_actor
from models.tables import Branch, BranchHours, Counter, Staff
from standards.vocabulary import DeviceKind, HallClass

ZONE = ZoneInfo("Asia/Shanghai")
HALL = "MACHINES"
QUEUE_MACHINE = "Q1"
COUNTERS = range(1, 10)
OPENS, CLOSES = 510, 1050
NAMES = {"缴费": "payment", "业务咨询": "enquiry", "过户变更": "change", "发票打印": "invoice"}
"""What the machines call our businesses."""
LETTERS = {"缴费": "A", "业务咨询": "D", "过户变更": "C", "发票打印": "E"}
ROOT = machine_actor("simulator")


def pad(counter: int) -> str:
    """The call pad of a counter."""
    return f"PAD{counter}"


def rater(counter: int) -> str:
    """The rating device of a counter."""
    return f"RATE{counter}"


def staff(counter: int) -> str:
    """Who serves at a counter."""
    return f"S{counter}"


def kinds() -> dict[str, DeviceKind]:
    """The hall's devices by code."""
    pads = {pad(counter): DeviceKind.CALL_PAD for counter in COUNTERS}
    raters = {rater(counter): DeviceKind.RATING for counter in COUNTERS}
    return {QUEUE_MACHINE: DeviceKind.QUEUE_MACHINE} | pads | raters


def a_machine_hall(session: Session, code: str = HALL, *, zone: str = ZONE.key, now: datetime) -> dict[str, str]:
    """Put the hall in; the tokens of its devices by code."""
    session.add(Branch(id=code, name="设备厅", name_en="Machine Hall", zone=zone, hall_class=HallClass.A))
    session.flush()
    for weekday in range(7):
        session.add(BranchHours(branch_id=code, from_on=date(2020, 1, 1), weekday=weekday, opens=OPENS, closes=CLOSES))
    for counter in COUNTERS:
        session.add(Staff(branch_id=code, id=staff(counter), name=f"员工{counter}"))
        session.add(Counter(branch_id=code, id=counter))
    session.flush()
    tokens = {}
    for device, kind in kinds().items():
        tokens[device] = add_device(session, ROOT, code, device, kind=kind, now=now)
        set_businesses(session, ROOT, code, device, NAMES, now=now)
    return tokens
