"""A station as people use it: paired by a code, signed on with a PIN in seconds, left; one's own page closes itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlmodel import select

from actions.stations import add_station, begin_pairing
from models.store import Store
from models.tables import AccountSession, Counter, SessionEnd
from standards.vocabulary import DeviceKind, Role
from tests import small_region as small
from tests.conftest import RunningApp
from tests.signing_in import put_region
from tests.stations import MACHINE, OTHER_PIN, PIN, a_person

pytestmark = pytest.mark.browser
HALL = small.ALWAYS_OPEN


@pytest.fixture
def codes(embedded_store: Store) -> dict[str, str]:
    """A hall with two people who have PINs; a station and a screen that wait for their codes."""
    now = datetime.now(UTC)
    with embedded_store.writing() as session:
        put_region(session, now=now)
        a_person(session, "zhao", "101", Role.CLERK, pin=OTHER_PIN, hall=HALL)
        a_person(session, "anna", "101", Role.CLERK, hall=HALL)
        add_station(session, MACHINE, HALL, "W1", kind=DeviceKind.STATION, counter_id=1, now=now)
        add_station(session, MACHINE, HALL, "S1", kind=DeviceKind.SCREEN, now=now)
        return {device: begin_pairing(session, MACHINE, HALL, device, now=now) for device in ("W1", "S1")}


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="en-GB")
    yield opened
    opened.close()


def type_code(page: Page, app: RunningApp, code: str) -> None:
    page.goto(f"{app.url}/auth/pair")
    page.get_by_label("Code of 8 characters").fill(f"{code[:4]} {code[4:]}".lower())
    page.get_by_role("button", name="Pair").click()


def sign_on(page: Page, pin: str) -> float:
    """With the number pad alone: the digits and Enter; the seconds from the first key to the desk that can be used."""
    began = monotonic()
    for digit in pin:
        page.keyboard.press(f"Numpad{digit}")
    page.keyboard.press("NumpadEnter")
    page.get_by_role("button", name=re.compile(r"^Call\b(?! again)")).first.wait_for(timeout=30_000)
    return monotonic() - began


def test_a_station_is_paired_signed_on_to_and_left_and_ones_own_page_closes_itself(
    embedded_store: Store, codes: dict[str, str], app: RunningApp, context: BrowserContext
) -> None:
    page = context.new_page()
    type_code(page, app, codes["W1"])
    expect(page.get_by_role("heading", name="Sign on")).to_be_visible()
    expect(page.get_by_text("Number pad: + and − choose the person")).to_be_visible()
    page.goto(f"{app.url}/live-board")
    assert urlsplit(page.url).path == "/auth/station"  # by itself it opens nothing

    page.keyboard.type("9999")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This is not the PIN.")
    assert page.get_by_label("anna").is_checked()
    print(f"from the first key to the desk: {sign_on(page, PIN):.1f} s")
    with embedded_store.reading() as session:
        assert session.get_one(Counter, (HALL, 1)).staff_id == "101"

    page.get_by_test_id("stSidebarNavLink").filter(has_text="My results").click()
    page.get_by_label("PIN").fill(OTHER_PIN)
    page.keyboard.press("Enter")
    expect(page.get_by_text("This is not the PIN.")).to_be_visible()
    expect(page.get_by_text("In your own hand")).to_have_count(0)
    page.get_by_label("PIN").fill(PIN)
    page.keyboard.press("Enter")
    expect(page.get_by_text("In your own hand")).to_be_visible()
    page.get_by_role("button", name="60 s more").click()
    expect(page.get_by_role("button", name="60 s more")).to_have_count(0)
    page.get_by_role("button", name="Close now").click()
    expect(page.get_by_text("In your own hand")).to_have_count(0)
    expect(page.get_by_label("PIN")).to_be_visible()

    page.get_by_test_id("stSidebarNavLink").filter(has_text="Counter desk").click()
    page.get_by_role("button", name="Sign off").click()
    page.wait_for_url("**/auth/station*", timeout=15_000)
    with embedded_store.reading() as session:
        assert session.get_one(Counter, (HALL, 1)).staff_id is None
        assert session.exec(select(AccountSession)).one().ended_by is SessionEnd.LEFT
    print(f"and a second time: {sign_on(page, PIN):.1f} s")
    with embedded_store.writing() as session:
        for row in session.exec(select(AccountSession)):
            row.idle_until = datetime.now(UTC) - timedelta(seconds=1)
    page.wait_for_url("**/auth/station*", timeout=15_000)  # idle: back by itself, and the counter is as it was
    with embedded_store.reading() as session:
        assert session.get_one(Counter, (HALL, 1)).staff_id == "101"


def test_a_screen_needs_nobody_and_the_station_works_without_a_script(
    codes: dict[str, str], app: RunningApp, browser: Browser, context: BrowserContext
) -> None:
    screen = context.new_page()
    type_code(screen, app, codes["S1"])
    screen.wait_for_url("**/customers-screen*")
    screen.get_by_test_id("stMain").locator("iframe, [data-testid]").first.wait_for(timeout=30_000)
    expect(screen.get_by_test_id("stSidebarNavLink")).to_have_count(0)
    expect(screen.get_by_text("You are signed out.")).to_have_count(0)

    plain = browser.new_context(locale="en-GB", java_script_enabled=False)
    page = plain.new_page()
    type_code(page, app, codes["W1"])
    page.get_by_text("Everybody else").click()
    page.get_by_text("zhao").locator("..").get_by_role("radio").check(force=True)
    page.get_by_label("PIN").fill(OTHER_PIN)
    page.get_by_role("button", name="Sign on").click()
    assert urlsplit(page.url).path == "/counter-desk"
    plain.close()
