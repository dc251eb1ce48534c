"""A walk through what the product does of a day, for whoever listens to what it says to its store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlmodel import Session, select

from actions.amending import correct
from actions.changes import ask_change, withdraw_change
from actions.duty import put_roster, roster_lines
from actions.exclusions import ask_exclusion, decide_exclusion, reverse_exclusion
from actions.import_undo import undo_import
from actions.mappings import save_mapping
from actions.press import Stamp
from actions.shift import hand_over, take_over
from analytics.change_preview import change_preview
from analytics.durations import durations, grouped_durations
from analytics.exclusions import exclusion_preview
from analytics.ratings import ratings
from analytics.reconciliation import reconciliation
from analytics.selection import By, Selection
from analytics.shares import grouped_shares, replayed, shares, what_if
from analytics.summary import summary
from analytics.traffic import grouped_traffic, traffic
from analytics.visits import visits_behind
from ingest.importing import import_file
from models.actor import EVERYWHERE, Actor, Grant
from models.check import check
from models.rollups import rebuild, refresh
from models.stays import Taken
from models.store import Store
from models.tables import Exclusion, Interaction, ShiftChange
from seed import demo
from standards.vocabulary import ChangeKind, Channel, Decision, ExclusionReason, Measure, Role, VerdictKind
from tests.conftest import open_screen
from tests.desks import a_store_with
from tests.factories import MACHINE
from tests.machines import PAD, RATER, Machines
from tests.test_any_hall_day import AnyHallDay
from tests.test_ingest import GOOD, HEADER, a_line, mapped
from ui.navigation import SCREENS

HALLS = ("H01", "H02")
ABOVE = Actor("1", "above", (Grant(Role.REGIONAL_MANAGER, None), Grant(Role.ADMINISTRATOR, None)))
THERE = Actor("2", "there", (Grant(Role.SUPERVISOR, frozenset(HALLS)),))
_ACCOUNTS = {
    Role.REGIONAL_MANAGER: "demo-manager",
    Role.SUPERVISOR: "demo-supervisor-H01",
    Role.GUIDE: "demo-guide-H01",
    Role.DISPLAY: "demo-display-H01",
    Role.ADMINISTRATOR: "demo-administrator",
}
_BY = (
    (By.HALL, By.DAY),
    (By.WEEKDAY, By.HOUR),
    (By.HALL, By.STAFF),
    (By.HALL, By.COUNTER),
    (By.CHANNEL, By.BUSINESS_TYPE),
    (By.SOURCE,),
)
_keys = (f"everyday-{number}" for number in count())


def _stamp(now: datetime) -> Stamp:
    return Stamp(HALLS[0], next(_keys), now)


def walk(store: Store, folder: Path, now: datetime) -> None:
    """Two halls at work for two days: built, changed, counted, asked about and looked at on every screen."""
    demo.build(store, demo.Size(halls=len(HALLS), days=2), now=now)
    today = now.date()
    presses_and_machines(folder)
    requests(store, now)
    files(store, folder, now)
    refresh(store)
    questions(store, today, now)
    rebuild(store)
    assert check(store).whole
    screens()


def made_ready(folder: Path) -> None:
    """The databases of their own that presses and machines need: making them is no part of the walk."""
    AnyHallDay().teardown()
    (folder / "machines").mkdir()
    a_store_with(folder / "machines").close()


def presses_and_machines(folder: Path) -> None:
    """A day of presses in a hall of its own, and its machines' events."""
    few = settings(max_examples=2, stateful_step_count=40, derandomize=True, deadline=None, database=None)
    run_state_machine_as_test(AnyHallDay, settings=settings(few, suppress_health_check=list(HealthCheck)))
    of_machines = Store(f"sqlite:///{folder / 'machines' / 'monitor.db'}")
    machines = Machines(of_machines)
    for kind, minute, device in (("ticket_taken", 0, "Q1"), ("called", 5, PAD), ("ended", 15, PAD)):
        machines.say(kind, minute, device=device)
    machines.say("rated", 16, device=RATER, rating=4)
    with of_machines.reading() as session:
        reconciliation(session, MACHINE, "H1", date(2026, 3, 3))
    of_machines.close()


