"""Mappings that are made on the screen: written down exactly, kept in versions, named in the command."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlmodel import select

from actions.refusal import Refused
from analytics.imports import saved_mappings
from ingest.__main__ import main
from ingest.broken import BrokenFile
from ingest.fields import FIELDS, TIMES
from ingest.guessing import guess_formats, guess_mapping, guess_outcome
from ingest.known import keep_mapping, known_mappings, shipped_mappings
from ingest.looking import look_at
from ingest.map_file import mapping_in, mapping_text
from ingest.mapping import Mapping, Times, WrongMapping
from ingest.surveying import GivenFile
from models.actor import EVERYWHERE, Actor, Grant, NotAllowed
from models.store import Store
from models.tables import AuditEvent, ImportMapping, Interaction
from standards.vocabulary import Outcome, Role
from tests.factories import MACHINE, a_hall, at
from tests.test_ingest import GOOD, HEADER, mapped

NOW = at(23)
SUPERVISOR = Actor("s", "s", (Grant(Role.SUPERVISOR, frozenset({"H1"})),))

words = some.text(some.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
columns = some.lists(words, max_size=3).map(tuple)
mappings = some.builds(
    Mapping,
    name=some.just("made"),
    digest=some.just(""),
    times=some.builds(
        Times,
        formats=some.lists(words, min_size=1, max_size=3).map(tuple),
        zone=some.none() | some.sampled_from(["Asia/Shanghai", "Asia/Jerusalem"]).map(ZoneInfo),
        day=some.none() | some.dates(),
        never=some.frozensets(words, max_size=3),
        past_midnight=some.integers(0, 100 * 3600 * 1000).map(lambda count: timedelta(milliseconds=count)),
        tolerance=some.integers(0, 3600 * 1000).map(lambda count: timedelta(milliseconds=count)),
    ),
    columns=some.dictionaries(some.sampled_from(sorted(FIELDS)), columns, max_size=4).map(
        lambda made: made | {"arrived_at": ("a",), "outcome": ("b",)}
    ),
    constants=some.dictionaries(some.sampled_from(sorted(FIELDS.keys() - TIMES)), words, max_size=3).map(
        lambda made: made | {"channel": "counter", "business_type": "payment"}
    ),
    values=some.dictionaries(
        some.sampled_from(sorted(FIELDS)), some.dictionaries(words, words, max_size=3), max_size=3
    ),
    drop=some.dictionaries(
        some.sampled_from([outcome.value for outcome in Outcome]),
        some.frozensets(some.sampled_from(sorted(TIMES)), max_size=3),
        max_size=2,
    ),
    skip=some.dictionaries(words, some.frozensets(words, max_size=3), max_size=2),
    reference=some.none() | words,
    delimiter=some.sampled_from(",;|\t"),
)


@given(mappings)
def test_what_was_written_down_is_read_back_exactly(mapping: Mapping) -> None:
    assert replace(mapping_in(mapping_text(mapping), "made"), digest="") == mapping


def test_the_shipped_mappings_are_written_down_exactly() -> None:
    assert [known.name for known in shipped_mappings()] == ["bank_calls"]
    for known in shipped_mappings():
        read = mapping_in(mapping_text(known.mapping), known.name)
        assert replace(read, digest=known.mapping.digest) == known.mapping


@pytest.fixture
def hall(store: Store) -> Store:
    with store.writing() as session:
        a_hall(session)
        a_hall(session, "H2")
    return store


def keep(store: Store, mapping: Mapping, branch_id: str = "H1", actor: Actor = MACHINE) -> int | None:
    with store.writing() as session:
        return keep_mapping(session, actor, branch_id, mapping, now=NOW).version


def known(store: Store, branch_id: str = "H1") -> dict[str, Mapping]:
    with store.reading() as session:
        return {one.name: one.mapping for one in known_mappings(session, MACHINE, branch_id)}


def named(name: str, delimiter: str = ",") -> Mapping:
    return replace(mapped(delimiter=delimiter), name=name)


def test_a_change_is_a_new_version_and_the_same_again_is_none(hall: Store) -> None:
    versions = [keep(hall, named("取号机", delimiter)) for delimiter in ",,;;,"]
    assert versions == [1, 1, 2, 2, 3]
    with hall.reading() as session:
        kept = session.exec(select(ImportMapping)).all()
        (newest,) = saved_mappings(session, MACHINE, "H1")
        trail = session.exec(select(AuditEvent).where(AuditEvent.action == "save_mapping")).all()
        assert (len(kept), newest.version, newest.by, len(trail)) == (3, 3, MACHINE.name, 3)
    assert known(hall)["取号机"].delimiter == ","


def test_a_halls_mapping_goes_before_one_of_the_same_name_for_all(hall: Store) -> None:
    keep(hall, named("a", ";"), EVERYWHERE)
    keep(hall, named("a", "|"))
    assert (known(hall)["a"].delimiter, known(hall, "H2")["a"].delimiter) == ("|", ";")
    assert "bank_calls" in known(hall)


def test_what_can_no_longer_be_read_is_left_out(hall: Store) -> None:
    with hall.writing() as session:
        session.add(ImportMapping(branch_id="H1", name="old", version=1, content="sweets = 1", by="x", at=NOW))
    assert set(known(hall)) == {"bank_calls"}


@pytest.mark.parametrize("name", ["", "  ", "x" * 51, "a\nb", "a\u202eb", "bank_calls"])
def test_a_name_must_be_one(hall: Store, name: str) -> None:
    with pytest.raises(Refused):
        keep(hall, named(name))
    assert set(known(hall)) == {"bank_calls"}


def test_who_imports_in_one_hall_saves_for_that_hall_alone(hall: Store) -> None:
    assert keep(hall, named("a"), "H1", SUPERVISOR) == 1
    for elsewhere in ("H2", EVERYWHERE):
        with pytest.raises(NotAllowed):
            keep(hall, named("a"), elsewhere, SUPERVISOR)


def test_what_is_no_mapping_is_said(hall: Store) -> None:
    with pytest.raises(WrongMapping, match="no TOML"):
        mapping_in("a = = b", "torn")


def test_the_command_takes_a_saved_mapping_by_its_name(hall: Store, tmp_path: Path) -> None:
    keep(hall, named("取号机"))
    (tmp_path / "visits.csv").write_text(HEADER + GOOD, "utf-8")
    assert main([str(tmp_path / "visits.csv"), "--map", "取号机", "--branch", "H1"]) == 0
    assert main([str(tmp_path / "visits.csv"), "--map", "取号机", "--branch", "H2"]) == 1
    with hall.reading() as session:
        assert [row.branch_id for row in session.exec(select(Interaction))] == ["H1"]


@pytest.mark.parametrize(
    ("texts", "formats"),
    [
        (["2026-03-02 10:00:00"], ("%Y-%m-%d %H:%M:%S",)),
        (["2026/3/2 9:05", "2026/3/2 10:00:01"], ("%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S")),
        (["0:00:00", "23:59:59"], ("%H:%M:%S",)),
        (["never"], ()),
        ([], ()),
    ],
)
def test_how_times_are_written_is_guessed_from_them(texts: list[str], formats: tuple[str, ...]) -> None:
    assert set(guess_formats(texts)) == set(formats)


def test_columns_are_guessed_by_their_names() -> None:
    content = "票号;业务类型;取号时间;呼叫时间;状态\nA1;缴费;2026-03-02 10:00:00;2026-03-02 10:05:00;完成\n"
    look = look_at(GivenFile("a.csv", content.encode("gb18030")))
    said = guess_mapping(look)
    assert (look.rows, said["delimiter"], said["times"]["formats"]) == (1, ";", ["%Y-%m-%d %H:%M:%S"])
    assert said["columns"] == {
        "arrived_at": ["取号时间"],
        "called_at": ["呼叫时间"],
        "outcome": "状态",
        "business_type": "业务类型",
        "ticket": "票号",
    }
    assert guess_outcome("完成") is Outcome.COMPLETED
    assert "outcome" not in said["constants"]


def test_a_file_without_an_outcome_is_guessed_to_list_who_was_served() -> None:
    look = look_at(GivenFile("a.csv", "票号,取号时间\nA1,2026-03-02 10:00:00\n".encode()))
    assert guess_mapping(look)["constants"]["outcome"] == Outcome.COMPLETED


def test_a_text_file_called_a_workbook_is_said_to_be_none() -> None:
    with pytest.raises(BrokenFile, match="no XLSX"):
        look_at(GivenFile("Bad.XLSX", b"not a workbook"))
