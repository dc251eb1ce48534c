"""The screens: a line each, with its address and the roles it is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from standards.message import Message, message
from standards.vocabulary import Role

PAGES = Path(__file__).resolve().parent.parent / "pages"

_OVERSIGHT = frozenset({Role.SUPERVISOR, Role.REGIONAL_MANAGER, Role.ADMINISTRATOR, Role.AUDITOR})
_AT_THE_COUNTER = frozenset({Role.CLERK, Role.SUPERVISOR})
_AT_THE_DOOR = frozenset({Role.GUIDE, Role.SUPERVISOR})
_IN_THE_HALL = frozenset({Role.CLERK, Role.GUIDE, Role.SUPERVISOR})
_KEEPERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
_EVERYONE = frozenset(Role) - {Role.DISPLAY, Role.DEVICE}
_KEEPER = frozenset({Role.ADMINISTRATOR})
_DEVICES = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
_ON_DISPLAY = frozenset({Role.DISPLAY, Role.SUPERVISOR})

_TODAY, _FIGURES = message("The hall today"), message("Figures")
_RECORDS, _FOR_CUSTOMERS = message("Records and settings"), message("For customers")


@dataclass(frozen=True, slots=True)
class Screen:
    """A page's file, its address, its title, its part of the menu, who sees it, and whether it stands in the menu.

    One that is about the `whole` installation is for those alone who hold their role everywhere.
    """

    file: str
    url_path: str
    title: Message
    section: Message
    roles: frozenset[Role]
    in_menu: bool = True
    whole: bool = False

    @property
    def path(self) -> Path:
        return PAGES / self.file


SCREENS = (
    Screen("live_board.py", "live-board", message("Live board"), _TODAY, _OVERSIGHT | {Role.GUIDE}),
    Screen("counter_desk.py", "counter-desk", message("Counter desk"), _TODAY, _AT_THE_COUNTER),
    Screen("guide_desk.py", "guide-desk", message("Guide's desk"), _TODAY, _AT_THE_DOOR),
    Screen("hall_day.py", "hall-day", message("Open and close the hall"), _TODAY, _OVERSIGHT | _IN_THE_HALL),
    Screen("late_entry.py", "late-entry", message("Late entry"), _TODAY, _AT_THE_COUNTER),
    Screen("day_report.py", "day-report", message("Day's report"), _TODAY, _OVERSIGHT),
    Screen("compliance_view.py", "compliance", message("Compliance"), _FIGURES, _OVERSIGHT),
    Screen("hall_comparison.py", "halls", message("Halls side by side"), _FIGURES, _OVERSIGHT),
    Screen("standard_catalogue.py", "standards", message("Standards"), _FIGURES, _EVERYONE),
    Screen("visit_detail.py", "visit", message("Visit"), _FIGURES, _EVERYONE, in_menu=False),
    Screen("own_results.py", "my-results", message("My results"), _FIGURES, _IN_THE_HALL),
    Screen("exclusion_review.py", "exclusions", message("Exclusions"), _RECORDS, _OVERSIGHT),
    Screen("dated_changes.py", "changes", message("Changes of standards and hours"), _RECORDS, _OVERSIGHT),
    Screen("file_import.py", "imports", message("Imports"), _RECORDS, _OVERSIGHT),
    Screen("machine_list.py", "machines", message("Machines"), _RECORDS, _OVERSIGHT),
    Screen("station_list.py", "stations", message("Stations and PINs"), _RECORDS, _DEVICES),
    Screen("system_state.py", "system", message("System"), _RECORDS, _KEEPER, whole=True),
    Screen("account_list.py", "accounts", message("Accounts"), _RECORDS, _KEEPERS),
    Screen("audit_trail.py", "audit", message("Audit trail"), _RECORDS, _KEEPERS),
    Screen("privacy_notice.py", "privacy", message("What is stored, and how long"), _RECORDS, _EVERYONE),
    Screen("customer_screen.py", "customers-screen", message("Customers' screen"), _FOR_CUSTOMERS, _ON_DISPLAY),
    Screen("rating_screen.py", "rating", message("Rating"), _FOR_CUSTOMERS, _ON_DISPLAY),
)

_FIRST = {
    Role.CLERK: "counter-desk",
    Role.GUIDE: "guide-desk",
    Role.REGIONAL_MANAGER: "halls",
    Role.ADMINISTRATOR: "system",
    Role.DISPLAY: "customers-screen",
}


def screens_for(roles: Iterable[Role], everywhere: Iterable[Role] | None = None) -> tuple[Screen, ...]:
    """The screens of somebody with these roles, in the menu's order, those that are there.

    `everywhere` are those of them that are held for the whole installation (all, where nothing is said).
    """
    held = frozenset(roles)
    return _screens_for(held, held if everywhere is None else frozenset(everywhere))


@cache
def _screens_for(roles: frozenset[Role], everywhere: frozenset[Role]) -> tuple[Screen, ...]:
    return tuple(
        screen for screen in SCREENS if screen.roles & (everywhere if screen.whole else roles) and screen.path.exists()
    )


def first_screen(roles: Iterable[Role], everywhere: Iterable[Role] | None = None) -> Screen:
    """What somebody with these roles sees first."""
    screens = screens_for(roles, everywhere)
    held = sorted(roles, key=list(Role).index)
    wanted = _FIRST.get(held[0], "live-board") if held else "live-board"
    return next((screen for screen in screens if screen.url_path == wanted), screens[0])


def page(url_path: str) -> Path:
    """The file of a screen, for links within the application."""
    return next(screen.path for screen in SCREENS if screen.url_path == url_path)
