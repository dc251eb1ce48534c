"""A stamp (its row, its day's mark and its share of counting that day) and the whole press, against a plain commit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from uuid import uuid4

from actions.calling import call_next
from actions.press import Stamp
from actions.serving import finish, greet
from actions.tickets import take_ticket
from bench.figures import Row, middle, spread
from bench.places import HALL, MACHINE, a_hall_with, temporary
from bench.stamped_rows import STAMPS, StampedRows, a_hall_of_rows, marked_halls, refreshed_day, without_marks
from models.rollups import refresh
from models.store import Store

TARGET = 1.5
VISITS, WARM, COUNTER = 60, 5, 1
"""Visits of four stamps that count, and those before them, which load what later ones find loaded."""
VISITS_A_REFRESH = 6
DEFAULT_ROWS = 20_000
MARKED, PLAIN = "MARKED", "PLAIN"
Timed = Callable[[datetime], None]


def measure(rows: int | None) -> list[Row]:
    """Milliseconds a stamp, of visits with a ticket, a call, a greeting and a finish: median visits, turn about."""
    with temporary() as store:
        stored = a_hall_with(store, rows or DEFAULT_ROWS)
        refresh(store, over_by=datetime.now(UTC))
        taken, shares = _measured(store)
        if marked_halls(store) != {HALL, MARKED}:
            raise RuntimeError("what is called marked was not, or what is called plain was")
    plain, share = _a_stamp(taken[PLAIN]), middle(shares)
    marked = [stamp + share for stamp in _a_stamp(taken[MARKED])]
    details: dict[str, Any] = {"row and mark": _spreads(taken[MARKED]), "plain commit": _spreads(taken[PLAIN])}
    return [
        _row("stamp", marked, plain, stored, TARGET, details | {"share of its day's refresh": spread(shares)}),
        _row("press", _a_stamp(taken[HALL]), plain, stored, None, _spreads(taken[HALL])),
    ]


def _measured(store: Store) -> tuple[dict[str, dict[str, list[float]]], list[float]]:
    """The milliseconds of each stamp by hall and kind, and a stamp's share of some refreshes of a whole day."""
    ways = _ways(store)
    taken: dict[str, dict[str, list[float]]] = {hall: {name: [] for name in STAMPS} for hall in ways}
    shares: list[float] = []
    for visit in range(VISITS + WARM):
        for name in STAMPS:
            for hall, stamps in ways.items():
                milliseconds = _timed(stamps[name])
                if visit >= WARM:
                    taken[hall][name].append(milliseconds)
        if visit % VISITS_A_REFRESH == 0:
            shares.append(refreshed_day(store, HALL, now=datetime.now(UTC)))
    return taken, shares


def _ways(store: Store) -> dict[str, dict[str, Timed]]:
    """The stamps of a visit by hall: through the commands, as rows with the mark of their day, as rows alone."""
    for hall in (MARKED, PLAIN):
        a_hall_of_rows(store, hall)
    rows = {MARKED: StampedRows(MARKED, store.writing), PLAIN: StampedRows(PLAIN, lambda: without_marks(store))}
    return {HALL: _presses(store)} | {hall: stamped.stamps() for hall, stamped in rows.items()}


def _presses(store: Store) -> dict[str, Timed]:
    def take(now: datetime) -> None:
        with store.writing() as session:
            take_ticket(session, MACHINE, _stamp(now), "payment")

    def call(now: datetime) -> None:
        with store.writing() as session:
            call_next(session, MACHINE, _stamp(now), COUNTER)

    def greeting(now: datetime) -> None:
        with store.writing() as session:
            greet(session, MACHINE, _stamp(now), COUNTER)

    def end(now: datetime) -> None:
        with store.writing() as session:
            finish(session, MACHINE, _stamp(now), COUNTER)

    return dict(zip(STAMPS, (take, call, greeting, end), strict=True))


def _stamp(now: datetime) -> Stamp:
    return Stamp(HALL, str(uuid4()), now)


def _timed(stamp: Timed) -> float:
    now, began = datetime.now(UTC), perf_counter()
    stamp(now)
    return 1000 * (perf_counter() - began)


def _a_stamp(taken: dict[str, list[float]]) -> list[float]:
    """Of each visit what one of its stamps took."""
    return [sum(visit) / len(visit) for visit in zip(*taken.values(), strict=True)]


def _spreads(taken: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    return {name: spread(of_one) for name, of_one in taken.items()}


def _row(
    name: str,
    value: list[float],
    reference: list[float],
    stored: int,
    target: float | None,
    details: dict[str, Any],
) -> Row:
    return Row(
        name=name,
        value=middle(value),
        reference=middle(reference),
        unit="ms",
        rows=stored,
        target=target,
        details={"value": spread(value), "reference": spread(reference), **details},
    )
