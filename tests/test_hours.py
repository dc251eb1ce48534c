"""Opening hours: read from words, without overlaps, in force from their day on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from actions.hours import openings_of, set_hours
from actions.refusal import Refused
from actions.setup import add_branch
from models.check import check
from models.standing import openings
from models.store import Store
from models.tables import (
    AuditEvent,
    Branch,
    BranchHours,
)
from standards.derive import Opening
from tests.factories import DAY, MACHINE, an_interaction, an_interaction_row, at, minutes

NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
SHANGHAI = "Asia/Shanghai"


def refused(reason: str, work: Callable[..., object], *arguments: Any, **named: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        work(*arguments, **named)
    assert caught.value.reason == reason
    return caught.value


def test_hours_are_read_as_people_write_them() -> None:
    assert openings_of("08:30-12:00, 13:30–17:30", [0]) == (Opening(0, 510, 720), Opening(0, 810, 1050))
    assert openings_of("00:00-24:00", [6]) == (Opening(6, 0, 1440),)
    assert openings_of("22:00-02:00", [4]) == (Opening(4, 1320, 1560),)


@pytest.mark.parametrize("text", ["", "8", "08:30", "08:30-08:30", "25:00-26:00", "08:60-09:00", "24:00-25:00", "a-b"])
def test_what_is_no_interval_is_refused(text: str) -> None:
    refused("hours", openings_of, text)


@given(
    opens=st.integers(0, 1439),
    lasts=st.integers(1, 1439),
)
def test_every_interval_comes_back_from_its_words(opens: int, lasts: int) -> None:
    closes = (opens + lasts) % 1440
    written = f"{opens // 60:02d}:{opens % 60:02d}-{closes // 60:02d}:{closes % 60:02d}"
    assert openings_of(written, [0]) == (Opening(0, opens, opens + lasts),)


def test_hours_that_overlap_are_refused_even_across_midnight(store: Store) -> None:
    with store.writing() as session:
        add_branch(session, MACHINE, "A", zone=SHANGHAI, now=NOW)
        for overlapping in (
            openings_of("08:00-12:00,11:59-13:00", [0]),
            (Opening(6, 1320, 1500), Opening(0, 30, 90)),
            (*openings_of("00:00-24:00"), Opening(3, 10, 20)),
        ):
            refused("hours_overlap", set_hours, session, MACHINE, "A", overlapping, now=NOW)
        for wrong in (
            (),
            (Opening(7, 0, 10),),
            (Opening(0, 10, 10),),
            (Opening(0, 0, 1441),),
            (Opening(0, 1440, 1450),),
        ):
            refused("hours", set_hours, session, MACHINE, "A", wrong, now=NOW)
        set_hours(session, MACHINE, "A", openings_of("00:00-24:00"), now=NOW)
        set_hours(session, MACHINE, "A", openings_of("22:00-02:00,02:00-03:00"), now=NOW)


def test_new_hours_hold_from_their_day_and_the_old_ones_until_it(store: Store) -> None:
    with store.writing() as session:
        add_branch(session, MACHINE, "A", zone=SHANGHAI, openings=openings_of("08:00-12:00"), now=NOW)
        set_hours(session, MACHINE, "A", openings_of("09:00-17:00"), from_on=DAY, now=NOW)
        hall = session.get_one(Branch, "A")
        assert openings(session, hall, DAY - timedelta(days=1))[0].opens == 480
        assert openings(session, hall, DAY)[0].opens == 540


def test_hours_of_days_with_visits_stand(store: Store) -> None:
    with store.writing() as session:
        add_branch(session, MACHINE, "A", zone=SHANGHAI, openings=openings_of("08:00-12:00"), now=NOW)
        an_interaction(session, "A")
        new = openings_of("11:00-17:00")
        refused("hours_in_use", set_hours, session, MACHINE, "A", new, now=NOW)
        said = refused("hours_in_use", set_hours, session, MACHINE, "A", new, from_on=DAY, now=NOW)
        assert dict(said.message.values) == {"day": DAY}
        set_hours(session, MACHINE, "A", new, from_on=DAY + timedelta(days=1), now=NOW)
    assert check(store).whole


def test_an_evenings_ticket_counts_from_the_new_hours_whether_they_were_set_before_or_after_it(store: Store) -> None:
    tomorrow = DAY + timedelta(days=1)
    evening, opens_at = at(20), at(8, day=tomorrow)
    with store.writing() as session:
        for code in ("A", "B"):
            add_branch(session, MACHINE, code, zone=SHANGHAI, openings=openings_of("09:00-17:00"), now=NOW)
        set_hours(session, MACHINE, "A", openings_of("08:00-16:00"), from_on=tomorrow, now=NOW)
        late = {code: an_interaction(session, code, arrived_at=evening, waited=minutes(725)) for code in ("A", "B")}
        set_hours(session, MACHINE, "B", openings_of("08:00-16:00"), from_on=tomorrow, now=NOW)
        rows = [an_interaction_row(session, late[code], code) for code in ("A", "B")]
        for row in rows:
            session.refresh(row)
        assert [(row.wait_from_at, row.wait_ms) for row in rows] == [(opens_at, 5 * 60_000)] * 2
    assert check(store).whole


def test_hours_that_are_replaced_stay_in_the_trail(store: Store) -> None:
    with store.writing() as session:
        add_branch(session, MACHINE, "A", zone=SHANGHAI, openings=openings_of("08:00-12:00", [0]), now=NOW)
        set_hours(session, MACHINE, "A", openings_of("09:00-13:00", [0]), now=NOW)
        assert [row.opens for row in session.exec(select(BranchHours))] == [540]
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "set_hours")).all()[-1]
        assert [row["closes"] for row in event.before.values() if row] == [720]
        assert [row["closes"] for row in event.after.values()] == [780]
