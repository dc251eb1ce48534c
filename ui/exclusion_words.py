"""A request for an exclusion in words: what it takes, its trail, and what it does to the figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo

from analytics.exclusion_taken import TakenVisits
from analytics.exclusions import Change, NamedVisit, Preview, Request, RequestState, Step
from analytics.standard_share import StandardShare
from analytics.traffic import Traffic
from models.stays import Taken
from standards.message import Message, message
from ui.language import Translator
from ui.share_words import figure_words
from ui.standard_words import name_of

_STEPS: dict[RequestState, Message] = {
    RequestState.ASKED: message("Asked for"),
    RequestState.APPROVED: message("Approved"),
    RequestState.REFUSED: message("Refused"),
    RequestState.REVERSED: message("Reversed"),
}
STATE_COLOURS: dict[RequestState, str] = {
    RequestState.ASKED: "orange",
    RequestState.APPROVED: "blue",
    RequestState.REFUSED: "gray",
    RequestState.REVERSED: "gray",
}


def request_title(request: Request, zone: tzinfo, t: Translator) -> str:
    """Its reason and what it asks to take out."""
    what = visit_words(request.visit, zone, t) if request.visit else period_words(request.taken, zone, t)
    return t.joined(" · ", (t.label(request.reason), what))


def period_words(taken: Taken, zone: tzinfo, t: Translator) -> str:
    """From when to when, by the hall's clock."""
    if taken.from_at is None or taken.until_at is None:
        return ""
    first, last = taken.from_at.astimezone(zone), taken.until_at.astimezone(zone)
    if first.date() == last.date():
        return f"{t.day(first.date())} {t.time(first)}–{t.time(last)}"
    return f"{t.day(first.date())} {t.time(first)} – {t.day(last.date())} {t.time(last)}"


def visit_words(visit: NamedVisit, zone: tzinfo, t: Translator) -> str:
    """A visit by its number, and when it came."""
    came = f"{t.day(visit.arrived_at.astimezone(zone).date())} {t.time(visit.arrived_at, zone)}"
    if visit.ticket is None:
        return t.words("Visit without a ticket, {came}", came=came)
    return t.words("Number {number}, {came}", number=visit.ticket, came=came)


def step_words(step: Step, zone: tzinfo, t: Translator) -> str:
    """Who did it, when, and why."""
    moment = f"{t.day(step.at.astimezone(zone).date())} {t.time(step.at, zone)}"
    what, name = _STEPS[step.state], t.plain.name(*step.called)
    return t.words("{what}: {name}, {moment} — {why}", what=what, name=name, moment=moment, why=step.why)


def taken_words(takes: TakenVisits, t: Translator) -> str:
    """How much it takes, and how much of that others take too."""
    if not takes.visits:
        return t.words("Takes no visit so far; what is entered later and overlaps the period is taken out too.")
    said = t.words(
        "Takes {visits} visits with {interactions} interactions.", visits=takes.visits, interactions=takes.interactions
    )
    if not takes.shared:
        return said
    return f"{said} {t.words('Visits that another request takes too: {n}.', n=takes.shared)}"


def days_words(takes: TakenVisits, t: Translator) -> str:
    """Over which days the figures are."""
    if takes.first_on is None or takes.last_on is None:
        return ""
    return t.words("Over all visits of {days}, now → then:", days=t.period(takes.first_on, takes.last_on))


def change_lines(found: Preview, t: Translator) -> Iterator[str]:
    """The figures of the days it touches, as they are and as they would be; those that stay are only counted."""
    moved = [change for change in found.changes if _figures(change) != _figures(change, then=True)]
    for change in moved:
        now, then = _short(change.now, t), _short(change.then, t)
        yield t.words("{name}: {now} → {then}", name=name_of(t, change.now.standard), now=now, then=then)
    if found.abandoned is not None:
        was, becomes = (_abandoned(one, t) for one in found.abandoned)
        yield t.words("{name}: {now} → {then}", name=t.words("Share abandoned"), now=was, then=becomes)
    if found.changes and len(moved) < len(found.changes):
        yield t.words("{n} other headline standards stay as they are.", n=len(found.changes) - len(moved))


def _abandoned(traffic: Traffic, t: Translator) -> str:
    return f"{t.share(traffic.abandoned_share)} {t.sample(traffic.tickets)}" if traffic.tickets else t.words("No data")


def _figures(change: Change, *, then: bool = False) -> tuple[object, ...]:
    share = change.then if then else change.now
    return share.n, share.share, share.value, share.findings


def _short(share: StandardShare, t: Translator) -> str:
    return figure_words(replace(share, spread=None), t)
