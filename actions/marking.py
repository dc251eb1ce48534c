"""Marks on a visit: its business, items, a promised answer, help, and attention."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from actions.at_counter import keep, own, present, row_of, staffed_counter
from actions.parts import business_of
from actions.press import Press, Receipt, Stamp, image, perform, unless_stale
from actions.refusal import Refused
from actions.text import a_text
from models.actor import Actor, Right
from models.tables import Interaction
from standards.message import message
from standards.vocabulary import CorrectionKind, Outcome

MOST_ITEMS = 999


def _mark(
    session: Session,
    actor: Actor,
    stamp: Stamp,
    counter_id: int,
    action: str,
    change: Callable[[Press, Interaction], None],
) -> Receipt:
    def work(press: Press) -> None:
        counter = staffed_counter(press, counter_id)
        change(press, present(press, counter, Outcome.CALLED, Outcome.SERVING, Outcome.HELD))

    return perform(session, actor, stamp, action, work, right=Right.STAMP)


def change_business(session: Session, actor: Actor, stamp: Stamp, counter_id: int, business_type: str) -> Receipt:
    """Change the business type of the visit at the counter 改业务: number and arrival stay."""

    def change(press: Press, row: Interaction) -> None:
        row.business_type = business_of(press, business_type).id

    return _mark(session, actor, stamp, counter_id, "change_business", change)


def set_items(session: Session, actor: Actor, stamp: Stamp, counter_id: int, items: int) -> Receipt:
    """How many items are handled (1 to 999): limits per item use it."""
    actor.require(Right.STAMP, stamp.branch_id)
    if not 1 <= items <= MOST_ITEMS:
        raise Refused("items", message("Items must be between 1 and {most}.", most=MOST_ITEMS))

    def change(press: Press, row: Interaction) -> None:
        row.items = items

    return _mark(session, actor, stamp, counter_id, "set_items", change)


def promise(session: Session, actor: Actor, stamp: Stamp, counter_id: int, promised_at: datetime) -> Receipt:
    """The answer time promised to the customer 承诺答复时间; it must lie ahead."""
    actor.require(Right.STAMP, stamp.branch_id)
    if promised_at <= stamp.now:
        raise Refused("past", message("The promised time must lie ahead."))

    def change(press: Press, row: Interaction) -> None:
        row.promised_at, row.promise_kept_at = promised_at, None

    return _mark(session, actor, stamp, counter_id, "promise", change)


def assist(session: Session, actor: Actor, stamp: Stamp, counter_id: int, assisted: bool) -> Receipt:
    """Mark the visit as assisted 协助办理: still judged, shown with and without."""

    def change(press: Press, row: Interaction) -> None:
        row.assisted = assisted

    return _mark(session, actor, stamp, counter_id, "assist", change)


def mark_bulk(session: Session, actor: Actor, stamp: Stamp, counter_id: int, bulk: bool) -> Receipt:
    """Mark whoever comes for many others 代办 (a village's bills), so that the visit is no outlier."""

    def change(press: Press, row: Interaction) -> None:
        row.bulk = bulk

    return _mark(session, actor, stamp, counter_id, "mark_bulk", change)


def mark_attention(
    session: Session, actor: Actor, stamp: Stamp, interaction_id: UUID, note: str = "", *, marked: bool = True
) -> Receipt:
    """Mark a visit for attention 需关注, with a note, at the counter or afterwards; bound to the row's version.

    A mark taken away keeps its note, and what was noted first stays in the corrections.
    """

    def work(press: Press) -> None:
        row = row_of(press, interaction_id)
        unless_stale(row.version, stamp.seen)
        own(actor, row)
        was, said = image(row), a_text(note, 500)
        row.attention = marked
        row.attention_note = said or row.attention_note
        for name in ("attention", "attention_note"):
            if was[name] not in (None, False) and was[name] != getattr(row, name):
                keep(press, row, name, was[name], getattr(row, name), CorrectionKind.MARK)

    return perform(session, actor, stamp, "mark_attention", work, right=Right.STAMP)


def keep_promise(session: Session, actor: Actor, stamp: Stamp, interaction_id: UUID) -> Receipt:
    """The promised answer was given now: said by whoever owes it, or answers for the hall's people."""

    def work(press: Press) -> None:
        row = row_of(press, interaction_id)
        unless_stale(row.version, stamp.seen)
        if (row.owner_id or row.staff_id) != actor.staff_id and not actor.may(Right.READ_STAFF, stamp.branch_id):
            raise Refused("not_yours", message("Somebody else promised this: ask the supervisor."))
        if row.promised_at is None:
            raise Refused("no_promise", message("No answer time was promised."))
        row.promise_kept_at = row.promise_kept_at or stamp.now

    return perform(session, actor, stamp, "keep_promise", work, right=Right.STAMP)
