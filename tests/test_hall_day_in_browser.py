"""A small hall's day on its own screens, from opening to the signed closing; the report recounts to the last ticket."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlmodel import select

from models.store import Store
from models.tables import Branch, Counter, DayReport, HallDay, Interaction
from standards.vocabulary import OPEN, CounterState, HallClass, Outcome, Settlement
from tests import small_region as small
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser
HALL, PATIENCE = small.ALWAYS_OPEN, 20_000


@pytest.fixture
def class_c_hall(small_region: Store) -> Store:
    """A class-C hall where it is about noon, so that its day does not end while the test runs."""
    ahead = 12 - datetime.now(UTC).hour
    with small_region.writing() as session:
        hall = session.get_one(Branch, HALL)
        hall.hall_class, hall.zone = HallClass.C, f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
    return small_region


def opened(browser: Browser, app: RunningApp, screen: str, account: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="en-GB").new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{app.url}/{screen}?as={account}&lang=en&hall={HALL}")
    return page


def button(page: Page, name: str) -> Locator:
    """The button that says this; its shortcut stands beside it."""
    main = page.get_by_test_id("stMainBlockContainer")
    return main.get_by_role("button").filter(has=page.get_by_text(name, exact=True)).first


def press(page: Page, name: str, then: Locator) -> None:
    """Press it and see what follows."""
    expect(button(page, name)).to_be_enabled(timeout=PATIENCE)
    button(page, name).click()
    expect(then).to_be_visible(timeout=PATIENCE)
    page.wait_for_timeout(700)  # longer than a finger bounces


def test_a_class_c_hall_is_opened_served_and_closed_on_its_screens(
    class_c_hall: Store, app: RunningApp, browser: Browser
) -> None:
    head = opened(browser, app, "hall-day", small.SUPERVISOR)
    press(head, "Open the hall", head.get_by_text("Open since").first)
    guide = opened(browser, app, "guide-desk", small.GUIDE)
    for number in (1, 2, 3, 4):
        press(guide, "Payment", guide.get_by_text(f"A000{number}").first)
    the_counter_serves(opened(browser, app, "counter-desk", small.CLERK))
    the_hall_closes(head)
    nothing_is_left(class_c_hall)
    head.goto(f"{app.url}/day-report?as={small.SUPERVISOR}&lang=en&hall={HALL}")
    expect(head.get_by_role("cell", name="Tickets taken")).to_be_visible(timeout=PATIENCE)
    press(head, "Sign", head.get_by_text("Signed by").first)


def the_counter_serves(clerk: Page) -> None:
    """One is served, one does not come, one is away for papers, one still waits."""
    press(clerk, "Counter 1", button(clerk, "Call"))
    press(clerk, "Call", button(clerk, "Greet"))
    press(clerk, "Greet", button(clerk, "Finish and call next"))
    press(clerk, "Finish and call next", button(clerk, "No-show"))
    press(clerk, "No-show", button(clerk, "Call"))
    press(clerk, "Call", button(clerk, "Greet"))
    press(clerk, "Greet", button(clerk, "Hold"))
    button(clerk, "More").click()
    clerk.get_by_test_id("stPopoverBody").get_by_text("Hold", exact=True).click()
    clerk.get_by_role("button", name="Hold: Away for papers").click()
    expect(button(clerk, "Call")).to_be_visible(timeout=PATIENCE)


def the_hall_closes(head: Page) -> None:
    head.get_by_role("radio", name="Closing").click()
    press(head, "Stop tickets", head.get_by_text("No more tickets since").first)
    expect(button(head, "Sign and close")).to_be_disabled()
    for state in ("Waiting", "On hold"):
        expect(head.get_by_text(f"{state}: 1").first).to_be_visible(timeout=PATIENCE)
        button(head, "All have left").click()
        head.get_by_role("button", name="All have left: settle 1").click()
        expect(head.get_by_text(f"{state}: 1")).to_have_count(0, timeout=PATIENCE)
        head.wait_for_timeout(700)
    press(head, "Sign and close", head.get_by_text("Signed at").first)


def nothing_is_left(hall: Store) -> None:
    with hall.reading() as session:
        rows = session.exec(select(Interaction)).all()
        (day,) = session.exec(select(HallDay)).all()
        (report,) = session.exec(select(DayReport)).all()
        states = set(session.exec(select(Counter.state).where(Counter.branch_id == HALL)).all())
        session.expunge_all()
    outcomes = sorted(row.outcome for row in rows)
    assert not OPEN.intersection(outcomes)
    assert outcomes == sorted([Outcome.COMPLETED, Outcome.NO_SHOW, Outcome.LEFT, Outcome.LEFT])
    assert [row.settlement for row in rows if row.outcome is Outcome.LEFT] == [Settlement.AT_CLOSING] * 2
    assert day.closed_at is not None
    assert states == {CounterState.CLOSED}
    counted = {name: figure["value"] for name, figure in report.figures.items() if "value" in figure}
    told = ("tickets", "completed", "payment", "no_shows", "unfinished", "counters_open")
    assert [counted[name] for name in told] == [4, 1, 1, 1, 1, 1]
    assert counted["completed"] + counted["abandoned"] + counted["unfinished"] == counted["tickets"]
