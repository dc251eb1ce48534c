"""Ending a visit that nobody ended: what is known of it is recorded, what nobody measured is not made up."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from actions.at_counter import at_counter, set_state
from actions.press import Press
from actions.refusal import Refused
from models.tables import Counter, Hold, Interaction
from standards.derive import milliseconds
from standards.hall_day import Settle
from standards.message import message
from standards.vocabulary import CounterState, HoldKind, LeftReason, Outcome, Settlement, Stage


def settle_row(
    press: Press,
    row: Interaction,
    how: Settle,
    settlement: Settlement,
    *,
    at: datetime | None = None,
    why: LeftReason | None = None,
) -> None:
    """Settle one open visit, touched already; `at` is when it ended or the customer left, None where nobody knows.

    Without an end there is no handling, without a leaving no wait. Whoever was on hold left when the hold began,
    unless somebody knows better.
    """
    if how is Settle.NO_SHOW and row.outcome is not Outcome.CALLED:
        raise Refused("not_called", message("{ticket} was not called: it is no no-show.", ticket=row.ticket or ""))
    if how is Settle.SERVED and row.outcome is Outcome.WAITING:
        raise Refused(
            "never_called", message("{ticket} was never called: it can't have been served.", ticket=row.ticket or "")
        )
    known_at = _after_its_stamps(row, at, press.now) or (row.held_since_at if how is not Settle.SERVED else None)
    row.gone_by_at = press.now if known_at is None and how is not Settle.NO_SHOW else None
    free_counter(press, row)
    end_hold(press, row, known_at or row.held_since_at or press.now)
    if how is Settle.SERVED:
        row.outcome, row.ended_at = Outcome.COMPLETED, known_at
    elif how is Settle.NO_SHOW:
        row.outcome = Outcome.NO_SHOW
    else:
        row.outcome, row.left_at, row.left_reason = Outcome.LEFT, known_at, why
    row.settlement = Settlement.CARRIED_OVER if how is Settle.CARRY_OVER else settlement


def last_stamp(row: Interaction) -> datetime:
    """The last that is known of a visit."""
    stamps: list[datetime | None] = [getattr(row, stage.value) for stage in Stage]
    stamps += [row.queued_at, row.held_since_at]
    return max(at for at in stamps if at is not None)


def _after_its_stamps(row: Interaction, at: datetime | None, now: datetime) -> datetime | None:
    if at is not None and not last_stamp(row) <= at <= now:
        raise Refused("order", message("The end must lie after the visit's last stamp, and not ahead."))
    return at


def free_counter(press: Press, row: Interaction) -> None:
    """The counter whose customer this was is free; its screens are told by its version."""
    if row.counter_id is None or at_counter(press.session, press.branch.id, row.counter_id) is not row:
        return
    counter = press.session.get_one(Counter, (press.branch.id, row.counter_id))
    press.touch(counter).version += 1
    set_state(press, counter, CounterState.IDLE if counter.staff_id else CounterState.CLOSED)


def sign_off_counter(press: Press, counter: Counter) -> None:
    """Nobody stands at the counter any more."""
    press.touch(counter).version += 1
    set_state(press, counter, CounterState.CLOSED)
    counter.staff_id = counter.mentor_id = None
    counter.covering = False


def end_hold(press: Press, row: Interaction, at: datetime) -> None:
    """Close the open hold, if any, at an instant: it comes off the handling, a phone's before the start off the
    greeting."""
    if row.held_since_at is None:
        return
    held = milliseconds(at - row.held_since_at)
    if row.started_at is not None:
        row.held_ms += held
    elif row.hold_kind is HoldKind.PHONE:
        row.phone_held_ms += held
    row.held_since_at = row.hold_kind = None
    open_holds = select(Hold).where(
        Hold.branch_id == row.branch_id, Hold.interaction_id == row.id, col(Hold.ended_at).is_(None)
    )
    for hold in press.session.exec(open_holds):
        press.touch(hold).ended_at = at
