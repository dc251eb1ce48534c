"""The live board in its frame: empty, closed, live, and what its readers share."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete
from sqlmodel import col
from streamlit.testing.v1 import AppTest

from actions.calling import call_next
from actions.counters import sign_on
from actions.press import Stamp
from actions.tickets import take_ticket
from models.store import Store
from models.tables import BranchHours, Counter
from tests import small_region as small
from tests.factories import MACHINE
from ui.keys import Key

Open = Callable[..., AppTest]
HALL = small.ALWAYS_OPEN


def shown(opened: AppTest) -> dict[str, Any]:
    """What the component in the browser is given."""
    assert not opened.exception
    (component,) = opened.get("bidi_component")
    said: dict[str, Any] = json.loads(json.loads(component.proto.json)["board"])
    return said


def headline(said: dict[str, Any]) -> list[str]:
    return [part["text"] for part in said["headline"]["parts"]]


def stamp() -> Stamp:
    return Stamp(HALL, str(uuid4()), datetime.now(UTC))


def take(store: Store) -> None:
    with store.writing() as session:
        take_ticket(session, MACHINE, stamp(), "payment")


def close_for_good(store: Store, *, but_on: int | None = None) -> None:
    """No opening hours but one on a weekday."""
    with store.writing() as session:
        session.execute(delete(BranchHours).where(col(BranchHours.branch_id) == HALL))
        weekday = (datetime.now(UTC) + timedelta(days=4)).weekday() if but_on is None else but_on
        session.add(BranchHours(branch_id=HALL, from_on=date(2020, 1, 1), weekday=weekday, opens=510, closes=600))


@pytest.mark.parametrize(
    ("language", "sentence"), [("zh", ["等候 0 人", "开放 0/3 窗口"]), ("en", ["0 waiting", "0 of 3 counters open"])]
)
def test_an_empty_hall_says_that_nobody_waits(
    small_region: Store, screen: Open, language: str, sentence: list[str]
) -> None:
    opened = screen("live-board", small.SUPERVISOR, lang=language)
    said = shown(opened)
    assert headline(said) == sentence
    assert said["waiting"]["rows"] == []
    assert said["today"]["cards"] == []
    assert "H" not in said["today"]["without"] or language == "en"
    assert any("yet today" in caption.value or "今日尚无" in caption.value for caption in opened.caption)


def test_a_closed_hall_says_when_it_opens(small_region: Store, screen: Open) -> None:
    close_for_good(small_region)
    said = shown(screen("live-board", small.SUPERVISOR, lang="en"))
    assert len(headline(said)) == 1
    assert headline(said)[0].startswith("Closed; opens ")
    assert headline(said)[0].endswith(" 08:30")
    assert {card["tone"] for card in said["counters"]["cards"]} == {"closed"}


def test_a_hall_without_counters_says_so(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        session.execute(delete(Counter).where(col(Counter.branch_id) == HALL))
    said = shown(screen("live-board", small.SUPERVISOR, lang="en"))
    assert said["counters"]["cards"] == []
    assert headline(said) == ["0 waiting"]


def test_a_live_hall_shows_who_waits_who_is_called_and_the_day_by_hour(small_region: Store, screen: Open) -> None:
    take(small_region)
    take(small_region)
    with small_region.writing() as session:
        sign_on(session, MACHINE, stamp(), 2, staff_id="101")
    with small_region.writing() as session:
        call_next(session, MACHINE, stamp(), 2)
    opened = screen("live-board", small.SUPERVISOR, lang="en")
    said = shown(opened)
    assert headline(said)[0] == "1 waiting"
    assert headline(said)[1] == "longest {clock} (mean limit 15 min)"
    assert [row["ticket"] for row in said["waiting"]["rows"]] == ["A0002"]
    card = said["counters"]["cards"][1]
    assert (card["number"], card["state"], card["who"], card["staff"]) == ("2", "Called", "A0001", "Zhang Min")
    assert (card["clock"]["limit"], card["clock"]["of_mean"]) == (15_000, False)
    assert [card["name"] for card in said["today"]["cards"]] == ["Average queue wait", "Share abandoned"]
    assert said["today"]["cards"][0]["word"] == "Too few to judge"
    assert said["today"]["cards"][0]["interval"].startswith("median ")
    assert said["today"]["cards"][0]["source"].startswith("Over every wait that ended: called, left or no-show. Source")
    assert len(opened.get("plotly_chart")) == 2


def test_every_figure_of_the_day_stands_with_its_n(small_region: Store, screen: Open) -> None:
    take(small_region)
    said = shown(screen("live-board", small.SUPERVISOR, lang="zh"))
    assert [card["sample"] for card in said["today"]["cards"]] == ["(n=1)"]
    assert said["as_of_words"].startswith("数据截至 ")
    assert said["stale_words"].startswith("数据未更新")


def test_a_press_is_seen_at_the_next_refresh(small_region: Store, screen: Open) -> None:
    opened = screen("live-board", small.SUPERVISOR, lang="en")
    assert headline(shown(opened))[0] == "0 waiting"
    take(small_region)
    opened.run()
    assert headline(shown(opened))[0] == "1 waiting"


def test_viewers_of_one_hall_are_given_the_same_finished_board(small_region: Store, screen: Open) -> None:
    first = shown(screen("live-board", small.SUPERVISOR, lang="en"))
    second = shown(screen("live-board", small.ADMINISTRATOR, lang="en", hall=HALL))
    assert second["as_of"] == first["as_of"]


def test_a_clerk_of_another_hall_is_not_shown_this_one(small_region: Store, screen: Open) -> None:
    opened = screen("live-board", small.DAY_SUPERVISOR, lang="en", hall=HALL)
    assert shown(opened)["hall"] == "East Hall"
    assert opened.warning
    assert opened.session_state[Key.LAST_HALL] == small.BY_DAY
