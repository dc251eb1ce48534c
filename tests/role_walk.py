"""Every public function of analytics and actions that takes an actor, called by anybody with arguments that fit.

The arguments are about hall H1 and otherwise nonsense: who may not is refused before any of them is looked at.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from actions.accounts import Profile
from actions.imports import ImportFile, Part
from actions.late_rows import LateRow
from actions.press import Stamp
from analytics.audit_trail import Sought
from analytics.selection import By, Selection
from models.actor import Actor, NotAllowed, Right
from models.store import Store
from models.tables import Branch, HallDay, Hold
from standards.business import BUSINESS_TYPES
from tests.desks import HALL, MORNING

ROOMS = ("analytics", "actions")
DAY = date(2026, 3, 3)
ANY_ID = UUID("01999999-9999-7999-8999-999999999999")


@dataclass(frozen=True)
class Entry:
    """A public function of a room, by its module and name."""

    place: str
    function: Callable[..., Any]

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        return dict(inspect.signature(self.function).parameters)

    @property
    def asks(self) -> bool:
        """Whether it reads or writes a database."""
        return not {"session", "store"}.isdisjoint(self.parameters)

    @property
    def names_who(self) -> bool:
        return "actor" in self.parameters


def entries() -> Iterator[Entry]:
    """The public functions of both rooms that read or write a database."""
    for room in ROOMS:
        for found in pkgutil.iter_modules(importlib.import_module(room).__path__):
            if found.name.startswith("__"):
                continue
            module = importlib.import_module(f"{room}.{found.name}")
            for name, function in vars(module).items():
                if inspect.isfunction(function) and function.__module__ == module.__name__ and name[0] != "_":
                    entry = Entry(f"{module.__name__}.{name}", function)
                    if entry.asks:
                        yield entry


def is_let(entry: Entry, store: Store, actor: Actor) -> bool:
    """Whether the actor gets past the check of rights; what becomes of the nonsense after it is of no account."""
    try:
        with store.writing() as session:
            answered = entry.function(**_arguments(entry, store, session, actor))
            if inspect.isgenerator(answered):
                next(answered, None)
            raise _Done
    except NotAllowed:
        return False
    except Exception:
        return True


class _Done(Exception):
    """Nothing that was written stays."""


def _arguments(entry: Entry, store: Store, session: Any, actor: Actor) -> dict[str, Any]:
    hints = typing.get_type_hints(entry.function, localns={"Session": object, "Store": Store})
    given = {"actor": actor, "session": session, "store": store, "branch": lambda: session.get_one(Branch, HALL)}
    made: dict[str, Any] = {}
    for name, parameter in entry.parameters.items():
        if parameter.kind in {parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL}:
            continue
        if name in given:
            made[name] = given[name]() if name == "branch" else given[name]
        elif parameter.default is parameter.empty:
            made[name] = _value(name, hints[name])
    return made


_BY_NAME: dict[str, Any] = {
    "account_id": ANY_ID,
    "branch_id": HALL,
    "branch_ids": (HALL,),
    "businesses": BUSINESS_TYPES,
    "by": (By.DAY,),
    "clock": lambda: MORNING,
    "day": DAY,
    "first_on": DAY,
    "reference_of": lambda row: None,
    "scope": HALL,
    "selection": Selection(branch_ids=(HALL,), first_on=DAY, last_on=DAY),
    "sought": Sought(branch_ids=(HALL,), since=MORNING, until=MORNING + timedelta(hours=1)),
    "stamp": Stamp(HALL, "a press", MORNING),
    "table": Hold,
    "work": lambda press: None,
    "right": Right.READ_HALL,
    "zone": "Asia/Shanghai",
}
_BY_TYPE: dict[Any, Any] = {
    str: "x",
    int: 1,
    bool: True,
    UUID: ANY_ID,
    date: DAY,
    datetime: MORNING,
    Profile: Profile("x", branch_id=HALL),
    ImportFile: ImportFile(name="x.csv", digest="0" * 64, mapping="x", rows=1),
    Part: Part(),
    LateRow: LateRow(line=1),
    HallDay: HallDay(branch_id=HALL, day_on=DAY),
}


def _value(name: str, hint: Any) -> Any:
    if hint in _BY_TYPE and name not in {"branch_id", "scope", "zone"}:
        return str(ANY_ID) if name == "account_id" and hint is str else _BY_TYPE[hint]
    if name in _BY_NAME:
        return _BY_NAME[name]
    if inspect.isclass(hint) and issubclass(hint, Enum):
        return next(iter(hint))
    origin, of = typing.get_origin(hint), typing.get_args(hint)
    if type(None) in of:
        return None
    return {} if "Mapping" in str(origin) else ()
