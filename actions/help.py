"""A call for help 求助 from a counter: one press there, and somebody of the floor says that they come."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session

from actions.at_counter import staffed_counter
from actions.press import Press, Receipt, Stamp, perform
from actions.refusal import Refused
from actions.text import a_text
from models.actor import Actor, Right
from models.open_help import open_calls
from models.tables import HelpCall, new_id
from standards.message import message

LONGEST_NOTE = 200


def call_for_help(session: Session, actor: Actor, stamp: Stamp, counter_id: int, *, note: str = "") -> Receipt:
    """Call whoever has the floor to a counter; refused while an earlier call from there stands unanswered."""

    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        standing = open_calls(press.session, stamp.branch_id, now=stamp.now)
        if any(call.counter_id == counter_id for call in standing):
            raise Refused("called", message("Help has been called to counter {counter} already.", counter=counter_id))
        here = press.occupants[counter.id]
        press.interaction_id = None if here is None else here.id
        press.add(
            HelpCall(
                branch_id=stamp.branch_id,
                id=new_id(),
                counter_id=counter.id,
                interaction_id=press.interaction_id,
                note=a_text(note, LONGEST_NOTE),
                asked_by=actor.name,
                asked_at=stamp.now,
            )
        )

    return perform(session, actor, stamp, "call_for_help", work, right=Right.STAMP)


def answer_help(session: Session, actor: Actor, stamp: Stamp, call_id: UUID, *, outcome: str = "") -> Receipt:
    """Answer a call for help, as the supervisor or the guide; later again, to say what came of it."""

    said = a_text(outcome, LONGEST_NOTE)

    def work(press: Press) -> None:
        call = press.session.get(HelpCall, (stamp.branch_id, call_id))
        if call is None:
            raise Refused("unknown_call", message("There is no such call for help in this hall."))
        press.touch(call)
        if call.answered_at is not None and not said:
            raise Refused("answered", message("{name} has answered this call already.", name=call.answered_by or ""))
        if call.answered_at is None:
            call.answered_by, call.answered_at = actor.name, stamp.now
        call.outcome = said or call.outcome
        press.interaction_id = call.interaction_id

    return perform(session, actor, stamp, "answer_help", work, right=Right.GUIDE)