def requests(store: Store, now: datetime) -> None:
    """An exclusion asked, approved and reversed; a correction; dated changes of a hall and of all; a hand-over."""
    hall = HALLS[0]
    taken = Taken(now - timedelta(hours=20), now - timedelta(hours=18))
    with store.writing() as session:
        exclusion_preview(session, MACHINE, hall, taken, now=now)
        ask_exclusion(session, MACHINE, _stamp(now), taken, ExclusionReason.SYSTEM_FAILURE, "the line was cut")
        made = session.exec(select(Exclusion.id).where(Exclusion.asked_by == MACHINE.name)).one()
        decide_exclusion(session, ABOVE, _stamp(now), made, Decision.APPROVED, "seen in the log")
    with store.writing() as session:
        reverse_exclusion(session, ABOVE, _stamp(now), made, "not so")
        visit = session.exec(select(Interaction.id).where(Interaction.branch_id == hall)).first()
        assert isinstance(visit, UUID)
        correct(session, MACHINE, _stamp(now), visit, {"items": 3}, "counted")
    changes(store, now)
    shift(store, now)


def changes(store: Store, now: datetime) -> None:
    """What a change would do, the change, and its withdrawal."""
    tomorrow = now.date() + timedelta(days=2)
    week: dict[str, Any] = {"openings": [[weekday, 420, 1020] for weekday in range(7)]}
    for kind, subject, content, of in (
        (ChangeKind.STANDARD, "H01 training", {"limit": 20_000}, EVERYWHERE),
        (ChangeKind.HOURS, "", week, HALLS[1]),
    ):
        with store.writing() as session:
            change_preview(session, ABOVE, kind, subject, content, tomorrow, branch_id=of, now=now)
            earlier = tomorrow - timedelta(days=4)
            change_preview(session, ABOVE, kind, subject, content, earlier, branch_id=of, now=now)
            made = ask_change(session, ABOVE, kind, subject, content, tomorrow, "why", {"n": 1}, branch_id=of, now=now)
            withdraw_change(session, ABOVE, made, branch_id=of, why="a mistake", now=now)


def shift(store: Store, now: datetime) -> None:
    """A hand-over, and tomorrow's roster as today's."""
    with store.writing() as session:
        hand_over(session, MACHINE, _stamp(now), "all is well")
        made = session.exec(select(ShiftChange.id).where(ShiftChange.note == "all is well")).one()
        take_over(session, THERE, _stamp(now), made)
        put_roster(
            session, MACHINE, _stamp(now), now.date() + timedelta(days=1), roster_lines(session, HALLS[0], now.date())
        )


def files(store: Store, folder: Path, now: datetime) -> None:
    """A file taken in, with a line that is refused, mended, taken back, and its mapping kept."""
    file = folder / "visits.csv"
    for content in (HEADER + GOOD + a_line(no="A2", taken="never"), HEADER + a_line(no="A2")):
        file.write_text(content, "utf-8")
        made = import_file(store, MACHINE, HALLS[0], file, mapped(), now=now).import_id
    assert made is not None
    with store.writing() as session:
        undo_import(session, MACHINE, HALLS[0], made, "the wrong hall", now=now)
        save_mapping(session, MACHINE, HALLS[0], "ours", "content", now=now)


def questions(store: Store, today: date, now: datetime) -> None:
    """Every figure there is, whole, in groups, narrowed and replayed, from cells and from rows."""
    wide = Selection(branch_ids=HALLS, first_on=today - timedelta(days=3), last_on=today)
    one = replace(wide, branch_ids=HALLS[:1])
    asked = [wide, one, replace(wide, channel=Channel.COUNTER), replace(wide, business_type="payment")]
    asked += [
        replace(wide, hour=10),
        replace(wide, weekday=0),
        replace(one, counter_id=1),
        replace(wide, from_rows=True),
    ]
    with store.reading() as session:
        for selection in asked:
            for figure in (durations, traffic, ratings):
                figure(session, MACHINE, selection)
            replayed(session, MACHINE, selection, what_if(Measure.WAIT, timedelta(seconds=61)), now=now)
        judged = shares(session, MACHINE, wide, now=now)
        kinds = {(each.standard.aggregation, each.standard.basis): each.code for each in judged}
        for code in kinds.values():
            _behind(session, code, wide, now)
        summary(session, MACHINE, HALLS[0], wide.first_on, today, now=now, replay=what_if(Measure.WAIT, timedelta(1)))


def _behind(session: Session, code: str, wide: Selection, now: datetime) -> None:
    """One standard's figure in every grouping, and the visits behind it."""
    for by in _BY:
        grouped_shares(session, MACHINE, wide, code, by, now=now)
        grouped_durations(session, MACHINE, wide, by)
        grouped_traffic(session, MACHINE, wide, by)
    for kind in VerdictKind:
        visits_behind(session, MACHINE, wide, code, kind, now=now)


def screens() -> None:
    """Every screen, by the first account that may see it."""
    for screen in SCREENS:
        account = next(name for role, name in _ACCOUNTS.items() if role in screen.roles)
        assert not open_screen(screen.url_path, account=account, lang="en").exception
