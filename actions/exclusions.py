"""Taking a period or a visit out of the figures 剔除: asked by the hall, decided one level up, reversible; all kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from actions.excluding import mark_taken
from actions.press import Press, Receipt, Stamp, perform
from actions.refusal import Refused, Stale
from actions.text import a_reason
from models.actor import Actor, Right
from models.stays import Taken
from models.tables import Exclusion, Interaction
from standards.message import message
from standards.vocabulary import Decision, ExclusionReason

LONGEST_PERIOD = timedelta(days=31)


def ask_exclusion(
    session: Session, actor: Actor, stamp: Stamp, taken: Taken, reason: ExclusionReason, why: str
) -> Receipt:
    """Ask to take out a period that is over (aware instants), or one visit of the hall; `why` is kept with it.

    What was asked already and waits or counts is refused.
    """
    said = a_reason(why)

    def work(press: Press) -> None:
        _check(press, taken)
        _new(press, taken)
        asked = Exclusion(
            branch_id=press.branch.id,
            reason=reason,
            from_at=taken.from_at,
            until_at=taken.until_at,
            visit_id=taken.visit_id,
            why=said,
            asked_by=actor.name,
            asked_at=stamp.now,
        )
        press.subject = str(press.add(asked).id)

    return perform(session, actor, stamp, "ask_exclusion", work, right=Right.RUN_HALL, reason=said)


def decide_exclusion(
    session: Session, actor: Actor, stamp: Stamp, exclusion_id: UUID, decision: Decision, why: str
) -> Receipt:
    """Approve or refuse a request, with a reason: one level up, and never whoever asked."""
    said = a_reason(why)

    def work(press: Press) -> None:
        asked = _exclusion(press, exclusion_id)
        if asked.decision is not None:
            raise Stale(
                "decided",
                message(
                    "This was decided already: {decision}, {name}.", decision=asked.decision, name=asked.decided_by
                ),
            )
        if asked.asked_by == actor.name:
            raise Refused("own_request", message("You asked for this yourself: somebody else decides it."))
        asked.decision, asked.decided_why = decision, said
        asked.decided_by, asked.decided_at = actor.name, stamp.now
        if decision is Decision.APPROVED:
            mark_taken(session, asked)

    return perform(session, actor, stamp, "decide_exclusion", work, right=Right.APPROVE, reason=said)


def reverse_exclusion(session: Session, actor: Actor, stamp: Stamp, exclusion_id: UUID, why: str) -> Receipt:
    """Take an approved exclusion back, with a reason: its visits count again, unless another one takes them."""
    said = a_reason(why)

    def work(press: Press) -> None:
        asked = _exclusion(press, exclusion_id)
        if asked.decision is not Decision.APPROVED:
            raise Refused("not_approved", message("Only what was approved can be reversed."))
        if asked.reversed_at is not None:
            raise Stale("reversed", message("This was reversed already: {name}.", name=asked.reversed_by))
        asked.reversed_by, asked.reversed_at, asked.reversed_why = actor.name, stamp.now, said
        mark_taken(session, asked)

    return perform(session, actor, stamp, "reverse_exclusion", work, right=Right.APPROVE, reason=said)


def _exclusion(press: Press, exclusion_id: UUID) -> Exclusion:
    """The request, remembered as it was, as what the command is about."""
    found = press.session.get(Exclusion, (press.branch.id, exclusion_id))
    if found is None:
        raise Refused("unknown_exclusion", message("There is no such request in this hall."))
    press.subject = str(found.id)
    return press.touch(found)


def _check(press: Press, taken: Taken) -> None:
    if taken.visit_id is not None and taken.from_at is None and taken.until_at is None:
        _known_visit(press, taken.visit_id)
    elif taken.visit_id is None and taken.from_at is not None and taken.until_at is not None:
        _period(taken.from_at, taken.until_at, press.now)
    else:
        raise Refused("neither", message("Choose a period with a beginning and an end, or one visit."))


def _known_visit(press: Press, visit_id: UUID) -> None:
    of_hall = Interaction.branch_id == press.branch.id, Interaction.visit_id == visit_id
    if press.session.exec(select(Interaction.id).where(*of_hall)).first() is None:
        raise Refused("unknown_visit", message("There is no such visit in this hall."))


def _period(from_at: datetime, until_at: datetime, now: datetime) -> None:
    """It has a length, is over, and is not so long that nobody could say what it takes."""
    if from_at.tzinfo is None or until_at.tzinfo is None:
        raise ValueError("a period needs aware instants")
    if from_at >= until_at:
        raise Refused("order", message("The period must end after it begins."))
    if until_at > now:
        raise Refused("future", message("The period is not over yet: ask for it when it is."))
    if until_at - from_at > LONGEST_PERIOD:
        raise Refused("too_long", message("A period may be {days} days at the most.", days=LONGEST_PERIOD.days))


def _new(press: Press, taken: Taken) -> None:
    """The same is not asked twice while it waits or counts."""
    same = select(Exclusion).where(
        Exclusion.branch_id == press.branch.id,
        col(Exclusion.from_at).is_not_distinct_from(taken.from_at),
        col(Exclusion.until_at).is_not_distinct_from(taken.until_at),
        col(Exclusion.visit_id).is_not_distinct_from(taken.visit_id),
        col(Exclusion.reversed_at).is_(None),
    )
    if any(asked.decision is not Decision.REFUSED for asked in press.session.exec(same)):
        raise Refused("asked_already", message("This was asked for already."))
