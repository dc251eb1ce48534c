"""Undo within a minute, and correct with a reason: the first record is kept either way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlmodel import Session

from actions.at_counter import keep, own, row_of, set_state, the_counter
from actions.counters import nowhere_else
from actions.marking import MOST_ITEMS
from actions.parts import business_of
from actions.press import Image, Press, Receipt, Stamp, image, perform, unless_stale
from actions.refusal import Refused
from actions.text import a_text
from models.actor import Actor, Right
from models.last_press import last_press
from models.tables import Base, Counter, HelpCall, Hold, Interaction
from standards.message import Message, message
from standards.vocabulary import OPEN, CorrectionKind, CounterState, Outcome, PauseReason, Stage

_TABLES: dict[str, type[Base]] = {
    "interaction": Interaction,
    "counter": Counter,
    "hold": Hold,
    "help_call": HelpCall,
}
_DERIVED = {
    "wait_ms",
    "transfer_wait_ms",
    "greeting_ms",
    "handling_ms",
    "door_greeting_ms",
    "hour_at",
    "day_on",
    "excluded",
}
_NOTES = {"stamp_sources", "served_source"}
# Every call moves it on for others: a press is taken back by its own step alone.
_COUNTED = "let_pass"
_ORDER = (
    Stage.ARRIVED,
    Stage.CALLED,
    Stage.LAST_CALLED,
    Stage.AT_COUNTER,
    Stage.GREETED,
    Stage.STARTED,
    Stage.ENDED,
    Stage.LEFT,
)
# What a hurried clerk forgets to press; calls, finishing and leaving are what makes a visit what it is.
_FORGETTABLE = frozenset({Stage.AT_COUNTER.value, Stage.GREETED.value, Stage.STARTED.value})
_STAMPS = frozenset(stage.value for stage in _ORDER[1:])
CORRECTABLE = _STAMPS | {"business_type", "items", "assisted", "outcome", "inaccurate"}


def undo(session: Session, actor: Actor, stamp: Stamp, counter_id: int) -> Receipt:
    """Take back the last press at a counter within 60 s 撤销; what it recorded stays as corrections."""

    def work(press: Press) -> UUID:
        counter = the_counter(press, counter_id)
        event = last_press(session, stamp.branch_id, counter_id, now=stamp.now)
        if event is None:
            raise Refused("too_late", message("There is no press of the last 60 seconds to undo."))
        if event.actor != actor.name:
            raise Refused("not_yours", message("The last press here was somebody else's."))
        for key, was in event.before.items():
            _take_back(press, counter, key, was, event.after[key])
        if event.subject:
            press.interaction_id = UUID(event.subject)
        return event.id

    return perform(session, actor, stamp, "undo", work, right=Right.STAMP)


def _take_back(press: Press, counter: Counter, key: str, was: Image | None, became: Image) -> None:
    row = _row(press.session, key)
    now_is = image(row) if row is not None else {}
    settled = {name: value for name, value in became.items() if name not in _DERIVED | {_COUNTED}}
    if row is None or _answered(row) or any(now_is[name] != value for name, value in settled.items()):
        raise Refused("moved_on", message("Somebody has worked on this since: it can't be undone any more."))
    press.touch(row)
    if isinstance(row, Counter):
        _restore_counter(press, counter, was or {})
    elif was is None and isinstance(row, Interaction):
        keep(press, row, "outcome", row.outcome.value, Outcome.VOID.value, CorrectionKind.UNDO)
        row.outcome, row.held_since_at, row.hold_kind = Outcome.VOID, None, None
    elif was is None:
        press.drop(row)
    else:
        for name in was.keys() - _DERIVED - {_COUNTED}:
            if isinstance(row, Interaction) and name not in _NOTES:
                keep(press, row, name, now_is[name], was[name], CorrectionKind.UNDO)
            setattr(row, name, _parsed(row, name, was[name]))
        if isinstance(row, Interaction) and row.outcome in OPEN:
            row.rating_asked_at = None  # asked too early: the customer is asked when it is over
        if isinstance(row, Interaction) and _COUNTED in was:
            counted = row.let_pass + was[_COUNTED] - became[_COUNTED]
            row.let_pass = max(0, counted) if row.outcome is Outcome.WAITING else 0


def _answered(row: Base) -> bool:
    """Whether somebody else's word hangs on it: a call for help was answered, a customer has rated the visit."""
    if isinstance(row, HelpCall):
        return row.answered_at is not None
    return isinstance(row, Interaction) and row.rating is not None


