"""An encrypted backup: opened by its key alone, whole or refused, and never half of one left behind."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pyrage
import pytest
from pyrage.x25519 import Identity
from sqlmodel import select

from models import backup as backups
from models.__main__ import main
from models.access import BackupRun, SignInWay
from models.audit_check import check_chains
from models.back_again import BackAgain
from models.backup import Copy, backup_info, rehearse, restore, sealed_backup
from models.backup_key import key_file, own_key, read_key
from models.command_line import Refusal
from models.manifest import Manifest, manifest_of
from models.migrate import newest_revision
from models.sessions import Lasting, Place, begin_session, digest_of, open_session
from models.settings import put_setting, setting
from models.store import Store, store
from models.tables import Account, AuditEvent, Branch, Staff
from models.version import VERSION
from tests.conftest import ROOT

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def kept(embedded_store: Store, tmp_path: Path) -> Iterator[Copy]:
    """A backup in a folder of its own, of a database that says "kept" and then "later"."""
    say(embedded_store, "kept")
    (tmp_path / "share").mkdir()
    made = sealed_backup(embedded_store.url, tmp_path / "share", now=NOW)
    say(embedded_store, "later")
    yield made
    store(embedded_store.url).close()


def say(target: Store, said: str) -> None:
    with target.writing() as session:
        put_setting(session, "word", said)


def word(target: Store) -> str | None:
    with target.reading() as session:
        return setting(session, "word")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refused(work: object, *arguments: object, **named: object) -> str:
    assert callable(work)
    with pytest.raises(Refusal) as caught:
        work(*arguments, **named)
    return caught.value.reason


def test_a_backup_is_one_file_named_after_its_moment_with_its_digest_beside_it(kept: Copy) -> None:
    name = "monitor-20261122T030000Z.backup.age"
    assert names(kept.path.parent) == [name, f"{name}.sha256"]
    assert kept.digest == sha256(kept.path.read_bytes()).hexdigest()
    assert kept.path.with_name(f"{name}.sha256").read_text() == f"{kept.digest}  {name}\n"
    assert b"SQLite" not in kept.path.read_bytes()


def test_nothing_plain_is_left_beside_the_database(kept: Copy, embedded_store: Store, tmp_path: Path) -> None:
    rehearse(embedded_store.url, kept.path, own_key(embedded_store.url, now=NOW))
    assert [name for name in names(tmp_path) if "scratch" in name or "part" in name] == []


def test_only_its_owner_may_read_the_key_and_a_second_backup_uses_the_same(kept: Copy, embedded_store: Store) -> None:
    file = key_file(embedded_store.url)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert str(own_key(embedded_store.url, now=NOW)) == str(read_key(file))
    assert rehearse(embedded_store.url, kept.path, read_key(file)).revision == newest_revision()


def test_a_backup_says_what_is_in_it(kept: Copy, embedded_store: Store) -> None:
    found = backup_info(embedded_store.url, kept.path)
    assert (found.version, found.revision, found.taken_at) == (VERSION, newest_revision(), NOW)
    assert dict(found.tables)["setting"] >= 1


def test_a_restored_backup_is_what_was_and_the_later_one_is_set_aside(kept: Copy, embedded_store: Store) -> None:
    done = restore(embedded_store.url, kept.path, now=NOW)
    assert word(embedded_store) == "kept"
    assert done.set_aside is not None
    assert word(Store(f"sqlite:///{done.set_aside}")) == "later"


def test_nobody_is_signed_in_by_a_restored_database_and_its_trail_says_so(embedded_store: Store) -> None:
    with embedded_store.writing() as session:
        account = Account(name="somebody")
        session.add(account)
        session.flush()
        place, lasting = Place(), Lasting(timedelta(hours=1), timedelta(hours=8))
        token = begin_session(session, account.id, SignInWay.PASSWORD, place, lasting, now=NOW)
    copy = sealed_backup(embedded_store.url, Path(embedded_store.url.removeprefix("sqlite:///")).parent, now=NOW)
    restore(embedded_store.url, copy.path, now=NOW, by="os:keeper")
    with embedded_store.reading() as session:
        assert open_session(session, digest_of(token), now=NOW) is None
        line = session.exec(select(AuditEvent).where(AuditEvent.action == "restore")).one()
        assert (line.actor, line.subject) == ("os:keeper", copy.path.name)
        assert check_chains(session).count == 0


def test_a_backup_comes_back_on_another_machine_with_its_key_which_is_kept(
    kept: Copy, embedded_store: Store, tmp_path: Path
) -> None:
    other = f"sqlite:///{tmp_path / 'elsewhere' / 'monitor.db'}"
    assert refused(restore, other, kept.path, now=NOW) == "no_key"
    done = restore(other, kept.path, now=NOW, key=key_file(embedded_store.url))
    assert (word(Store(other)), done.key_kept) == ("kept", True)
    assert str(read_key(key_file(other))) == str(read_key(key_file(embedded_store.url)))


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda content: content[: len(content) // 2], "damaged"),
        (lambda content: content[:-1], "damaged"),
        (lambda content: content[:-5000] + bytes([content[-5000] ^ 1]) + content[-4999:], "damaged"),
        (lambda content: content[:30], "not_ours"),
        (lambda content: b"age-encryption.org/v1\n" + b"nonsense" * 100, "not_ours"),
        (lambda content: b"", "no_database"),
        (lambda content: b"a letter", "no_database"),
    ],
)
def test_what_is_not_a_whole_backup_is_refused_and_changes_nothing(
    kept: Copy, embedded_store: Store, tmp_path: Path, harm: object, reason: str
) -> None:
    assert callable(harm)
    kept.path.write_bytes(harm(kept.path.read_bytes()))
    before = names(tmp_path)
    # An empty file is an empty database to SQLite: not one of ours.
    expected = "not_ours" if kept.path.stat().st_size == 0 else reason
    assert refused(restore, embedded_store.url, kept.path, now=NOW) == expected
    assert (word(embedded_store), names(tmp_path)) == ("later", before)


def test_another_key_is_refused_and_changes_nothing(kept: Copy, embedded_store: Store, tmp_path: Path) -> None:
    another = tmp_path / "another.key"
    another.write_text(f"{Identity.generate()}\n")
    assert refused(restore, embedded_store.url, kept.path, now=NOW, key=another) == "wrong_key"
    another.write_text("no key at all")
    assert refused(restore, embedded_store.url, kept.path, now=NOW, key=another) == "bad_key"
    assert refused(restore, embedded_store.url, kept.path, now=NOW, key=tmp_path / "none") == "no_key"
    assert word(embedded_store) == "later"


def test_a_backup_of_something_else_under_the_same_key_is_refused(
    kept: Copy, embedded_store: Store, tmp_path: Path
) -> None:
    foreign = tmp_path / "foreign.age"
    foreign.write_bytes(pyrage.encrypt(b"a letter" * 10_000, [own_key(embedded_store.url, now=NOW).to_public()]))
    assert refused(restore, embedded_store.url, foreign, now=NOW) == "not_ours"


def test_a_backup_that_is_not_what_it_says_is_not_whole(
    embedded_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = manifest_of

    def one_row_more(database: Path, revision: str, *, now: datetime) -> Manifest:
        embellished = counted(database, revision, now=now)
        (name, rows), *others = embellished.tables
        object.__setattr__(embellished, "tables", ((name, rows + 1), *others))
        return embellished

    monkeypatch.setattr(backups, "manifest_of", one_row_more)
    made = sealed_backup(embedded_store.url, tmp_path / "lying.age", now=NOW)
    monkeypatch.setattr(backups, "manifest_of", counted)
    assert refused(rehearse, embedded_store.url, made.path, own_key(embedded_store.url, now=NOW)) == "not_whole"


def test_the_version_is_the_project_s() -> None:
    assert f'version = "{VERSION}"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_commands_of_backups_answer_people_and_scripts(
    embedded_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with embedded_store.writing() as session:
        assert session.exec(select(BackupRun)).first() is None
    embedded_store.close()
    db, path = ["--db", embedded_store.url], tmp_path / "copy.age"
    assert main(["backup", str(path), "--json", *db]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["encrypted"] is True
    assert len(made["sha256"]) == 64
    assert main(["backup-key", *db]) == 0
    assert "AGE-SECRET-KEY-1" in capsys.readouterr().out
    assert main(["backup-info", str(path), *db]) == 0
    assert VERSION in capsys.readouterr().out
    assert main(["restore", str(path), *db]) == 0
    assert "Restored" in capsys.readouterr().out
    os.truncate(path, 1000)
    assert main(["restore", str(path), *db]) == 1
    assert "damaged or cut off" in capsys.readouterr().err


def test_a_restore_names_who_was_erased_since_the_backup(embedded_store: Store, tmp_path: Path) -> None:
    with embedded_store.writing() as session:
        session.add(Branch(id="H01", name="厅", name_en="Hall", zone="UTC"))
        session.flush()
        session.add_all(Staff(branch_id="H01", id=number, name=number) for number in ("101", "102"))
        session.add(Account(name="li", branch_id="H01", staff_id="101"))
        session.add(Account(name="auditor"))
    path = sealed_backup(embedded_store.url, tmp_path / "copy.age", now=NOW).path
    with embedded_store.writing() as session:
        session.get_one(Staff, ("H01", "101")).erased_at = NOW
        for account in session.exec(select(Account)):
            account.erased_at, account.name, account.staff_id = NOW, f"erased {account.id.hex}", None
    done = restore(embedded_store.url, path, now=NOW)
    assert done.back_again == (BackAgain("H01", "101"), BackAgain("", "", "auditor"))
    with store(embedded_store.url).reading() as session:
        assert session.exec(select(AuditEvent.answer).where(AuditEvent.action == "restore")).one() == {"erase_again": 2}
    assert restore(embedded_store.url, path, now=NOW).back_again == ()
