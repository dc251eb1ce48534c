"""Handing over 交接班: one gives what is held, promised and open; another takes it, and both have signed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from actions.at_counter import keep
from actions.press import Press, Receipt, Stamp, perform
from actions.refusal import Refused
from actions.text import a_text
from models.actor import Actor, NotAllowed, Right
from models.hand_over import WORKS_THERE, is_away, standing
from models.tables import Interaction, ShiftChange, Staff
from standards.derive import day_on
from standards.message import message
from standards.vocabulary import CorrectionKind, Outcome

_AT_A_COUNTER = (Outcome.CALLED, Outcome.SERVING, Outcome.HELD)


def hand_over(session: Session, actor: Actor, stamp: Stamp, note: str = "", *, staff_id: str | None = None) -> Receipt:
    """Give the shift: what stands in the hall now is kept with the note, until somebody takes it.

    Whose things are given is the actor's own staff number, or (`staff_id`, by whoever runs the hall) that of somebody
    who can't sign any more. Refused while somebody is at that person's counter: nobody inherits a customer unseen.
    """
    _of_the_hall(actor, stamp.branch_id)
    if staff_id is not None and staff_id != actor.staff_id:
        actor.require(Right.RUN_HALL, stamp.branch_id)

    def work(press: Press) -> None:
        giver = staff_id or actor.staff_id
        if giver is not None:
            _nobody_at_the_counter_of(press, giver)
        content = standing(session, stamp.branch_id, now=stamp.now) | {"of": giver}
        press.add(
            ShiftChange(
                branch_id=stamp.branch_id,
                day_on=day_on(stamp.now, press.branch.zone_info),
                content=content,
                note=a_text(note, 1000),
                given_by=actor.name,
                given_at=stamp.now,
            )
        )

    return perform(session, actor, stamp, "hand_over", work, right=Right.READ_HALL)


def take_over(session: Session, actor: Actor, stamp: Stamp, change_id: UUID) -> Receipt:
    """Take the shift: what is still held and promised by the one who gave it is the taker's by name from now on.

    The other account signs; what has been settled since stays as it is, and which visits moved is kept.
    """
    _of_the_hall(actor, stamp.branch_id)

    def work(press: Press) -> None:
        change = session.get(ShiftChange, (stamp.branch_id, change_id))
        if change is None:
            raise Refused("unknown_change", message("There is no such hand-over in this hall."))
        if change.taken_at is not None:
            raise Refused("taken_over", message("This hand-over has been taken already."))
        if change.given_by == actor.name:
            raise Refused("same_person", message("Whoever gives the shift can't take it: the other signs."))
        rows = _still_theirs(press, change)
        if rows:
            _a_member_of_staff(press, actor)
        press.touch(change)
        for row in rows:
            keep(press, row, "owner_id", row.owner_id or row.staff_id, actor.staff_id, CorrectionKind.HAND_OVER)
            press.touch(row).owner_id = actor.staff_id  # who served stays: the figures are theirs
        change.content = change.content | {"moved": [str(row.id) for row in rows]}
        change.taken_by, change.taken_at = actor.name, stamp.now

    return perform(session, actor, stamp, "take_over", work, right=Right.READ_HALL)


def withdraw(session: Session, actor: Actor, stamp: Stamp, change_id: UUID) -> Receipt:
    """Take back a hand-over that nobody has taken yet: by whoever gave it, or runs the hall."""
    _of_the_hall(actor, stamp.branch_id)

    def work(press: Press) -> None:
        change = session.get(ShiftChange, (stamp.branch_id, change_id))
        if change is None or change.taken_at is not None:
            raise Refused("taken_over", message("This hand-over has been taken already."))
        if change.given_by != actor.name:
            actor.require(Right.RUN_HALL, stamp.branch_id)
        press.touch(change)
        change.content = change.content | {"withdrawn": actor.name}
        change.taken_at = stamp.now

    return perform(session, actor, stamp, "withdraw_hand_over", work, right=Right.READ_HALL)


def _of_the_hall(actor: Actor, branch_id: str) -> None:
    """Whoever works in the hall signs; who only reads its figures does not."""
    if not any(actor.may(right, branch_id) for right in WORKS_THERE):
        raise NotAllowed(message("A shift is handed over by those who work in the hall."))


def _a_member_of_staff(press: Press, actor: Actor) -> None:
    if actor.staff_id is None or press.session.get(Staff, (press.branch.id, actor.staff_id)) is None:
        raise Refused(
            "no_staff", message("Held and promised visits need an owner: somebody who serves here takes them.")
        )


def _nobody_at_the_counter_of(press: Press, staff_id: str) -> None:
    rows = press.session.exec(
        select(Interaction).where(
            Interaction.branch_id == press.branch.id,
            col(Interaction.outcome).in_(_AT_A_COUNTER),
            Interaction.staff_id == staff_id,
        )
    ).all()
    here = next((row for row in rows if not is_away(row)), None)
    if here is not None:
        raise Refused(
            "occupied",
            message("Somebody is still at counter {counter}: finish, transfer or hold first.", counter=here.counter_id),
        )


def _still_theirs(press: Press, change: ShiftChange) -> list[Interaction]:
    """The listed visits of the one who gave that are still held, or promised and unanswered."""
    listed: list[dict[str, Any]] = [*change.content["held"], *change.content["promised"]]
    ids = {UUID(item["id"]) for item in listed if item["staff_id"] == change.content["of"] and item["staff_id"]}
    rows = (press.session.get(Interaction, (press.branch.id, row_id)) for row_id in sorted(ids))
    return [
        row
        for row in rows
        if row is not None
        and (row.owner_id or row.staff_id) == change.content["of"]
        and (is_away(row) or (row.promised_at is not None and row.promise_kept_at is None))
    ]
