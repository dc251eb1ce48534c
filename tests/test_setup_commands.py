"""Two commands make a fresh database a hall that serves."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlmodel import col, select

from actions.__main__ import main
from actions.calling import call_next
from actions.counters import sign_on
from actions.devices import device_of
from actions.press import Stamp
from actions.serving import finish, greet
from actions.tickets import take_ticket
from models.actor import actor_of
from models.check import check
from models.migrate import upgrade
from models.store import Store
from models.store import store as store_of
from models.tables import (
    Account,
    BusinessType,
    Device,
    Interaction,
    RoleGrant,
    ServiceStandard,
    Staff,
)
from standards.vocabulary import Outcome, Role
from tests.small_region import BY_DAY

NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
SHANGHAI = "Asia/Shanghai"


def test_the_commands_make_a_fresh_database_ready_for_its_first_customer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = ["--db", f"sqlite:///{tmp_path / 'new' / 'monitor.db'}", "--json"]
    hours = ["--hours", "08:30-12:00,13:30-17:30", "--weekdays", "12345"]
    assert (
        main(["branch", "add", "CD01", "--zone", SHANGHAI, "--name", "城东营业厅", "--counters", "2", *hours, *db]) == 0
    )
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"branch": "CD01", "zone": SHANGHAI, "counters": 2, "intervals": 10}
    assert main(["account", "add", "wang", "--role", "clerk", "--scope", "CD01", *db]) == 0
    assert json.loads(capsys.readouterr().out)["staff"] == "wang"
    made = store_of(db[1])
    with made.reading() as session:
        assert session.exec(select(ServiceStandard)).first() is not None
        assert session.get(BusinessType, "payment") is not None
        assert session.exec(select(RoleGrant.role, RoleGrant.scope)).all() == [(Role.CLERK, "CD01")]
        assert session.get_one(Staff, ("CD01", "wang")).name == "wang"
    made.close()


def test_the_first_customer_of_a_new_hall_is_served(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    for arguments in (
        ["branch", "add", "CD01", "--zone", SHANGHAI],
        ["account", "add", "wang", "--role", "clerk", "--scope", "CD01"],
        ["account", "add", "li", "--role", "guide", "--scope", "CD01"],
    ):
        assert main([*arguments, "--db", url]) == 0
    made = store_of(url)
    with made.writing() as session:
        li, wang = (actor_of(session, row) for row in session.exec(select(Account).order_by(col(Account.name))))
        stamps = (Stamp("CD01", f"key {number}", NOW + timedelta(seconds=number)) for number in count())
        sign_on(session, wang, next(stamps), 1)
        taken = take_ticket(session, li, next(stamps), "payment")
        assert call_next(session, wang, next(stamps), 1).interaction_id == taken.interaction_id
        greet(session, wang, next(stamps), 1)
        finish(session, wang, next(stamps), 1)
        served = session.exec(select(Interaction)).one()
        assert (served.outcome, served.staff_id, served.wait_ms) == (Outcome.COMPLETED, "wang", 1000)
    assert check(made).whole
    made.close()


def test_a_refused_command_leaves_nothing_and_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = ["--db", f"sqlite:///{tmp_path / 'monitor.db'}", "--json"]
    assert main(["branch", "add", "A", "--zone", "Nowhere", *db]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["refused"] == "unknown_zone"
    assert "Nowhere is no time zone" in said.err
    assert main(["account", "add", "wang", "--role", "clerk", "--scope", "A", *db]) == 1
    made = store_of(db[1])
    with made.reading() as session:
        assert session.exec(select(Account)).all() == []
    made.close()


def test_a_manager_of_a_region_needs_no_staff_number(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    upgrade(url)
    assert main(["account", "add", "chen", "--role", "regional_manager", "--scope", "*", "--db", url]) == 0
    assert main(["account", "add", "roving", "--role", "clerk", "--scope", "*", "--db", url]) == 0
    with store_of(url).reading() as session:
        assert session.exec(select(Staff)).all() == []
    store_of(url).close()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["branch"],
        ["branch", "add", "A"],
        ["branch", "add", "A", "--zone", SHANGHAI, "--weekdays", "08"],
        ["account", "add", "wang", "--role", "emperor", "--scope", "*"],
    ],
)
def test_wrong_usage_is_told_apart(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_a_machine_is_added_with_a_token_that_is_shown_once(
    small_region: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["device", "add", "Q1", "--branch", BY_DAY, "--kind", "call_pad", "--counter", "1", "--json"]
    assert main(arguments) == 0
    answer = json.loads(capsys.readouterr().out)
    with small_region.reading() as session:
        device = session.get_one(Device, (BY_DAY, "Q1"))
        assert device_of(session, answer["token"]) is device
    assert main(arguments) == 1
