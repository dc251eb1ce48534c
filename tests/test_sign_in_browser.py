"""Signing in as a reader sees it: a reload, another tab, the end of a session, a lock-out, each role's menu."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from models.sessions import sessions_of
from models.store import Store
from models.tables import RoleGrant
from standards.vocabulary import Role
from tests import small_region as small
from tests.conftest import RunningApp
from tests.signing_in import PASSWORD, a_session, account_of, put_region
from ui.language import translator_of
from ui.navigation import screens_for
from ui.wording import Language

pytestmark = pytest.mark.browser
TOLD = "You are signed out."


@pytest.fixture
def region(embedded_store: Store) -> Store:
    """Real accounts of every role; no demo."""
    with embedded_store.writing() as session:
        put_region(session, now=datetime.now(UTC))
    return embedded_store


def give(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Account's name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def menu(page: Page) -> list[str]:
    links = page.get_by_test_id("stSidebarNavLink")
    links.first.wait_for(timeout=30_000)
    return links.all_inner_texts()


def gone(page: Page) -> None:
    """The screen says that its reader is signed out, how to come back, and nothing else."""
    expect(page.get_by_role("heading", name=TOLD)).to_be_visible(timeout=30_000)
    expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(0)
    expect(page.get_by_test_id("stMain").get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_clerk_signs_in_stays_through_a_reload_and_is_out_everywhere_at_once(
    region: Store, app: RunningApp, browser: Browser
) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{app.url}/counter-desk?hall={small.ALWAYS_OPEN}")
    page.get_by_role("link", name="English").click()  # and every screen after it speaks English too
    give(page, small.CLERK, "a guess")
    expect(page.get_by_role("alert")).to_have_text("Name and password do not match.")
    expect(page.get_by_label("Account's name")).to_have_value(small.CLERK)
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    give(page, small.CLERK)
    page.wait_for_url(f"{app.url}/counter-desk?hall={small.ALWAYS_OPEN}*")
    assert {"Counter desk", "Late entry"} <= set(menu(page))
    assert {"Live board", "Compliance", "Imports"}.isdisjoint(menu(page))
    expect(page.get_by_test_id("stSidebar").get_by_text(small.CLERK)).to_be_visible()

    page.reload()
    assert "Counter desk" in menu(page)
    other = context.new_page()
    other.goto(f"{app.url}/auth/pin")
    other.get_by_label("New PIN", exact=True).focus()
    other.get_by_role("button", name="7").click()
    expect(other.get_by_label("New PIN", exact=True)).to_have_value("7")
    other.goto(f"{app.url}/standards")
    menu(other)
    other.get_by_role("link", name="Sign out").click()
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("status")).to_have_text(TOLD)
    gone(page)
    page.get_by_role("link", name="Sign in").click()
    give(page, small.GUIDE)
    page.wait_for_url("**/counter-desk*")
    assert "Guide's desk" in menu(page)
    assert "Counter desk" not in menu(page)
    context.close()


def test_a_changed_role_an_end_by_its_time_and_a_lock_out_take_effect_at_once(
    region: Store, app: RunningApp, browser: Browser
) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{app.url}/live-board")
    give(page, small.SUPERVISOR)
    assert {"Live board", "Counter desk", "Guide's desk", "Compliance", "Imports"} <= set(menu(page))
    with region.writing() as session:
        supervisor = account_of(session, small.SUPERVISOR).id
        session.delete(session.get_one(RoleGrant, (supervisor, Role.SUPERVISOR, small.ALWAYS_OPEN)))
        session.add(RoleGrant(account_id=supervisor, role=Role.AUDITOR, scope="*"))
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Compliance").click()
    expect(page.get_by_test_id("stSidebar").get_by_text("Auditor")).to_be_visible(timeout=30_000)
    assert "Counter desk" not in menu(page)

    page.goto(f"{app.url}/live-board")
    menu(page)
    with region.writing() as session:
        for row in sessions_of(session, supervisor):
            row.idle_until = datetime.now(UTC) - timedelta(seconds=1)
    gone(page)

    page.get_by_role("link", name="Sign in").click()
    for _ in range(5):
        give(page, small.SUPERVISOR, "a guess")
    give(page, small.SUPERVISOR)
    expect(page.get_by_role("alert")).to_have_text("Too many tries. You can try again in 15 min.")
    context.close()


def test_the_menu_of_each_role_is_its_own(region: Store, app: RunningApp, browser: Browser) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    name, value = a_session(region, small.SUPERVISOR, now=datetime.now(UTC)).split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": app.url}])
    t = translator_of(Language.EN)
    for role in sorted(set(Role) - {Role.DEVICE, Role.DISPLAY}):
        let_be(region, small.SUPERVISOR, role)
        page.goto(app.url)
        expect(page.get_by_test_id("stSidebar").get_by_text(t.label(role)).first).to_be_visible(timeout=30_000)
        assert menu(page) == [t.say(screen.title) for screen in screens_for({role}) if screen.in_menu], role
    let_be(region, small.SUPERVISOR, Role.DISPLAY)
    page.goto(app.url)
    page.wait_for_url("**/customers-screen*", timeout=30_000)
    expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(0)
    context.close()


def let_be(region: Store, name: str, role: Role) -> None:
    """Give somebody one role, everywhere, and no other."""
    with region.writing() as session:
        account_id = account_of(session, name).id
        for held in session.exec(select(RoleGrant).where(RoleGrant.account_id == account_id)).all():
            session.delete(held)
        session.add(RoleGrant(account_id=account_id, role=role, scope="*"))
