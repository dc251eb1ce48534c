"""Hostile texts in every field of an import and in every part of an address."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

from sqlmodel import func, select
from streamlit.testing.v1 import AppTest

from ingest.importing import import_file
from models.store import Store
from models.tables import Account, Branch, Interaction
from standards.vocabulary import Role
from tests import small_region as small
from tests.attacks.texts import ADDRESSED, HOSTILE, STATEMENTS, TEMPLATES
from tests.attacks.tried import Tried
from tests.conftest import ROOT
from tests.factories import MACHINE, a_hall
from tests.test_ingest import NOW, mapped
from ui.address import PARAMETERS
from ui.navigation import SCREENS, Screen

HEADER = ["no", "business", "taken", "called", "greeted", "finished", "gone", "how"]
GOOD = ["A1", "payment", "2026-03-02 10:00:00", "2026-03-02 10:05:00", "2026-03-02 10:05:10", "2026-03-02 10:12:00"]
ACCOUNTS = {
    Role.SUPERVISOR: small.SUPERVISOR,
    Role.REGIONAL_MANAGER: small.MANAGER,
    Role.ADMINISTRATOR: small.ADMINISTRATOR,
    Role.AUDITOR: small.AUDITOR,
    Role.CLERK: small.CLERK,
    Role.GUIDE: small.GUIDE,
    Role.DISPLAY: small.DISPLAY,
}
"""Who opens a screen: the first whose role it is for."""
FILTERS = tuple(parameter.name for parameter in PARAMETERS.values())


def account_for(roles: frozenset[Role]) -> str:
    """An account of the small region that may see a screen."""
    return next(name for role, name in ACCOUNTS.items() if role in roles)


def drawn(screen: Screen, filters: dict[str, str]) -> AppTest:
    """A screen as a link opens it."""
    asked = {**filters, "as": account_for(screen.roles), "lang": "en"}
    opened = AppTest.from_file(str(ROOT / "ui" / "frame.py"), default_timeout=60)
    opened.query_params.update(asked)
    opened.run()
    opened.switch_page(os.path.relpath(screen.path, ROOT / "ui"))
    opened.query_params.update(asked)
    return opened.run()


def imported(store: Store, folder: Path) -> Iterator[Tried]:
    """A file for each column with every hostile text in it; what is taken stands there as it was written."""
    with store.writing() as session:
        a_hall(session)
    for place, column in enumerate(HEADER):
        rows = [[*GOOD, "", "done"] for _ in HOSTILE]
        for number, (row, text) in enumerate(zip(rows, HOSTILE, strict=True)):
            row[0] = f"{column}{number}"
            row[place] = text.replace("\x00", "")
        file = folder / f"{column}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([HEADER, *rows])
        before = _counted(store)
        report = import_file(store, MACHINE, "H1", file, mapped(), now=NOW)
        whole = report.accepted + report.rejected + report.duplicates == report.rows == len(HOSTILE)
        grew = _counted(store)[0] - before[0] == report.accepted and _counted(store)[1:] == before[1:]
        came = f"{report.accepted} taken as text, {report.rejected} rejected"
        yield Tried("hostile texts in imports", f"column {column}", came, whole and grew)
    with store.reading() as session:
        kept = set(session.exec(select(Interaction.ticket)))
    literal = [text for text in (*STATEMENTS, *TEMPLATES) if text in kept]
    yield Tried("hostile texts in imports", "as they were written", f"{len(literal)} tickets", len(literal) > 5)


def _counted(store: Store) -> tuple[int, ...]:
    """How many interactions there are, and what must not change: halls, accounts."""
    with store.reading() as session:
        tables = (Interaction, Branch, Account)
        return tuple(session.exec(select(func.count()).select_from(table)).one() for table in tables)


def addressed(store: Store) -> Iterator[Tried]:
    """A hostile text in all filters of every screen's address at once, and others on one of them."""
    asked = [(screen, ADDRESSED) for screen in SCREENS]
    asked += [(screen, text) for screen in SCREENS if screen.url_path == "compliance" for text in HOSTILE[::4]]
    wrong: dict[str, str] = {}
    for screen, text in asked:
        for error in drawn(screen, dict.fromkeys(FILTERS, text)).exception:
            wrong[screen.url_path] = f"{text[:20]!r}: {error.value}"[:90]
    for screen in SCREENS:
        came = wrong.get(screen.url_path, "drawn; what could not be read is said")
        yield Tried("hostile addresses", screen.url_path, came, screen.url_path not in wrong)
    with store.reading() as session:
        accounts = session.exec(select(func.count()).select_from(Account)).one()
    yield Tried("hostile addresses", "the accounts are all there", str(accounts), accounts >= len(ACCOUNTS))
