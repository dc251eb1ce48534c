"""Processes that press at a hall's counters as fast as they are let, and tell of every press that was acknowledged."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.synchronize import Barrier
from time import perf_counter
from uuid import UUID, uuid4

from sqlmodel import Session, col, func, select

from actions.calling import call_next
from actions.counters import sign_on
from actions.press import Receipt, Stamp
from actions.serving import finish, greet
from actions.tickets import take_ticket
from bench.places import MACHINE, ZONE
from models.store import Store, StoreAway
from models.tables import AuditEvent, Branch, BranchPulse, Counter, Interaction, Staff

LOCKED = "locked"
START_SECONDS = 120.0
"""By then everybody has begun, or somebody never will: the others then fail too."""
Work = Callable[[Session, Stamp, int], Receipt]


def processes() -> ForkServerContext:
    """Where such processes come from: everything is loaded, no connection of another's is inherited."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def a_hall(store: Store, code: str, counters: int) -> None:
    """An empty hall with so many manned counters."""
    with store.writing() as session:
        session.add(Branch(id=code, name=code, zone=ZONE.key))
        session.flush()
        for number in range(1, counters + 1):
            session.add_all(
                [Staff(branch_id=code, id=str(number), name=str(number)), Counter(branch_id=code, id=number)]
            )
        session.flush()
        for number in range(1, counters + 1):
            stamp = Stamp(code, f"sign-on-{number}", datetime.now(UTC))
            sign_on(session, MACHINE, stamp, number, staff_id=str(number))


PRESSES: dict[str, Work] = {
    "take_ticket": lambda session, stamp, counter: take_ticket(session, MACHINE, stamp, "payment"),
    "call_next": lambda session, stamp, counter: call_next(session, MACHINE, stamp, counter),
    "greet": lambda session, stamp, counter: greet(session, MACHINE, stamp, counter),
    "finish": lambda session, stamp, counter: finish(session, MACHINE, stamp, counter),
}


class Presser:
    """One process at one counter of a hall."""

    def __init__(self, url: str, hall: str, counter: int, together: Barrier, seconds: float) -> None:
        self.ours, theirs = processes().Pipe(duplex=False)
        self.process: ForkServerProcess = processes().Process(
            target=press_on, args=(url, hall, counter, together, seconds, theirs), daemon=True
        )
        self.process.start()
        theirs.close()  # so that the pipe ends when the process does

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()


def press_on(url: str, hall: str, counter: int, together: Barrier, seconds: float, told: Connection) -> None:
    """Serve whole visits, press by press, until the time is over; after each commit its event's id is told."""
    store = Store(url)
    for work in PRESSES.values():  # what the first visit loads, all later ones find loaded
        told.send_bytes(_pressed(store, work, hall, counter).encode())
    together.wait(START_SECONDS)
    ends = perf_counter() + seconds
    for work in _forever():
        if perf_counter() >= ends:
            break
        told.send_bytes(_pressed(store, work, hall, counter).encode())
    store.close()
    sys.exit()


def _forever() -> Iterator[Work]:
    while True:
        yield from PRESSES.values()


def _pressed(store: Store, work: Work, hall: str, counter: int) -> str:
    try:
        with store.writing() as session:
            receipt = work(session, Stamp(hall, str(uuid4()), datetime.now(UTC)), counter)
    except StoreAway:
        return LOCKED
    return str(receipt.event_id)


def told_by(pressers: list[Presser], seconds: float | None = None) -> list[str]:
    """What the processes told until they ended, or so many seconds from now."""
    told: list[str] = []
    open_ends = [presser.ours for presser in pressers]
    ends = None if seconds is None else perf_counter() + seconds
    while open_ends and (ends is None or perf_counter() < ends):
        for end in wait(open_ends, None if ends is None else max(0.0, ends - perf_counter())):
            assert isinstance(end, Connection)
            try:
                told.append(end.recv_bytes().decode())
            except EOFError:
                open_ends.remove(end)
    return told


def stored_events(store: Store, hall: str) -> set[UUID]:
    """The presses at a hall's counters that the database holds."""
    with store.reading() as session:
        ours = select(AuditEvent.id).where(AuditEvent.branch_id == hall, col(AuditEvent.action).in_(list(PRESSES)))
        return set(session.exec(ours).all())


def lost_updates(store: Store, hall: str) -> int:
    """Events that did not move the hall's change counter, and tickets that share a number."""
    with store.reading() as session:
        events = session.exec(select(func.count()).where(AuditEvent.branch_id == hall)).one()
        moves = session.exec(select(BranchPulse.changes).where(BranchPulse.branch_id == hall)).one()
        ticket = func.count(), func.count(col(Interaction.ticket).distinct())
        tickets, numbers = session.exec(select(*ticket).where(Interaction.branch_id == hall)).one()
    return abs(events - moves) + tickets - numbers
