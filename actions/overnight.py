"""What was forgotten overnight: open visits of earlier days, settled by rule, with the first record kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from actions.at_counter import at_counter, keep
from actions.hall import branch_of
from actions.press import Press, Stamp, image, perform
from actions.settling import last_stamp, settle_row, sign_off_counter
from models.actor import Actor, Right
from models.standing import opening_weeks
from models.tables import Branch, Counter, Interaction, new_id
from standards.derive import OpeningWeek, day_on
from standards.hall_day import QUIET_AFTER_CLOSING, Settle, forgotten, open_into
from standards.queueing import FREES_COUNTER
from standards.vocabulary import OPEN, CorrectionKind, LeftReason, Outcome, Settlement

RULE = Actor(account_id="rule", name="rule", grants=(), all_rights=True)
"""Who settles what nobody settled."""
AT_A_TIME = 200
_KEPT = ("outcome", "left_at", "left_reason", "hold_kind", "held_since_at")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A visit that was settled by rule: what it was, and what it is now."""

    interaction_id: UUID
    ticket: str | None
    was: Outcome
    outcome: Outcome


def settle_overnight(session: Session, actor: Actor, branch_id: str, *, now: datetime) -> list[Forgotten]:
    """Settle the open visits of days before the hall's today that were forgotten, at most `AT_A_TIME`; which they were.

    Who waited has left, nobody knows when; who was called did not show; who was served has gone, at an unknown time;
    who was on hold left when the hold began. Counters that nobody signed off are closed. Twice is once.
    """
    actor.require(Right.RUN_HALL, branch_id)
    branch = branch_of(session, branch_id, alone=True)
    weeks = opening_weeks(session, branch, day_on(now, branch.zone_info))
    rows = forgotten_visits(session, branch, weeks, now)[:AT_A_TIME]
    counters = _left_on(session, branch, weeks, now)
    if not rows and not counters:
        return []
    settled: list[Forgotten] = []

    def work(press: Press) -> None:
        for row in rows:
            settled.append(_settle(press, row))
        for counter in counters:
            sign_off_counter(press, counter)

    stamp = Stamp(branch_id, f"overnight/{new_id()}", now)
    perform(session, actor, stamp, "settle_overnight", work, right=Right.RUN_HALL)
    return settled


def may_have_forgotten(session: Session, branch_id: str, *, now: datetime) -> bool:
    """Whether there is anything to settle; reads only."""
    branch = branch_of(session, branch_id)
    weeks = opening_weeks(session, branch, day_on(now, branch.zone_info))
    return bool(forgotten_visits(session, branch, weeks, now) or _left_on(session, branch, weeks, now))


def forgotten_visits(
    session: Session, branch: Branch, weeks: tuple[OpeningWeek, ...], now: datetime
) -> list[Interaction]:
    """The hall's open visits of earlier days that are over for certain, the oldest first."""
    today = day_on(now, branch.zone_info)
    rows = session.exec(
        select(Interaction)
        .where(
            Interaction.branch_id == branch.id,
            col(Interaction.outcome).in_(OPEN),
            col(Interaction.day_on) < today,
        )
        .order_by(col(Interaction.arrived_at), col(Interaction.id))
    ).all()
    return [
        row for row in rows if forgotten(last_stamp(row), row.channel, row.arrived_at, weeks, branch.zone_info, now)
    ]


def _settle(press: Press, row: Interaction) -> Forgotten:
    """By what it was; the first record is kept as a correction each."""
    was, before = row.outcome, image(press.touch(row))
    at_a_counter = was is not Outcome.WAITING and row.hold_kind not in FREES_COUNTER
    how, why = Settle.LEFT, None
    if was is Outcome.CALLED:
        how = Settle.NO_SHOW
    elif was is Outcome.SERVING:
        how = Settle.SERVED
    elif was is Outcome.HELD:
        why = LeftReason.PAPERS_MISSING if row.hold_kind in FREES_COUNTER else LeftReason.OTHER
    settle_row(press, row, how, Settlement.BY_RULE, why=why)
    after = image(row)
    for name in _KEPT:
        if before[name] != after[name]:
            keep(press, row, name, before[name], after[name], CorrectionKind.RULE)
    if at_a_counter and row.counter_id is not None:
        _sign_off_after(press, row.counter_id)
    return Forgotten(row.id, row.ticket, was, row.outcome)


def _sign_off_after(press: Press, counter_id: int) -> None:
    """Who left a visit open since yesterday has left the counter too."""
    counter = press.session.get(Counter, (press.branch.id, counter_id))
    press.session.flush()
    alone = counter is not None and at_counter(press.session, press.branch.id, counter_id) is None
    if counter is not None and alone and counter.staff_id is not None:
        sign_off_counter(press, counter)


def _left_on(session: Session, branch: Branch, weeks: tuple[OpeningWeek, ...], now: datetime) -> list[Counter]:
    """Counters still signed on since a day that is over, where the doors were shut in between."""
    if open_into(weeks, branch.zone_info, now):
        return []
    today = day_on(now, branch.zone_info)
    signed_on = session.exec(
        select(Counter).where(Counter.branch_id == branch.id, col(Counter.staff_id).is_not(None))
    ).all()
    return [
        counter
        for counter in signed_on
        if counter.since_at is not None
        and day_on(counter.since_at, branch.zone_info) < today
        and now - counter.since_at > QUIET_AFTER_CLOSING
        and at_counter(session, branch.id, counter.id) is None
    ]
