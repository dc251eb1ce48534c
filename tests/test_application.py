"""The real application: it starts on an empty folder, fetches nothing from elsewhere, and stands in its frame."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from models.store import Store
from tests import small_region as small
from tests.conftest import ROOT, RunningApp
from tests.running_app import running_app
from ui.navigation import SCREENS


def answered(url: str, **headers: str) -> tuple[int, str]:
    asked = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_it_starts_on_an_empty_folder_and_makes_its_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "not yet there" / "monitor.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    with running_app(tmp_path / "app.log") as running:
        assert file.exists()
        assert answered(f"{running.url}/healthz") == (200, json.dumps({"status": "alive"}, separators=(",", ":")))
        status, page = answered(f"{running.url}/live-board", X_Forwarded_For="10.1.2.3")
    assert status == 401
    assert page == "Not signed in."
    assert (file.parent / "first-administrator.txt").stat().st_mode & 0o777 == 0o600


def test_a_newer_schema_stops_the_start_with_one_sentence(embedded_store: Store, tmp_path: Path) -> None:
    with embedded_store.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'from_the_future'")
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", "0"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    said = ended.stdout + ended.stderr
    assert said.count("The database has a schema that this version does not know (from_the_future).") == 1
    assert "CommandError" not in said
    assert 'File "' not in said


def opened(context: BrowserContext, url: str) -> tuple[Page, set[str]]:
    """The page, drawn to its end, and the hosts it asked."""
    page = context.new_page()
    hosts: set[str] = set()
    page.on("request", lambda asked: hosts.add(urlsplit(asked.url).hostname or ""))
    page.on("websocket", lambda socket: hosts.add(urlsplit(socket.url).hostname or ""))
    page.goto(url)
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=60_000)
    return page, hosts


def role_of(page: Page) -> Locator:
    return page.get_by_test_id("stSidebar").get_by_role("combobox").first


@pytest.mark.browser
def test_without_a_demo_region_a_reader_is_led_to_the_sign_in(app: RunningApp, browser: Browser) -> None:
    page = browser.new_context(locale="zh-CN").new_page()
    hosts: set[str] = set()
    page.on("request", lambda asked: hosts.add(urlsplit(asked.url).hostname or ""))
    page.goto(f"{app.url}/live-board?hall=H01")
    page.get_by_role("heading", name="登录").wait_for()
    assert page.url == f"{app.url}/auth/sign-in?next=/live-board%3Fhall%3DH01"
    assert hosts == {"127.0.0.1"}


@pytest.mark.browser
def test_every_screen_opens_by_a_cold_link_in_its_frame_and_fetches_nothing_from_elsewhere(
    small_region: Store, app: RunningApp, browser: Browser
) -> None:
    context = browser.new_context(locale="en-GB")
    for screen in SCREENS:
        context.clear_cookies()
        page, hosts = opened(context, f"{app.url}/{screen.url_path}?as={small.SUPERVISOR}")
        expect(role_of(page)).to_have_value("Hall supervisor", timeout=30_000)
        assert hosts - {""} == {"127.0.0.1"}, screen.url_path
        assert page.get_by_text("This page opens only within the application").count() == 0
        page.close()


@pytest.mark.browser
def test_language_and_account_outlive_a_turn_of_the_page_and_a_reload(
    small_region: Store, app: RunningApp, browser: Browser
) -> None:
    page, _ = opened(browser.new_context(locale="zh-CN"), f"{app.url}/standards?as={small.AUDITOR}")
    page.get_by_test_id("stSidebar").get_by_text("English").click()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Halls side by side").click()
    page.wait_for_url("**/halls?*lang=en*")
    page.reload()
    expect(role_of(page)).to_have_value("Auditor", timeout=30_000)
    assert f"as={small.AUDITOR}" in page.url
