"""A region just large enough for the screens: two halls, an account of every role."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlmodel import Session

from models.settings import DEMO, put_setting
from models.tables import Account, Branch, BranchHours, BranchPulse, Counter, Region, RoleGrant, Staff
from standards.vocabulary import HallClass, Role

SHANGHAI = "Asia/Shanghai"
ALWAYS_OPEN, BY_DAY = "DEMO-01", "DEMO-02"
LONG_AGO = date(2020, 1, 1)
MANAGER, SUPERVISOR, CLERK, GUIDE = "demo-manager", "demo-supervisor-1", "demo-clerk-1", "demo-guide-1"
ADMINISTRATOR, AUDITOR, DAY_SUPERVISOR = "demo-administrator", "demo-auditor", "demo-supervisor-2"
DISPLAY = "demo-display-1"


def put_small_region(session: Session) -> None:
    """Put it in and mark the database as a demo region."""
    session.add(Region(id="R", name="示范市", name_en="Sample City"))
    session.flush()
    _hall(session, ALWAYS_OPEN, "城中营业厅", "Downtown Hall", [(0, 24 * 60)])
    _hall(session, BY_DAY, "城东营业厅", "East Hall", [(8 * 60 + 30, 12 * 60), (13 * 60, 17 * 60)])
    _account(session, MANAGER, Role.REGIONAL_MANAGER, "R", None)
    _account(session, SUPERVISOR, Role.SUPERVISOR, ALWAYS_OPEN, ALWAYS_OPEN)
    _account(session, DAY_SUPERVISOR, Role.SUPERVISOR, BY_DAY, BY_DAY)
    _account(session, CLERK, Role.CLERK, ALWAYS_OPEN, ALWAYS_OPEN, "101")
    _account(session, GUIDE, Role.GUIDE, ALWAYS_OPEN, ALWAYS_OPEN)
    _account(session, DISPLAY, Role.DISPLAY, ALWAYS_OPEN, ALWAYS_OPEN)
    _account(session, ADMINISTRATOR, Role.ADMINISTRATOR, "*", None)
    _account(session, AUDITOR, Role.AUDITOR, "*", None)
    put_setting(session, DEMO, "small")


def _hall(session: Session, code: str, name: str, name_en: str, intervals: list[tuple[int, int]]) -> None:
    session.add(
        Branch(id=code, region_id="R", name=name, name_en=name_en, zone=SHANGHAI, hall_class=HallClass.B, demo=True)
    )
    session.flush()
    session.add(BranchPulse(branch_id=code, changed_at=datetime(2026, 1, 1, tzinfo=UTC)))
    session.add(Staff(branch_id=code, id="101", name="张敏", name_en="Zhang Min"))
    session.flush()
    session.add_all([Counter(branch_id=code, id=number) for number in (1, 2, 3)])
    session.add_all(
        BranchHours(branch_id=code, from_on=LONG_AGO, weekday=weekday, opens=opens, closes=closes)
        for weekday in range(7)
        for opens, closes in intervals
    )
    session.flush()


def _account(
    session: Session, name: str, role: Role, scope: str, branch_id: str | None, staff_id: str | None = None
) -> None:
    account = Account(name=name, display_name=name, branch_id=branch_id, staff_id=staff_id, demo=True)
    session.add(account)
    session.flush()
    session.add(RoleGrant(account_id=account.id, role=role, scope=scope))