def _restore_counter(press: Press, counter: Counter, was: Image) -> None:
    state = CounterState(was.get("state", counter.state))
    pause = was.get("pause_reason", counter.pause_reason)
    staff_before = counter.staff_id
    counter.staff_id = was.get("staff_id", staff_before)
    if counter.staff_id not in (None, staff_before):
        nowhere_else(press, counter.staff_id, counter.id)
    for name in was.keys() & {"mentor_id", "covering"}:
        setattr(counter, name, was[name])
    set_state(press, counter, state, PauseReason(pause) if pause else None)
    for name in was.keys() & {"since_at", "back_at"}:
        setattr(counter, name, _parsed(counter, name, was[name]))


def _row(session: Session, key: str) -> Base | None:
    table, *parts = key.split(" ")
    model = _TABLES[table]
    second: object = int(parts[1]) if model is Counter else UUID(parts[1])
    return session.get(model, (parts[0], second))


def _parsed(row: Base, name: str, value: Any) -> Any:
    annotation: Any = type(row).model_fields[name].annotation
    return TypeAdapter(annotation).validate_python(value)


def correct(
    session: Session, actor: Actor, stamp: Stamp, interaction_id: UUID, changes: Mapping[str, Any], why: str
) -> Receipt:
    """Correct stored facts with a reason 更正(留痕); a clerk their own visits, a supervisor every visit of the hall.

    `changes` maps columns of `CORRECTABLE` to new values (stamps aware, `outcome` VOID alone, `inaccurate` stage names
    separated by spaces). Stamps must keep their order and lie in the past.
    """
    actor.require(Right.CORRECT, stamp.branch_id)
    reason = a_text(why, 500)
    if not reason:
        raise Refused("no_reason", message("A reason is needed."))
    if not changes or not changes.keys() <= CORRECTABLE:
        raise Refused("not_correctable", message("This can't be corrected."))

    def work(press: Press) -> None:
        row = row_of(press, interaction_id)
        unless_stale(row.version, stamp.seen)
        own(actor, row)
        before = image(row)
        for name, value in _with_the_start(row, changes).items():
            _check(press, row, name, value)
            setattr(row, name, value)
        _ordered(row, stamp.now)
        after = image(row)
        changed = [name for name in sorted(CORRECTABLE) if before[name] != after[name]]
        if not changed:
            raise Refused("no_change", message("Nothing would change."))
        for name in changed:
            keep(press, row, name, before[name], after[name], CorrectionKind.CORRECT, reason)

    return perform(session, actor, stamp, "correct", work, right=Right.CORRECT, reason=reason)


def _with_the_start(row: Interaction, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """One press greets and starts: a start that was made by it moves with it."""
    if "greeted_at" in changes and "started_at" not in changes and row.started_at == row.greeted_at:
        return {**changes, "started_at": changes["greeted_at"]}
    return changes


def _check(press: Press, row: Interaction, name: str, value: Any) -> None:
    if name == "business_type":
        business_of(press, value)
    if name == "items" and not (isinstance(value, int) and 1 <= value <= MOST_ITEMS):
        raise Refused("items", message("Items must be between 1 and {most}.", most=MOST_ITEMS))
    if name == "outcome":
        _may_be_void(press, row, value)
    if name in _STAMPS:
        _may_be_moved(row, name, value)


def _may_be_void(press: Press, row: Interaction, value: Any) -> None:
    """A void visit is judged no more: that is not for the person who is judged to decide, nor while it lasts."""
    if value is not Outcome.VOID:
        raise Refused("not_correctable", message("This can't be corrected."))
    if row.outcome in OPEN:
        raise Refused("open", message("This visit is not over: finish it first."))
    press.actor.require(Right.READ_STAFF, row.branch_id)


def _may_be_moved(row: Interaction, name: str, value: Any) -> None:
    """A stamp that is there can be moved; one that was forgotten can be put in once the visit is over."""
    was = getattr(row, name)
    if value is None and was is not None and name != Stage.AT_COUNTER:
        raise Refused("not_correctable", message("A stamp can be moved or marked inaccurate, not removed."))
    if value is not None and not (isinstance(value, datetime) and value.tzinfo is not None):
        raise Refused("not_correctable", message("This can't be corrected."))
    if was is None and value is not None and (row.outcome in OPEN or name not in _FORGETTABLE):
        raise Refused("not_correctable", message("This visit has no such stamp: nothing was pressed."))


def _ordered(row: Interaction, now: datetime) -> None:
    stamped = [(stage, getattr(row, stage.value)) for stage in _ORDER if getattr(row, stage.value) is not None]
    for (earlier, begin), (later, end) in pairwise(stamped):
        if end < begin:
            raise Refused("order", _out_of_order(earlier, later))
    if stamped and max(at for _, at in stamped) > now:
        raise Refused("future", message("A stamp can't lie ahead."))


def _out_of_order(earlier: Stage, later: Stage) -> Message:
    return message("{later} can't be before {earlier}.", later=later, earlier=earlier)
