"""Where accounts belong: the halls and regions that a reader sees, and the day there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from models.account_scope import Reach, reach_of
from models.actor import EVERYWHERE, Actor, Right
from models.settings import duties_apart
from models.tables import Branch, Region
from standards.derive import day_on


@dataclass(frozen=True, slots=True)
class Place:
    """A hall, a region, or everything (`*`, without a name), as a scope of roles."""

    code: str
    name: str
    name_en: str
    hall: bool


def readable(session: Session, actor: Actor) -> Reach:
    """Whose accounts the actor sees: those they manage, and those of halls whose trail they read."""
    reach = reach_of(session, actor, Right.ACCOUNTS, Right.READ_AUDIT)
    if not reach:
        actor.require(Right.ACCOUNTS)
    return reach


def places(session: Session, actor: Actor, *, to_give: bool = False) -> tuple[Place, ...]:
    """Every hall and region, and everything, by code; with `to_give` those where the actor gives roles."""
    reach = reach_of(session, actor, Right.ACCOUNTS) if to_give else readable(session, actor)
    halls = [Place(row.id, row.name, row.name_en, True) for row in session.exec(select(Branch))]
    regions = [Place(row.id, row.name, row.name_en, False) for row in session.exec(select(Region))]
    known = [Place(EVERYWHERE, "", "", False), *sorted(regions + halls, key=lambda place: (place.hall, place.code))]
    return tuple(place for place in known if not to_give or reach.covers(place.code))


def zone_name(session: Session, actor: Actor) -> str:
    """The time zone in which accounts are told of: that of the first hall, UTC before there is one."""
    readable(session, actor)
    return _zone_name(session)


def _zone_name(session: Session) -> str:
    return session.exec(select(Branch.zone).order_by(col(Branch.id)).limit(1)).first() or "UTC"


def today(session: Session, now: datetime) -> date:
    """The local day that leaving dates are compared with."""
    return day_on(now, ZoneInfo(_zone_name(session)))


def apart(session: Session, actor: Actor) -> bool:
    """Whether giving roles and auditing are kept apart."""
    readable(session, actor)
    return duties_apart(session)
