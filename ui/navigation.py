"""The screens: a line each, with its address and the roles it is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from standards.message import Message, message
from standards.vocabulary import Role

PAGES = Path(__file__).resolve().parent.parent / "pages"

_OVERSIGHT = frozenset({Role.SUPERVISOR, Role.REGIONAL_MANAGER, Role.ADMINISTRATOR, Role.AUDITOR})
_AT_THE_COUNTER = frozenset({Role.CLERK, Role.SUPERVISOR})
_AT_THE_DOOR = frozenset({Role.GUIDE, Role.SUPERVISOR})
_EVERYONE = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Screen:
    """A page's file, its address, its title, who sees it, and whether it stands in the menu."""

    file: str
    url_path: str
    title: Message
    roles: frozenset[Role]
    in_menu: bool = True

    @property
    def path(self) -> Path:
        return PAGES / self.file


SCREENS = (
    Screen("live_board.py", "live-board", message("Live board"), _OVERSIGHT | {Role.GUIDE}),
    Screen("counter_desk.py", "counter-desk", message("Counter desk"), _AT_THE_COUNTER),
    Screen("guide_desk.py", "guide-desk", message("Guide's desk"), _AT_THE_DOOR),
    Screen("compliance_view.py", "compliance", message("Compliance"), _OVERSIGHT),
    Screen("hall_comparison.py", "halls", message("Halls side by side"), _OVERSIGHT),
    Screen("standard_catalogue.py", "standards", message("Standards"), _EVERYONE),
    Screen("visit_detail.py", "visit", message("Visit"), _EVERYONE, in_menu=False),
)

_FIRST = {Role.CLERK: "counter-desk", Role.GUIDE: "guide-desk", Role.REGIONAL_MANAGER: "halls"}


def screens_for(roles: Iterable[Role]) -> tuple[Screen, ...]:
    """The screens of somebody with these roles, in the menu's order, those that are there."""
    held = frozenset(roles)
    return tuple(screen for screen in SCREENS if screen.roles & held and screen.path.exists())


def first_screen(roles: Iterable[Role]) -> Screen:
    """What somebody with these roles sees first."""
    screens = screens_for(roles)
    held = sorted(roles, key=list(Role).index)
    wanted = _FIRST.get(held[0], "live-board") if held else "live-board"
    return next((screen for screen in screens if screen.url_path == wanted), screens[0])


def page(url_path: str) -> Path:
    """The file of a screen, for links within the application."""
    return next(screen.path for screen in SCREENS if screen.url_path == url_path)
