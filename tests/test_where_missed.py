"""The line that leads to where a standard is missed does not lead to a handful of cases unawares."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from models.store import Store
from tests import small_region as small
from tests.factories import DAY, an_interaction, at, minutes

Open = Callable[..., AppTest]


def visits(store: Store, hour: int, met: int, missed: int) -> None:
    with store.writing() as session:
        for number in range(met + missed):
            handled = minutes(4 if number < met else 9)
            an_interaction(
                session, small.ALWAYS_OPEN, arrived_at=at(hour), handled=handled, counter_id=1, staff_id="101"
            )


def lines(screen: Open) -> list[str]:
    days = {"from": DAY.isoformat(), "to": DAY.isoformat()}
    opened = screen("compliance", account=small.SUPERVISOR, lang="en", hall=small.ALWAYS_OPEN, standard="H05", **days)
    assert not opened.exception
    return [button.label for button in opened.button if button.label.startswith("→") and ":00" in button.label]


def test_a_group_with_enough_cases_comes_before_one_with_more_misses_of_few(small_region: Store, screen: Open) -> None:
    visits(small_region, 9, met=0, missed=3)
    visits(small_region, 10, met=20, missed=2)
    assert lines(screen) == ["→ 10:00–11:00: 2 of 5 missed · 90.9% (n=22)"]


def test_too_few_cases_are_said_to_be_too_few(small_region: Store, screen: Open) -> None:
    visits(small_region, 9, met=0, missed=3)
    visits(small_region, 10, met=30, missed=0)
    assert lines(screen) == ["→ 09:00–10:00: 3 of 3 missed · 0.0% (n=3) · Too few to judge"]
