"""How much a press asks of the store: it holds its hall's lock meanwhile, so that nobody else presses there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actions.calling import call_next
from actions.counters import sign_on
from actions.press import Receipt
from actions.serving import finish, greet
from actions.tickets import take_ticket
from models.actor import Actor
from models.store import Store
from tests.desks import GUIDE, WANG, Desk
from tests.statements import recorded

VISIT: tuple[tuple[Callable[..., Receipt], Actor, object], ...] = (
    (take_ticket, GUIDE, "payment"),
    (call_next, WANG, 1),
    (greet, WANG, 1),
    (finish, WANG, 1),
)
MOST = {"take_ticket": 15, "call_next": 15, "greet": 12, "finish": 14}
"""Statements that a press may take, its BEGIN and COMMIT left out."""


@pytest.fixture
def manned(working_hall: Store) -> Desk:
    desk = Desk(working_hall)
    desk.press(sign_on, WANG, 1)
    serve(desk)  # the first press of a database also begins its trail
    return desk


def serve(desk: Desk) -> dict[str, int]:
    """A visit from its ticket to its end; how many statements each press took."""
    taken = {}
    for command, actor, about in VISIT:
        with recorded() as said:
            desk.press(command, actor, about)
        taken[command.__name__] = sum(text.startswith(("SELECT", "INSERT", "UPDATE")) for text in said)
    return taken


def test_a_press_takes_few_statements(manned: Desk) -> None:
    taken = serve(manned)
    too_many = {name: count for name, count in taken.items() if count > MOST[name]}
    assert too_many == {}


def test_a_press_takes_no_more_of_them_in_a_full_hall(manned: Desk) -> None:
    alone = serve(manned)
    for _ in range(5):
        manned.press(take_ticket, GUIDE, "payment")
    assert serve(manned) == alone
