"""Accounts by commands: no password is an argument, and a temporary one is told this once."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlmodel import select

from actions.__main__ import main
from actions.credentials import matches
from ingest.__main__ import main as ingest
from models.store import Store
from models.store import store as store_of
from models.tables import Account, Credential, RoleGrant


@pytest.fixture
def made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Store:
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    assert main(["branch", "add", "CD01", "--zone", "Asia/Shanghai", "--db", url]) == 0
    capsys.readouterr()
    return store_of(url)


@pytest.fixture
def told(made: Store, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str, refused: bool = False) -> dict[str, Any]:
        assert main(["account", *arguments, "--db", made.url, "--json"]) == int(refused)
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    return run


def credential(made: Store, name: str) -> Credential:
    with made.reading() as session:
        account = session.exec(select(Account).where(Account.name == name)).one()
        found = session.exec(select(Credential).where(Credential.account_id == account.id)).one()
        session.expunge(found)
        return found


def test_a_new_account_is_told_its_temporary_password_once(made: Store, told: Any) -> None:
    password = told("add", "wang", "--role", "clerk", "--scope", "CD01")["temporary_password"]
    kept = credential(made, "wang")
    assert kept.temporary
    assert matches(kept.kind, kept.digest, password)
    assert password not in json.dumps(told("list"))


def test_a_password_is_read_from_standard_input(made: Store, told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("一把很长的钥匙 nobody guesses\n"))
    answer = told("add", "boss", "--role", "administrator", "--scope", "*", "--password-stdin")
    assert "temporary_password" not in answer
    kept = credential(made, "boss")
    assert (kept.temporary, matches(kept.kind, kept.digest, "一把很长的钥匙 nobody guesses")) == (False, True)
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    refused = told("add", "li", "--role", "guide", "--scope", "CD01", "--password-stdin", refused=True)
    assert refused["refused"] == "password_length"
    assert [one["account"] for one in told("list")["accounts"]] == ["boss"]


def test_roles_are_given_and_taken_and_accounts_closed(made: Store, told: Any) -> None:
    for name, role, scope in (("boss", "administrator", "*"), ("wang", "clerk", "CD01")):
        told("add", name, "--role", role, "--scope", scope)
    told("grant", "wang", "--role", "guide", "--scope", "CD01")
    told("revoke", "wang", "--role", "clerk", "--scope", "CD01", "--reason", "is a guide")
    with made.reading() as session:
        assert session.exec(select(RoleGrant.role).where(RoleGrant.scope == "CD01")).all() == ["guide"]
    told("close", "wang", "--reason", "left")
    listed = {one["account"]: one for one in told("list")["accounts"]}
    assert (listed["wang"]["open"], listed["wang"]["roles"], listed["boss"]["open"]) == (False, ["guide@CD01"], True)
    told("reopen", "wang")
    assert told("unlock", "wang")["unlocked"] is False
    assert told("unlock-address", "10.1.2.3")["unlocked"] is False
    assert told("reset-password", "wang")["temporary_password"]
    assert told("close", "boss", "--reason", "x", refused=True)["refused"] == "last_administrator"
    assert told("close", "nobody", "--reason", "x", refused=True)["refused"] == "unknown_account"


def test_people_come_in_by_a_command_and_a_dry_run_takes_none(
    made: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Workbook()
    for row in (("工号", "姓名", "厅", "角色"), ("9", "张敏", "CD01", "引导员"), ("10", "李强", "?", "引导员")):
        book.worksheets[0].append(row)
    book.save(tmp_path / "people.xlsx")
    asked = ["accounts", str(tmp_path / "people.xlsx"), "--db", made.url, "--json"]
    assert ingest([*asked, "--dry-run"]) == 0
    tried = capsys.readouterr()
    assert json.loads(tried.out) == {"new": 1, "changed": 0, "unchanged": 0, "refused": 1, "temporary_passwords": {}}
    assert "line 3: 10: ? is neither a hall nor a region." in tried.err
    assert ingest(asked) == 0
    assert list(json.loads(capsys.readouterr().out)["temporary_passwords"]) == ["9"]
    assert credential(made, "9").temporary
