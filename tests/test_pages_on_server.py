"""The screens on a server: what the file answers, PostgreSQL answers too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import make_url
from streamlit.testing.v1 import AppTest

from models.store import Store
from standards.vocabulary import Outcome
from tests import small_region as small
from tests.factories import DAY, an_interaction, an_observation, at, minutes

Open = Callable[..., AppTest]
PERIOD: dict[str, Any] = {"from": DAY, "to": DAY}


@pytest.fixture(autouse=True)
def _region(served_store: Store) -> None:
    """The small region with a morning behind it, on PostgreSQL."""
    assert make_url(served_store.url).get_backend_name() == "postgresql"
    with served_store.writing() as session:
        small.put_small_region(session)
        for minute in range(24):
            visit = an_interaction(
                session,
                small.ALWAYS_OPEN,
                arrived_at=at(10, minute),
                waited=minutes(minute),
                counter_id=1 + minute % 3,
                staff_id="101",
                outcome=Outcome.LEFT if minute % 7 == 6 else Outcome.COMPLETED,
            )
            an_observation(session, visit, "Q20", met=minute % 5 > 0, branch_id=small.ALWAYS_OPEN)


@pytest.mark.parametrize(
    ("address", "account", "asked"),
    [
        ("live-board", small.SUPERVISOR, {}),
        ("counter-desk", small.CLERK, {}),
        ("guide-desk", small.GUIDE, {}),
        ("day-report", small.SUPERVISOR, {"day": DAY}),
        ("compliance", small.SUPERVISOR, PERIOD),
        ("halls", small.MANAGER, PERIOD),
        ("imports", small.SUPERVISOR, {}),
        ("customers-screen", small.DISPLAY, {}),
    ],
)
def test_a_screen_opens(screen: Open, address: str, account: str, asked: dict[str, Any]) -> None:
    opened = screen(address, account=account, lang="en", **asked)
    assert not opened.exception, opened.exception
    assert not opened.error, opened.error
