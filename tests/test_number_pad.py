"""The number pad alone, in a real browser: every press by the key's place, a number by its digits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from actions.press import Stamp
from actions.tickets import take_ticket
from models.actor import machine_actor
from models.store import Store
from models.tables import Counter, HelpCall, Interaction
from standards.vocabulary import HoldKind, Outcome
from tests import small_region as small
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser

PATIENCE = 20_000
BOUNCE = 700  # longer than a finger bounces, milliseconds
MACHINE = machine_actor("test")


def the_row(store: Store, ticket: str) -> Interaction:
    with store.reading() as session:
        row = session.exec(select(Interaction).where(Interaction.ticket == ticket)).one()
        session.expunge(row)
        return row


def until(page: Page, holds: Callable[[], bool], what: str) -> None:
    """Wait for what a press does in the database."""
    for _ in range(PATIENCE // 100):
        if holds():
            return
        page.wait_for_timeout(100)
    pytest.fail(what)


def shown(page: Page, store: Store, name: str) -> None:
    """Wait for the button of a press as things stand now: the screen follows the database by a moment."""
    with store.reading() as session:
        version = session.get_one(Counter, (small.ALWAYS_OPEN, 1)).version
    expect(page.locator(f".st-key-desk_press-{name}-{version} button")).to_be_visible(timeout=PATIENCE)
    page.wait_for_timeout(BOUNCE)


def with_numlock(page: Page, code: str, key: str) -> None:
    """The same place on the pad with NumLock on, which Playwright's own keyboard leaves off: the key is a digit."""
    page.evaluate(
        "([code, key]) => document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " {code, key, bubbles: true, cancelable: true}))",
        [code, key],
    )


@pytest.fixture
def pad(small_region: Store, app: RunningApp, browser: Browser) -> Page:
    """A clerk at counter 1, two tickets waiting."""
    for number in range(2):
        with small_region.writing() as session:
            take_ticket(session, MACHINE, Stamp(small.ALWAYS_OPEN, f"t{number}", datetime.now(UTC)), "payment")
    page = browser.new_context(viewport={"width": 360, "height": 800}, locale="zh-CN").new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{app.url}/counter-desk?as={small.CLERK}&lang=en&hall={small.ALWAYS_OPEN}&strip=1")
    page.get_by_role("button", name="Counter 1", exact=True).click()
    expect(page.get_by_role("heading", name="A0001")).to_be_visible(timeout=PATIENCE)
    page.wait_for_timeout(2_500)  # right after a load the browser listens for no keys yet
    return page


def test_a_morning_on_the_number_pad(small_region: Store, pad: Page) -> None:
    def press(key: str, name: str, ticket: str, holds: Callable[[Interaction], bool], what: str) -> None:
        shown(pad, small_region, name)
        pad.keyboard.press(key)
        until(pad, lambda: holds(the_row(small_region, ticket)), what)

    press("NumpadEnter", "call_next", "A0001", lambda row: row.outcome is Outcome.CALLED, "Enter calls")
    press("Numpad3", "call_again", "A0001", lambda row: row.recalls == 1, "3 calls again")
    press("NumpadAdd", "greet", "A0001", lambda row: row.outcome is Outcome.SERVING, "+ greets")
    press("Numpad2", "phone", "A0001", lambda row: row.hold_kind is HoldKind.PHONE, "2 is the phone")
    press("Numpad2", "resume", "A0001", lambda row: row.outcome is Outcome.SERVING, "2 goes on")
    shown(pad, small_region, "hold")
    with_numlock(pad, "Numpad1", "1")
    until(pad, lambda: the_row(small_region, "A0001").hold_kind is HoldKind.WAITING, "1 holds with NumLock too")
    press("Numpad1", "resume", "A0001", lambda row: row.outcome is Outcome.SERVING, "1 resumes")
    shown(pad, small_region, "hold")
    pad.keyboard.press("Numpad7")
    until(pad, lambda: the_row(small_region, "A0001").attention, "7 marks for attention")
    shown(pad, small_region, "hold")
    for key in ("NumpadMultiply", "Numpad1", "Numpad2"):
        pad.keyboard.press(key)
    press("NumpadEnter", "hold", "A0001", lambda row: row.items == 12, "* 12 Enter are items")
    press("NumpadSubtract", "undo", "A0001", lambda row: row.items == 1, "- takes the last press back")
    shown(pad, small_region, "help")
    pad.keyboard.press("Numpad9")
    until(pad, lambda: help_is_called(small_region), "9 calls for help")
    finished = "Enter finishes and calls the next"
    press("NumpadEnter", "finish_next", "A0002", lambda row: row.outcome is Outcome.CALLED, finished)
    assert the_row(small_region, "A0001").outcome is Outcome.COMPLETED
    press("Numpad4", "no_show", "A0002", lambda row: row.outcome is Outcome.NO_SHOW, "4 is a no-show")
    shown(pad, small_region, "call_next")
    found_by_number(pad)
    press("Numpad1", "found", "A0002", lambda row: row.outcome is not Outcome.NO_SHOW, "1 takes whom the number found")


def help_is_called(store: Store) -> bool:
    with store.reading() as session:
        return session.exec(select(HelpCall).where(HelpCall.counter_id == 1)).first() is not None


def found_by_number(pad: Page) -> None:
    """Digits in a text field stay there; after `/`, outside of fields, they are a customer's number."""
    field = pad.get_by_label("Find a customer by number")
    field.focus()
    pad.keyboard.press("Shift+Numpad4")
    expect(field).to_have_value("4")
    field.press("Backspace")
    pad.get_by_role("heading").first.click()
    pad.wait_for_timeout(BOUNCE)
    for key in ("NumpadDivide", "Numpad2", "NumpadEnter"):
        pad.keyboard.press(key)
    expect(field).to_have_value("2", timeout=PATIENCE)
