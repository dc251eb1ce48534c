"""Make the demo region, and bring it up to now when the application was off."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from actions.refusal import Refused
from models.actor import machine_actor
from models.settings import DEMO, put_setting
from models.store import Store
from models.tables import Branch
from seed import passwords, reference
from seed.dated_changes import put_changes
from seed.demand import epoch
from seed.hall_days import put_days
from seed.hand_overs import put_hand_overs
from seed.occasions import put_occasions
from seed.parts import instant
from seed.past import Period, past
from seed.population import Population
from seed.record import holidays, put_past
from seed.region import MOST_HALLS, plans
from seed.story import kept_story, told
from seed.top_up import bring_up_to
from standards.message import message

HALLS, DAYS, SEED = 12, 90, 1
MOST_DAYS = 1100


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a region is, and which of all regions of that size."""

    halls: int = HALLS
    days: int = DAYS
    seed: int = SEED


class Did(StrEnum):
    BUILT = "built"
    TOPPED_UP = "topped_up"
    LEFT_ALONE = "left_alone"


@dataclass(frozen=True, slots=True)
class Made:
    """What was done, and how many interactions were written."""

    did: Did
    halls: int = 0
    interactions: int = 0

    def __str__(self) -> str:
        if self.did is Did.LEFT_ALONE:
            return "Left as it is: there are halls already."
        done = "made" if self.did is Did.BUILT else "brought up to now"
        return f"Demo region {done}: {self.halls} halls, {self.interactions:,} interactions written."


def build(store: Store, size: Size, *, now: datetime) -> Made:
    """Make a region whose last day is the one in progress at `now`, all in one transaction.

    The same size, seed number and `now` give the same visits, ids included. Raises Refused where there is a demo
    region already, or a size that can't be.
    """
    if not (1 <= size.halls <= MOST_HALLS and 1 <= size.days <= MOST_DAYS):
        raise Refused(
            "size",
            message("A demo region has 1 to {halls} halls and 1 to {days} days.", halls=MOST_HALLS, days=MOST_DAYS),
        )
    reference.ensure(store, now=now)
    story = told(size.seed, size.halls, size.days, now)
    actor = machine_actor(getpass.getuser())
    added = 0
    with store.writing() as session:
        if has_halls(session, demo=True):
            raise Refused("known_demo", message("This database has demo halls already."))
        Population(session, actor, story, now).put(plans(size.halls))
        period = Period(instant(epoch(story.first_on) - 1), now, holidays(session))
        for plan in plans(size.halls):
            parts = past(plan, story, period)
            put_days(session, actor, plan, story, period, parts)
            put_hand_overs(session, plan, story, period, parts)
            added += put_past(session, actor, plan, story, period, parts)
            put_occasions(session, plan, story, now)
        put_changes(session, plans(size.halls), first_on=story.first_on, now=now)
        passwords.put_passwords(session, now=now)
        put_setting(session, DEMO, story.text())
    return Made(Did.BUILT, size.halls, added)


def ensure(store: Store, size: Size, *, now: datetime) -> Made:
    """Make the region where there are no halls at all; bring a demo region up to `now`; leave other halls alone."""
    with store.reading() as session:
        if has_halls(session, demo=False):
            return Made(Did.LEFT_ALONE)
        there = has_halls(session, demo=True)
        story = kept_story(session)
    if not there:
        return build(store, size, now=now)
    if story is None:
        return Made(Did.LEFT_ALONE)
    passwords.ensure(store, now=now)
    return Made(Did.TOPPED_UP, story.halls, bring_up_to(store, story, now=now))


def has_halls(session: Session, *, demo: bool) -> bool:
    """Whether the database holds halls that are demo halls, or such that are not."""
    return session.exec(select(Branch.id).where(col(Branch.demo).is_(demo)).limit(1)).first() is not None
