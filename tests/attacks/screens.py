"""Scripts in every text that people and machines give, and then every screen opened in a browser to look for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

from playwright.sync_api import Browser, ConsoleMessage, Error, Page
from sqlmodel import Session, select

from actions.amending import correct
from actions.counters import sign_on
from actions.press import Stamp
from models.actor import Actor, Grant
from models.tables import Account, Branch, BusinessType, Staff
from standards.vocabulary import Outcome, Role
from tests import small_region as small
from tests.attacks.fields import account_for
from tests.attacks.texts import SCRIPT
from tests.attacks.tried import Tried
from tests.factories import DAY, MACHINE, an_interaction, an_interaction_row, at, minutes
from ui import clock
from ui.navigation import SCREENS

HALL = small.ALWAYS_OPEN
CLERK = Actor("c", "clerk", (Grant(Role.CLERK, frozenset({HALL})),), HALL, "101")
PATIENCE = 60_000
STOLEN = """() => {
  const found = [], roots = [document];
  for (const root of roots)
    for (const one of root.querySelectorAll('*')) {
      if (one.shadowRoot) roots.push(one.shadowRoot);
      const written = (one.getAttribute('src') || '') + (one.getAttribute('href') || '');
      if (/evil\\.test|^javascript:|^x$/.test(written) || one.hasAttribute('onerror'))
        found.push(one.outerHTML.slice(0, 80));
    }
  if (window.wasStolen) found.push('a script ran');
  return found;
}"""
LISTEN = """
  window.stolen = () => { window.wasStolen = true; };
  document.addEventListener('securitypolicyviolation', (broken) =>
    console.error('POLICY ' + broken.violatedDirective + ' ' + broken.blockedURI + ' ' + broken.sourceFile));
"""


def put_scripts(session: Session) -> UUID:
    """Every text of the small region that is not ours attacks; a visit of the day is corrected, today one waits."""
    session.get_one(BusinessType, "payment").name = session.get_one(BusinessType, "payment").name_en = SCRIPT
    for named in (session.get_one(Branch, HALL), session.get_one(Staff, (HALL, "101"))):
        named.name = named.name_en = SCRIPT
    for account in session.exec(select(Account)).all():
        account.display_name = account.display_name_en = SCRIPT
    marked: dict[str, Any] = {"attention": True, "attention_note": SCRIPT, "counter_id": 1, "staff_id": "101"}
    for hour in range(8, 12):
        made = an_interaction(session, HALL, arrived_at=at(hour), waited=minutes(20), ticket=SCRIPT[:40], **marked)
    session.flush()
    version = an_interaction_row(session, made, HALL).version
    stamp = Stamp(HALL, str(uuid4()), clock.now(), version)
    correct(session, MACHINE, stamp=stamp, interaction_id=made, changes={"items": 3}, why=SCRIPT)
    an_interaction(session, HALL, arrived_at=clock.now(), outcome=Outcome.WAITING, ticket=SCRIPT[:40])
    sign_on(session, CLERK, Stamp(HALL, str(uuid4()), clock.now(), 0), counter_id=1)
    return made


@dataclass
class Seen:
    """What a browser did and said while screens were drawn."""

    asked: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("request", lambda request: self.asked.add(request.url))
        page.on("websocket", lambda opened: self.asked.add(opened.url))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("console", self._take)

    def forget(self) -> None:
        self.asked.clear()
        self.said.clear()

    def _take(self, message: ConsoleMessage) -> None:
        if "POLICY" in message.text or "Content Security Policy" in message.text:
            self.said.append(message.text)

    @property
    def elsewhere(self) -> list[str]:
        """What was asked of another host."""
        remote = (url for url in self.asked if urlsplit(url).scheme in {"http", "https", "ws", "wss"})
        return sorted(url for url in remote if urlsplit(url).hostname not in {"127.0.0.1", "localhost"})


def _without_frame(page: Page) -> list[str]:
    """What a screen lacks that is opened by a cold link: the frame around it says whose eyes it is seen with."""
    told = page.get_by_test_id("stSidebar").get_by_role("combobox").first
    alone = page.get_by_text("This page opens only within the application").count() > 0
    return ["outside its frame"] if alone or not told.count() or not told.input_value() else []


def walked(browser: Browser, url: str, visit: UUID) -> Iterator[Tried]:
    """Every screen, by a cold link and drawn to its end: in its frame, nothing asked elsewhere, no text an element."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 1400})
    context.add_init_script(LISTEN)
    page, seen, texts = context.new_page(), Seen(), 0
    seen.watch(page)
    for screen in SCREENS:
        seen.forget()
        named = {
            "hall": HALL,
            "from": DAY.isoformat(),
            "to": DAY.isoformat(),
            "visit": str(visit),
            "day": DAY.isoformat(),
        }
        page.goto(f"{url}/{screen.url_path}?{urlencode({'as': account_for(screen.roles), 'lang': 'en', **named})}")
        try:
            page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=PATIENCE)
            page.wait_for_timeout(700)
            made = page.evaluate(STOLEN) + _without_frame(page)
        except Error as error:
            made = [f"not drawn: {error}"[:90]]
        texts += "onerror=" in page.inner_text("body")
        wrong = [*made, *seen.said, *seen.elsewhere]
        yield Tried("scripts in every text", screen.url_path, wrong[0][:90] if wrong else "shown as text", not wrong)
    yield Tried("scripts in every text", "seen as they were typed", f"on {texts} screens", texts >= 5)
    context.close()
