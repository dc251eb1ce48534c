"""docs/roles.md is the table of who may do what; every public function of analytics and actions keeps to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from models.actor import Actor, Grant, Right, actor_of, rights_of
from models.sessions import at_a_counter
from models.store import Store
from models.tables import Account, Branch, Region, RoleGrant
from standards.vocabulary import Role
from tests.desks import HALL, a_store_with, the_working_hall
from tests.role_walk import ANY_ID, ROOMS, Entry, entries, is_let

ROOT = Path(__file__).resolve().parent.parent
ELSEWHERE = "H2"
ABOVE = ("bench", "charts", "ingest", "pages", "seed", "ui", "web")
HEADING = re.compile(
    r"^## (?P<how>In a hall|Everywhere|Cut to one's halls|One's own|Without an account)(?:: (?P<rights>.+))?$"
)


@cache
def listed() -> dict[str, tuple[str, frozenset[Right]]]:
    """What the page says of each function: under which heading it stands, and the rights named there."""
    found: dict[str, tuple[str, frozenset[Right]]] = {}
    how, rights = "", frozenset[Right]()
    for line in (ROOT / "docs" / "roles.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            heading = HEADING.match(line)
            how = heading["how"] if heading else ""
            named = (heading["rights"] or "" if heading else "").split(" or ")
            rights = frozenset(Right(name.strip("`")) for name in named if name)
        elif how and line.startswith("- `"):
            found[line.split("`")[1]] = (how, rights)
    return found


@pytest.fixture(scope="module")
def two_halls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The working hall with an account of its own, and another hall."""
    store = a_store_with(tmp_path_factory.mktemp("halls"), the_working_hall())
    with store.writing() as session:
        session.add(Branch(id=ELSEWHERE, name="二号厅", zone="Asia/Shanghai"))
        session.add(Account(id=ANY_ID, name="somebody", branch_id=HALL))
    yield store
    store.close()


def holding(role: Role, hall: str | None) -> Actor:
    return Actor("9", "nine", (Grant(role, None if hall is None else frozenset({hall})),), hall, "S1")


def let(entry: Entry, store: Store, hall: str | None) -> set[Role]:
    return {role for role in Role if is_let(entry, store, holding(role, hall))}


def entitled(rights: frozenset[Right]) -> set[Role]:
    return {role for role in Role if rights & rights_of(role)}


def of(how: str) -> list[Entry]:
    return [entry for entry in entries() if listed().get(entry.place, ("",))[0] == how]


def named(entry: Entry) -> str:
    return entry.place


@pytest.mark.parametrize("entry", of("In a hall"), ids=named)
def test_in_a_hall_each_role_may_what_the_table_says_and_nobody_from_elsewhere(entry: Entry, two_halls: Store) -> None:
    rights = listed()[entry.place][1]
    assert let(entry, two_halls, HALL) == entitled(rights)
    assert let(entry, two_halls, None) == entitled(rights)
    assert let(entry, two_halls, ELSEWHERE) == set()
    assert not is_let(entry, two_halls, Actor("9", "nobody", ()))


@pytest.mark.parametrize("entry", of("Everywhere"), ids=named)
def test_what_is_the_installations_needs_the_right_everywhere(entry: Entry, two_halls: Store) -> None:
    assert let(entry, two_halls, None) == entitled(listed()[entry.place][1])
    assert let(entry, two_halls, HALL) == set()


@pytest.mark.parametrize("entry", of("Cut to one's halls"), ids=named)
def test_what_is_cut_to_ones_halls_needs_the_right_in_one(entry: Entry, two_halls: Store) -> None:
    rights = listed()[entry.place][1]
    assert let(entry, two_halls, HALL) == entitled(rights)
    assert not is_let(entry, two_halls, Actor("9", "nobody", ()))


def test_a_pin_opens_nothing_but_the_counter_whoever_signs_on_with_it(two_halls: Store) -> None:
    with two_halls.writing() as session:
        session.add(Region(id="county", name="县"))
        session.flush()
        session.get_one(Branch, HALL).region_id = "county"
        keeper = Account(name="keeper", branch_id=HALL, staff_id="S1")
        session.add(keeper)
        session.flush()
        given = ((Role.ADMINISTRATOR, "county"), (Role.CLERK, HALL), (Role.GUIDE, HALL))
        session.add_all(RoleGrant(account_id=keeper.id, role=role, scope=scope) for role, scope in given)
        session.flush()
        by_password = actor_of(session, keeper)
    by_pin = at_a_counter(by_password, HALL)
    counters = rights_of(Role.CLERK) | rights_of(Role.GUIDE)
    guarded = [
        entry
        for entry in entries()
        if (rights := listed().get(entry.place, ("", frozenset()))[1]) and not rights & counters
    ]
    assert {entry.place for entry in guarded if is_let(entry, two_halls, by_pin)} == set()
    managing = {entry.place for entry in guarded if Right.ACCOUNTS in listed()[entry.place][1]}
    refused = {entry.place for entry in guarded if not is_let(entry, two_halls, by_password)}
    assert managing & refused == {"actions.passwords.set_password"}


def test_the_table_names_every_function_that_asks_who() -> None:
    asking = {entry.place for entry in entries() if entry.names_who}
    assert asking - listed().keys() == set()


def test_the_table_names_nothing_that_is_not_there() -> None:
    assert listed().keys() - {entry.place for entry in entries()} == set()


def test_whatever_the_rooms_above_may_call_asks_who_or_is_listed_with_its_reason() -> None:
    called = {
        f"{node.module}.{alias.name}"
        for room in ABOVE
        for file in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ROOMS
        for alias in node.names
    }
    asks_nobody = {entry.place for entry in entries() if not entry.names_who} & called
    assert asks_nobody == {place for place, (how, _) in listed().items() if how == "Without an account"} & called


def test_the_table_of_rights_is_the_one_in_force() -> None:
    said = {
        Right(cells[0].strip(" `")): {role for role, cell in zip(Role, cells[1:], strict=False) if cell.strip() == "x"}
        for line in (ROOT / "docs" / "roles.md").read_text("utf-8").splitlines()
        if line.startswith("| `")
        for cells in [line.strip("|").split("|")]
    }
    assert said == {right: entitled(frozenset({right})) for right in Right}


def test_an_auditor_changes_nothing_and_a_device_only_sends() -> None:
    reading_is_noted = {"actions.access.note_export", "actions.access.note_view", "actions.revealing.reveal"}
    may = {
        role: {place for place, (_, rights) in listed().items() if rights & rights_of(role) and "actions." in place}
        for role in (Role.AUDITOR, Role.DISPLAY, Role.DEVICE)
    }
    own = {place for place, (how, _) in listed().items() if how == "One's own"}
    reads_first = {"actions.press.perform"}
    assert may[Role.AUDITOR] - own - reading_is_noted - reads_first == set()
    assert may[Role.DEVICE] == set()
    assert {place.split(".")[1] for place in may[Role.DISPLAY] - reading_is_noted} == {"rating"}
