"""The names to choose from: the halls a reader may see, and the business types."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from analytics.accounts import round_the_clock
from models.actor import Actor, Right
from models.tables import Branch, BusinessType
from standards.vocabulary import Channel, HallClass, Issuer


@dataclass(frozen=True, slots=True)
class Hall:
    """A business hall as the filters know it; `id` is its code."""

    id: str
    name: str
    name_en: str
    zone_name: str
    hall_class: HallClass
    issuer: Issuer
    demo: bool
    round_the_clock: bool

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)


@dataclass(frozen=True, slots=True)
class Business:
    """A business type as the filters know it."""

    id: str
    name: str
    name_en: str
    channel: Channel | None
    ticket_letter: str


def halls(session: Session, actor: Actor) -> tuple[Hall, ...]:
    """The halls whose figures or calls the actor may see, by code."""
    always_open = round_the_clock(session)
    return tuple(
        Hall(
            row.id,
            row.name,
            row.name_en,
            row.zone,
            row.hall_class,
            row.issuer,
            row.demo,
            row.id in always_open,
        )
        for row in session.exec(select(Branch).order_by(col(Branch.id)))
        if actor.may(Right.READ_HALL, row.id) or actor.may(Right.DISPLAY, row.id)
    )


def readable_halls(session: Session, actor: Actor) -> tuple[Hall, ...]:
    """The halls whose figures the actor may see, by code; NotAllowed where there can be none."""
    actor.require_somewhere(Right.READ_HALL)
    return tuple(hall for hall in halls(session, actor) if actor.may(Right.READ_HALL, hall.id))


def business_types(session: Session, actor: Actor) -> tuple[Business, ...]:
    """The active business types in their order; they are the same for every reader."""
    actor.require_somewhere(Right.READ_HALL, Right.DISPLAY)
    rows = session.exec(select(BusinessType).where(col(BusinessType.active)))
    return tuple(
        Business(row.id, row.name, row.name_en, row.channel, row.ticket_letter)
        for row in sorted(rows, key=lambda row: (row.position, row.id))
    )
