"""Setting up regions, halls, counters and business types."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import available_timezones

from sqlmodel import Session, func, select

from actions.audit import record
from actions.hall import branch_of
from actions.hours import set_hours
from actions.reference import add_business_types
from actions.refusal import Refused
from models.actor import Actor, Right
from models.tables import Branch, BusinessType, Counter, Region
from standards.business import Business
from standards.derive import Opening
from standards.message import message
from standards.vocabulary import HallClass, Issuer

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
LONGEST_NAME = 120
MOST_COUNTERS = 200
MOST_WALKING = timedelta(minutes=5)


def add_region(
    session: Session,
    actor: Actor,
    code: str,
    *,
    name: str,
    name_en: str = "",
    parent_id: str | None = None,
    now: datetime,
) -> str:
    """Add a region under its parent (None: at the top) and return its code."""
    actor.require(Right.SET_UP)
    _new_place(session, code)
    _known_region(session, parent_id)
    region = Region(id=code, parent_id=parent_id, name=a_name(name), name_en=a_name(name_en or name))
    session.add(region)
    session.flush()
    record(session, actor, "add_region", [region], subject=code, now=now)
    return code


def add_branch(
    session: Session,
    actor: Actor,
    code: str,
    *,
    zone: str,
    name: str = "",
    name_en: str = "",
    region_id: str | None = None,
    hall_class: HallClass = HallClass.C,
    issuer: Issuer = Issuer.STATE_GRID,
    walking: timedelta = timedelta(),
    counters: int = 0,
    openings: tuple[Opening, ...] = (),
    demo: bool = False,
    now: datetime,
) -> str:
    """Add a hall with so many counters (numbered from 1, closed) and its opening intervals; its code, which stays.

    `walking` is the allowance from the seat to the counter, `zone` an IANA name such as Asia/Shanghai.
    """
    actor.require(Right.SET_UP)
    _new_place(session, code)
    _known_region(session, region_id)
    _numbered(counters)
    _known_zone(zone)
    _walkable(walking)
    branch = Branch(
        id=code,
        region_id=region_id,
        name=a_name(name or name_en or code),
        name_en=a_name(name_en or name or code),
        zone=zone,
        hall_class=hall_class,
        issuer=issuer,
        walking_ms=walking // timedelta(milliseconds=1),
        demo=demo,
    )
    session.add(branch)
    session.flush()
    record(session, actor, "add_branch", [branch], branch_id=code, subject=code, now=now)
    for number in range(1, counters + 1):
        add_counter(session, actor, code, number, now=now)
    if openings:
        set_hours(session, actor, code, openings, now=now)
    return code


def _known_zone(zone: str) -> None:
    if zone not in available_timezones():
        raise Refused("unknown_zone", message("{zone} is no time zone: write one such as Asia/Shanghai.", zone=zone))


def _walkable(walking: timedelta) -> None:
    if not timedelta() <= walking <= MOST_WALKING:
        raise Refused("walking", message("The walking allowance must be between 0 and {most}.", most=MOST_WALKING))


def add_counter(
    session: Session, actor: Actor, branch_id: str, number: int, *, business_types: Iterable[str] = (), now: datetime
) -> int:
    """Add a closed counter to a hall and return its number; no business types means that it serves all."""
    actor.require(Right.SET_UP, branch_id)
    branch_of(session, branch_id)
    _numbered(number, fewest=1)
    if session.get(Counter, (branch_id, number)) is not None:
        raise Refused("known_counter", message("This hall has a counter {counter} already.", counter=number))
    codes = tuple(business_types)
    known = set(session.exec(select(BusinessType.id)).all())
    for code in codes:
        if code not in known:
            raise Refused("unknown_business", message("There is no business type {code}.", code=code))
    counter = Counter(branch_id=branch_id, id=number, business_types=" ".join(codes))
    session.add(counter)
    session.flush()
    record(session, actor, "add_counter", [counter], branch_id=branch_id, subject=str(number), now=now)
    return number


def add_business_type(session: Session, actor: Actor, business: Business, *, now: datetime) -> str:
    """Add one business type at the end of the list and return its code."""
    actor.require(Right.SET_UP)
    a_code(business.code)
    a_name(business.name_zh)
    a_name(business.name_en)
    if not re.fullmatch(r"[A-Z]{1,4}", business.ticket_letter):
        raise Refused("ticket_letter", message("The letter of a ticket is one to four capitals."))
    if business.expected <= timedelta():
        raise Refused("expected", message("The expected time must be longer than nothing."))
    new_business(session, business.code)
    add_business_types(session, actor, [business], now=now)
    return business.code


def new_business(session: Session, code: str) -> None:
    """Refused where a business type has this code, in whatever case."""
    taken = func.lower(BusinessType.id) == code.lower()
    if session.exec(select(BusinessType.id).where(taken)).first() is not None:
        raise Refused("known_business", message("There is a business type {code} already.", code=code))


def a_name(text: str) -> str:
    """The name without spaces around it; Refused where it is empty or too long."""
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused("name", message("A name must have 1 to {most} characters.", most=LONGEST_NAME))
    return name


def a_code(code: str) -> None:
    """Refused where it is no code."""
    if not code:
        raise Refused("code", message("Give it a code: letters and digits."))
    if not CODE.fullmatch(code):
        raise Refused(
            "code",
            message("{code} is no code: letters, digits, dot, dash and underscore, at most 32, no spaces.", code=code),
        )


def _new_place(session: Session, code: str) -> None:
    """A hall and a region never share a code, for a role's scope names either; nor do two that differ in case."""
    a_code(code)
    for table, said in (
        (Branch, message("There is a hall with the code {code} already.", code=code)),
        (Region, message("There is a region with the code {code} already.", code=code)),
    ):
        if session.exec(select(table.id).where(func.lower(table.id) == code.lower())).first() is not None:
            raise Refused("known_code", said)


def _known_region(session: Session, region_id: str | None) -> None:
    if region_id is not None and session.get(Region, region_id) is None:
        raise Refused("unknown_region", message("There is no region with the code {code}.", code=region_id))


def _numbered(number: int, fewest: int = 0) -> None:
    if not fewest <= number <= MOST_COUNTERS:
        raise Refused(
            "counters", message("Counters are numbered {fewest} to {most}.", fewest=fewest or 1, most=MOST_COUNTERS)
        )
