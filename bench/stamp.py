"""A press at the counter through the commands, against the plain commit of one row, turn about in the same database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import perf_counter
from uuid import uuid4

from actions.calling import call_next
from actions.press import Stamp
from actions.serving import finish, greet
from actions.tickets import take_ticket
from bench.figures import Row, middle, spread
from bench.places import HALL, a_hall_with, temporary
from models.actor import machine_actor
from models.store import Store
from models.tables import Interaction
from standards.derive import day_on, hour_at
from standards.vocabulary import Begun, Channel, Outcome

TARGET = 1.5
VISITS, COUNTER = 60, 1
DEFAULT_ROWS = 20_000
MACHINE = machine_actor("bench")
Press = Callable[[Store, datetime], None]


def measure(rows: int | None) -> list[Row]:
    """The median press of whole visits (ticket, call, greeting, finish) against the median plain commit."""
    with temporary() as store:
        stored = a_hall_with(store, rows or DEFAULT_ROWS)
        presses: dict[str, list[float]] = {name: [] for name in PRESSES}
        plain: list[float] = []
        for visit in range(VISITS + 5):
            for name, press in PRESSES.items():
                taken, commit = _timed(press, store), _timed(_plain_commit, store)
                if visit >= 5:  # the first ones load what later ones find loaded
                    presses[name].append(taken)
                    plain.append(commit)
    all_presses = [taken for of_one in presses.values() for taken in of_one]
    details = {name: spread(of_one) for name, of_one in presses.items()} | {"plain_commit": spread(plain)}
    return [
        Row(
            name="stamp",
            value=middle(all_presses),
            reference=middle(plain),
            unit="ms",
            rows=stored,
            target=TARGET,
            details=details,
        )
    ]


def _timed(press: Press, store: Store) -> float:
    now, began = datetime.now(UTC), perf_counter()
    press(store, now)
    return 1000 * (perf_counter() - began)


def _stamp(now: datetime) -> Stamp:
    return Stamp(HALL, str(uuid4()), now)


def _take(store: Store, now: datetime) -> None:
    with store.writing() as session:
        take_ticket(session, MACHINE, _stamp(now), "payment")


def _call(store: Store, now: datetime) -> None:
    with store.writing() as session:
        call_next(session, MACHINE, _stamp(now), COUNTER)


def _greet(store: Store, now: datetime) -> None:
    with store.writing() as session:
        greet(session, MACHINE, _stamp(now), COUNTER)


def _finish(store: Store, now: datetime) -> None:
    with store.writing() as session:
        finish(session, MACHINE, _stamp(now), COUNTER)


PRESSES: dict[str, Press] = {"take_ticket": _take, "call_next": _call, "greet": _greet, "finish": _finish}


def _plain_commit(store: Store, now: datetime) -> None:
    """One finished row by the same session and the same store, with nothing asked, derived or audited."""
    arrived_at = now - timedelta(minutes=10)
    with store.writing() as session:
        session.add(
            Interaction(
                branch_id=HALL,
                visit_id=uuid4(),
                begun=Begun.WALK_IN,
                channel=Channel.COUNTER,
                business_type="payment",
                outcome=Outcome.COMPLETED,
                arrived_at=arrived_at,
                queued_at=arrived_at,
                wait_from_at=arrived_at,
                recorded_at=now,
                hour_at=hour_at(arrived_at, UTC),  # type: ignore[arg-type]
                day_on=day_on(arrived_at, UTC),  # type: ignore[arg-type]
            )
        )
