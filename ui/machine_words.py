"""Machines in words: how one stands, why an event was not applied, how far a clock is off."""

from __future__ import annotations

from datetime import datetime, timedelta

from analytics.machines import CLOCK_TOLERANCE, Machine
from standards.event_kind import EventKind
from standards.message import Message, message
from ui.language import Translator

_REASONS: dict[str, Message] = {
    "no_ticket": message("its ticket has not come yet"),
    "not_called": message("its ticket has not been called yet"),
    "not_started": message("its service has not begun yet"),
    "not_on_hold": message("its visit is not on hold"),
    "not_finished": message("its visit has not ended yet"),
    "ticket_known": message("this number was given before on the same day"),
    "finished": message("its visit is over"),
    "being_served": message("its customer is being served"),
    "stamped": message("this was stamped before"),
    "on_hold": message("its visit is on hold already"),
    "not_a_no_show": message("its ticket is no no-show"),
    "rated": message("its visit was rated before"),
    "unknown_counter": message("the hall has no such counter"),
    "unknown_business": message("nobody has said what the machine's name for the business means"),
    "ahead": message("it lies in the future"),
}


def reason_words(t: Translator, reason: str) -> str:
    """Why an event waits or was refused; a code that has no words stands as it is."""
    return t.say(_REASONS[reason]) if reason in _REASONS else t.text(reason)


def kind_words(t: Translator, kind: str) -> str:
    """The word for an event's kind."""
    return t.label(EventKind(kind)) if kind in frozenset(EventKind) else t.text(kind)


def machine_name(t: Translator, machine: Machine) -> str:
    """Its name, with the code where that says more."""
    if machine.name == machine.id:
        return t.text(machine.name)
    return t.words("{name} ({code})", name=machine.name, code=machine.id)


def standing_words(t: Translator, machine: Machine, now: datetime) -> str:
    """Whether it is in use, and whether anything comes from it."""
    if not machine.active:
        return t.words("Not in use")
    if machine.last_seen_at is None:
        return t.words("Never heard")
    return t.words("Silent") if machine.silent(now) else t.words("Sending")


def clock_words(t: Translator, machine: Machine) -> str:
    """How far its clock is off, as people say it of a clock."""
    off = machine.difference
    if off is None:
        return t.words("Not measured")
    if abs(off) <= CLOCK_TOLERANCE:
        return t.words("Right")
    if off > timedelta():
        return t.words("{duration} slow", duration=off)
    return t.words("{duration} fast", duration=-off)
