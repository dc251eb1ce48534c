"""What stands otherwise in the target is named and left, and a script can tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select, text, update
from sqlmodel import col

from models.__main__ import main
from models.command_line import Refusal
from models.copy_rows import Shape, Tally, digest
from models.migrate import upgrade
from models.store import Store, store
from models.tables import AuditEvent, Interaction, Region, Staff
from tests.copied_halls import NOW, content, copied, everything, source, statement, template
from tests.factories import an_interaction

__all__ = ["source", "template"]  # pytest finds fixtures by name


def test_a_shared_row_that_says_otherwise_stops_the_copy_before_anything_is_written(
    source: Store, postgres_url: str
) -> None:
    upgrade(postgres_url)
    with store(postgres_url).writing() as session:
        session.add(Region(id="R", name="另一个市"))
    before = everything(store(postgres_url))
    with pytest.raises(Refusal) as caught:
        copied(source, postgres_url)
    assert caught.value.reason == "conflicts"
    assert caught.value.details["conflicts"] == [{"table": "region", "key": "R", "columns": ("name", "name_en")}]
    assert everything(store(postgres_url)) == before


def test_a_row_spoilt_in_the_target_is_found_and_left(source: Store, postgres_url: str) -> None:
    copied(source, postgres_url)
    with source.reading() as session:
        identifier = session.scalars(select(col(Interaction.id))).all()[0]
    statement(postgres_url, update(Interaction).where(col(Interaction.id) == identifier).values(wait_ms=1))
    spoilt = content(store(postgres_url))
    found = copied(source, postgres_url)
    visits = found.halls["H1"]["interaction"]
    assert (found.same, visits.differing, visits.keys) == (False, 1, [f"H1 {identifier.hex}"])
    assert visits.source.hash != visits.target.hash
    assert content(store(postgres_url)) == spoilt


def test_a_row_kept_out_by_what_is_unique_is_named(source: Store, postgres_url: str) -> None:
    copied(source, postgres_url)
    with source.writing() as session:
        identifier = an_interaction(session, external_ref="X-1", arrived_at=NOW)
    with store(postgres_url).writing() as session:
        an_interaction(session, external_ref="X-1", arrived_at=NOW)
    found = copied(source, postgres_url)
    assert found.halls["H1"]["interaction"].keys == [f"H1 {identifier.hex}"]


@pytest.mark.parametrize("typed", ["a\0b", "n" * 501])
def test_a_value_that_postgresql_cannot_hold_is_told_by_its_place_alone(
    source: Store, postgres_url: str, typed: str
) -> None:
    with source.writing() as session:
        identifier = an_interaction(session, attention_note=typed, arrived_at=NOW)
    with pytest.raises(Refusal) as caught:
        copied(source, postgres_url)
    assert caught.value.reason == "misfit"
    assert f"interaction H1 {identifier.hex}, attention_note" in str(caught.value)
    assert typed not in str(caught.value)


def test_the_command_answers_scripts_and_sets_its_exit_code(
    source: Store, postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["copy", "--db", source.url, "--to", postgres_url, "--json"]
    assert main(command) == 0
    said = capsys.readouterr()
    answer = json.loads(said.out)
    visits = answer["halls"]["H1"]["interaction"]
    assert (answer["same"], answer["later"], visits["rows"]) == (True, [], visits["target_rows"])
    assert visits["hash"] == visits["target_hash"]
    assert "(100%)" in said.err
    statement(postgres_url, update(Staff).values(name="?"))
    assert main(command) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["refused"], answer["halls"]["H1"]["staff"]["keys"]) == ("differs", ["H1 101"])
    assert main(command[:-1]) == 1
    assert "H1 staff: 1 of 1 differ: H1 101" in capsys.readouterr().out
    statement(postgres_url, update(Region).values(name="?"))
    assert main(command[:-1]) == 1
    assert "region R: name" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("to", "reason"),
    [("sqlite:///other.db", "not_postgresql"), ("mysql://host/db", "wrong_address"), ("nonsense", "wrong_address")],
)
def test_another_target_is_refused(source: Store, to: str, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["copy", "--db", source.url, "--to", to, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["refused"] == reason
    assert not Path("other.db").exists()


def test_a_target_of_a_newer_version_and_a_source_that_is_not_there_are_refused(
    source: Store, postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = f"sqlite:///{source.url}.gone"
    assert main(["copy", "--db", gone, "--to", postgres_url, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["refused"] == "no_database"
    upgrade(postgres_url)
    statement(postgres_url, text("UPDATE alembic_version SET version_num = '9999'"))
    assert main(["copy", "--db", source.url, "--to", postgres_url, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["refused"] == "newer_schema"


def test_a_copy_without_a_target_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["copy"])
    assert caught.value.code == 2


@given(some.lists(some.tuples(some.text(), some.integers())), some.randoms())
def test_a_hash_is_the_same_in_any_order_and_counts_doubles(found: list[tuple[str, int]], chance: Any) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)
    one, two, double = Tally(), Tally(), Tally()
    one.add(map(digest, found))
    two.add(map(digest, shuffled))
    double.add(map(digest, [*found, ("double", 1), ("double", 1)]))
    assert one == two
    assert double.hash != one.hash


def test_json_is_compared_by_what_it_says() -> None:
    shape = Shape(AuditEvent.__table__)  # type: ignore[attr-defined]  # SQLModel makes it at run time
    place = shape.names.index("after")
    one, two = ['{"b": 1, "a": "\\u7535"}', '{"a":"电","b":1}']
    rest: tuple[Any, ...] = (None,) * len(shape.names)
    assert shape.settled((*rest[:place], one, *rest[place + 1 :])) == shape.settled(
        (*rest[:place], two, *rest[place + 1 :])
    )
