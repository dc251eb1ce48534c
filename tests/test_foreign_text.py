"""Names, numbers, notes, reasons and addresses with markup in them: no screen reads it, no browser fetches for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlmodel import Session, select

from actions.amending import correct
from actions.counters import sign_on
from actions.press import Stamp
from models.actor import Actor, Grant
from models.store import Store
from models.tables import Account, Branch, BusinessType, Staff
from standards.vocabulary import Outcome, Role
from tests import small_region as small
from tests.factories import DAY, MACHINE, an_interaction, an_interaction_row, at, minutes
from tests.running_app import forked_app
from ui import clock
from ui.escaping import JOINER

pytestmark = pytest.mark.browser

IMAGE = "![x](http://evil.test/x.png)"
TAG = "<img src=http://evil.test/y.png>"
TYPED = f"{IMAGE}{TAG}"
HALL = small.ALWAYS_OPEN
PATIENCE = 30_000
CLERK = Actor("c", "clerk", (Grant(Role.CLERK, frozenset({HALL})),), HALL, "101")
DAYS = {"from": DAY.isoformat(), "to": DAY.isoformat()}


@dataclass(frozen=True)
class Told:
    """The application on a small region whose every text that is not ours carries an image and a tag."""

    url: str
    visit: UUID


@pytest.fixture(scope="module")
def told(reference_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """One for all tests here: they only look."""
    folder = tmp_path_factory.mktemp("told")
    url = f"sqlite:///{shutil.copy(reference_file, folder / 'monitor.db')}"
    made = Store(url)
    with made.writing() as session:
        small.put_small_region(session)
        visit = put_texts(session)
    made.close()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DATABASE_URL", url)
        with forked_app(folder / "app.log") as app:
            yield Told(app.url, visit)


def put_texts(session: Session) -> UUID:
    """The visit of the day, which is corrected; today one waits."""
    payment = session.get_one(BusinessType, "payment")
    hall, person = session.get_one(Branch, HALL), session.get_one(Staff, (HALL, "101"))
    for named in (payment, hall, person):
        named.name = named.name_en = TYPED
    for account in session.exec(select(Account)).all():
        account.display_name = account.display_name_en = TYPED
    marked: dict[str, Any] = {"attention": True, "attention_note": TYPED, "counter_id": 1, "staff_id": "101"}
    for hour in range(8, 12):
        made = an_interaction(session, HALL, arrived_at=at(hour), waited=minutes(20), ticket=IMAGE, **marked)
    session.flush()
    version = an_interaction_row(session, made, HALL).version
    stamp = Stamp(HALL, str(uuid4()), clock.now(), version)
    correct(session, MACHINE, stamp=stamp, interaction_id=made, changes={"items": 3}, why=TYPED)
    an_interaction(session, HALL, arrived_at=clock.now(), outcome=Outcome.WAITING, ticket=IMAGE)
    sign_on(session, CLERK, Stamp(HALL, str(uuid4()), clock.now(), 0), counter_id=1)
    return made


@pytest.fixture(scope="module")
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """What the screens are made of is fetched once."""
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 1400})
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    window.clear_cookies()
    opened = window.new_page()
    yield opened
    opened.close()


def shown(page: Page, told: Told, screen: str, account: str, **parameters: str) -> str:
    """The screen's text when it has come to rest; fails where the browser asked anybody but the application."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{told.url}/{screen}?{urlencode({'as': account, 'lang': 'zh', **parameters})}")
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_attached(timeout=PATIENCE)
    page.wait_for_timeout(2_500)
    main = page.get_by_test_id("stMain")
    assert page.locator("[href*='evil.test'], [src*='evil.test']").count() == 0
    assert {urlsplit(url).hostname for url in asked if url.startswith(("http", "ws"))} == {"127.0.0.1"}
    return main.inner_text().replace(JOINER, "")


@pytest.mark.parametrize("address", [{"from": IMAGE}, {"hall": IMAGE}, {"to": TAG}])
def test_an_address_is_said_as_it_was_typed(told: Told, page: Page, address: dict[str, str]) -> None:
    assert next(iter(address.values())) in shown(page, told, "compliance", small.SUPERVISOR, **(DAYS | address))


def test_the_visit_shows_what_was_typed(told: Told, page: Page) -> None:
    text = shown(page, told, "visit", small.SUPERVISOR, hall=HALL, visit=str(told.visit))
    assert text.count(TYPED) >= 4, text
    assert text.count(IMAGE) > text.count(TYPED), text


@pytest.mark.parametrize(
    ("screen", "account"),
    [
        ("compliance", small.SUPERVISOR),
        ("halls", small.MANAGER),
        ("guide-desk", small.GUIDE),
        ("counter-desk", small.CLERK),
    ],
)
def test_a_screen_shows_names_as_they_were_typed(told: Told, page: Page, screen: str, account: str) -> None:
    assert TYPED in shown(page, told, screen, account, business="payment", tab="business_type", **DAYS)


@pytest.mark.parametrize("screen", ["live-board", "standards"])
def test_other_screens_fetch_nothing_from_outside(told: Told, page: Page, screen: str) -> None:
    assert shown(page, told, screen, small.SUPERVISOR, hall=HALL)
