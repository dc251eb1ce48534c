"""One hall's day of a large region: its interactions in the order of their arrival, in milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from bench.visit_chances import JITTER, OPENS, SECOND, TELEPHONE, Business, Chances, Reception, Remark, Server

BETWEEN_CALLS = 22 * SECOND
BY_TELEPHONE = Server(0, str(TELEPHONE), None)


@dataclass(slots=True)
class Leg:
    """One interaction; instants are milliseconds after the UTC midnight of its day."""

    arrived: int
    wait_from: int
    queued: int
    business: Business
    remark: Remark | None = None
    begun: str = "ticket"
    channel: str = "counter"
    source: str = "device"
    outcome: str = "completed"
    ticket: str | None = None
    server: Server | None = None
    door_greeted: int | None = None
    called: int | None = None
    last_called: int | None = None
    recalls: int = 0
    at_counter: int | None = None
    greeted: int | None = None
    started: int | None = None
    ended: int | None = None
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What was drawn for one place of the day."""

    arrived: int
    number: int
    course: str
    wait: int
    business: Business
    reception: Reception
    server: Server
    remark: Remark


@dataclass(frozen=True, slots=True)
class HallDay:
    """One day of a hall to be filled; arrivals between the two instants of `failed` are taken out."""

    branch_id: str
    day: date
    rows: int
    failed: tuple[int, int] = (0, 0)

    def legs(self, chances: Chances, chance: Random) -> Iterator[Leg]:
        """Exactly `rows` interactions; one that goes on from another comes right after it."""
        places = self._places(chances, chance)
        for place in places:
            leg = _BEGINNINGS[place.course](place)
            following = next(places, None) if place.course in _CONTINUED else None
            if following is None:
                yield leg
            else:
                yield from _CONTINUED[place.course](leg, following)

    def _places(self, chances: Chances, chance: Random) -> Iterator[Place]:
        many = self.rows
        return map(
            Place,
            sorted(arrived + chance.randrange(JITTER) for arrived in chance.choices(chances.arrivals, k=many)),
            range(1, many + 1),
            chance.choices(chances.courses, k=many),
            chance.choices(chances.waits, k=many),
            chance.choices(chances.businesses, k=many),
            chance.choices(chances.receptions, k=many),
            chance.choices(chances.servers, k=many),
            chance.choices(chances.remarks, k=many),
        )


def _ticket(place: Place) -> Leg:
    wait_from = max(place.arrived, OPENS)
    ticket = f"{place.business.letter}{place.number:04d}"
    return Leg(place.arrived, wait_from, place.arrived, place.business, place.remark, ticket=ticket)


def _call_up(leg: Leg, place: Place) -> Leg:
    """Called, come to the counter and greeted, then served."""
    reception = place.reception
    called = max(leg.wait_from, leg.queued) + place.wait
    leg.called, leg.recalls = called, reception.recalls
    leg.last_called = called + reception.recalls * BETWEEN_CALLS
    there = leg.last_called + reception.walk
    leg.at_counter = there if reception.stamped else None
    return _serve(leg, place, there + reception.greeting, greeted=True)


def _serve(leg: Leg, place: Place, started: int, *, greeted: bool) -> Leg:
    leg.server = place.server
    leg.greeted = started if greeted else None
    leg.started = started
    leg.ended = started + leg.business.worked + leg.business.held
    return leg


def _served(place: Place) -> Leg:
    leg = _call_up(_ticket(place), place)
    leg.door_greeted = None if place.reception.door is None else leg.arrived + place.reception.door
    return leg


def _waited(place: Place, outcome: str) -> Leg:
    """A ticket that was never called."""
    leg = _ticket(place)
    leg.outcome, leg.remark = outcome, None
    return leg


def _left(place: Place) -> Leg:
    leg = _waited(place, "left")
    leg.left = leg.wait_from + place.wait
    return leg


def _no_show(place: Place) -> Leg:
    leg = _waited(place, "no_show")
    leg.called = leg.wait_from + place.wait
    leg.recalls = 2
    leg.last_called = leg.called + 2 * BETWEEN_CALLS
    leg.server = place.server
    return leg


def _walk_in(place: Place) -> Leg:
    leg = Leg(place.arrived, max(place.arrived, OPENS), place.arrived, place.business, place.remark, "walk_in")
    leg.source = "staff"
    return _serve(leg, place, leg.wait_from, greeted=False)


def _by_telephone(place: Place, begun: str) -> Leg:
    leg = Leg(place.arrived, place.arrived, place.arrived, place.business, place.remark, begun, "telephone")
    if leg.business.code in ("payment", "invoice"):  # nobody does these by telephone
        leg.business = leg.business._replace(code="enquiry")
    return leg


def _call(place: Place) -> Leg:
    leg = _by_telephone(place, "ticket")
    leg.called = leg.last_called = leg.arrived + place.wait // 12
    _serve(leg, place, leg.called, greeted=True)
    leg.server = BY_TELEPHONE
    return leg


def _noted_call(place: Place) -> Leg:
    leg = _serve(_by_telephone(place, "walk_in"), place, place.arrived, greeted=False)
    leg.source, leg.server = "staff", BY_TELEPHONE
    return leg


def _call_given_up(place: Place) -> Leg:
    leg = _by_telephone(place, "ticket")
    leg.outcome, leg.remark, leg.left = "left", None, leg.arrived + place.wait // 12
    return leg


def _after(first: Leg, place: Place, begun: str) -> Leg:
    """What goes on from a part that has ended, of the same customer with the same ticket."""
    queued = first.ended if first.ended is not None else first.queued
    return Leg(first.arrived, first.wait_from, queued, place.business, place.remark, begun, ticket=first.ticket)


def _moved(first: Leg, place: Place) -> Iterator[Leg]:
    first.outcome, first.remark = "transferred", None
    yield first
    yield _call_up(_after(first, place, "transfer"), replace(place, wait=place.wait // 3))


def _another(first: Leg, place: Place) -> Iterator[Leg]:
    yield first
    leg = _after(first, place, "added")
    _serve(leg, place, leg.queued, greeted=False)
    leg.server = first.server
    yield leg


_BEGINNINGS: dict[str, Callable[[Place], Leg]] = {
    "served": _served,
    "walk_in": _walk_in,
    "call": _call,
    "noted_call": _noted_call,
    "call_given_up": _call_given_up,
    "moved": _served,
    "another": _served,
    "diverted": lambda place: _waited(place, "diverted"),
    "left": _left,
    "no_show": _no_show,
    "test": lambda place: _waited(place, "test"),
    "void": lambda place: _waited(place, "void"),
}
_CONTINUED: dict[str, Callable[[Leg, Place], Iterator[Leg]]] = {"moved": _moved, "another": _another}
