"""Files in: mappings, encodings, times, rejects that come back mended, and files that are broken."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlmodel import select

from ingest.__main__ import main
from ingest.importing import Report, import_file
from ingest.map_file import mapping_of
from ingest.mapping import Mapping, WrongMapping
from ingest.reading import BrokenFile, text_of
from ingest.rejects import write_rejects
from models.actor import Actor, NotAllowed
from models.store import Store
from models.tables import AuditEvent, Base, ImportReject, ImportRun, Interaction
from standards.vocabulary import Channel, Outcome, Source
from tests.factories import MACHINE, a_hall, at

NOW = at(23)
HEADER = "no,business,taken,called,greeted,finished,gone,how\n"
GOOD = "A1,payment,2026-03-02 10:00:00,2026-03-02 10:05:00,2026-03-02 10:05:10,2026-03-02 10:12:00,,done\n"
MAPPING: dict[str, Any] = {
    "reference": "{taken} {no}",
    "times": {"formats": ["%Y-%m-%d %H:%M:%S", "%H:%M:%S"], "tolerance_seconds": 5},
    "columns": {
        "ticket": "no",
        "business_type": "business",
        "arrived_at": "taken",
        "called_at": "called",
        "greeted_at": "greeted",
        "started_at": ["greeted", "called"],
        "ended_at": "finished",
        "left_at": "gone",
        "outcome": "how",
    },
    "constants": {"channel": "counter"},
    "values": {
        "outcome": {"done": "completed", "缴费完成": "completed", "went": "left"},
        "business_type": {"缴费": "payment"},
    },
    "skip": {"how": ["nothing"]},
}
Take = Callable[..., Report]
Row = TypeVar("Row", bound=Base)


def a_line(**said: str) -> str:
    """The good line with some fields said otherwise."""
    fields = dict(zip(HEADER.strip().split(","), GOOD.strip().split(","), strict=True)) | said
    return ",".join(fields.values()) + "\n"


def mapped(**said: Any) -> Mapping:
    return mapping_of(MAPPING | said, "test")


@pytest.fixture
def take(store: Store, tmp_path: Path) -> Take:
    """Takes a text or bytes as a file into the hall H1."""
    with store.writing() as session:
        a_hall(session)

    def taken(content: str | bytes, mapping: Mapping | None = None, **options: Any) -> Report:
        file = tmp_path / "visits.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_file(store, options.pop("actor", MACHINE), "H1", file, mapping or mapped(), now=NOW, **options)

    return taken


def kept(store: Store, table: type[Row]) -> list[Row]:
    """The rows of a table."""
    with store.reading() as session:
        rows = list(session.exec(select(table)).all())
        session.expunge_all()
    return rows


def stored(store: Store) -> list[Interaction]:
    return kept(store, Interaction)


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def only(store: Store) -> Interaction:
    (row,) = stored(store)
    return row


# What is taken.


def test_a_line_becomes_an_interaction_with_its_derived_times(store: Store, take: Take) -> None:
    report = take(HEADER + GOOD)
    assert (report.rows, report.accepted, report.rejected) == (1, 1, 0)
    row = only(store)
    assert (row.ticket, row.business_type, row.channel, row.outcome) == (
        "A1",
        "payment",
        Channel.COUNTER,
        Outcome.COMPLETED,
    )
    assert (row.arrived_at, row.called_at, row.last_called_at) == (at(10), at(10, 5), at(10, 5))
    assert (row.wait_ms, row.greeting_ms, row.handling_ms) == (300_000, 10_000, 410_000)
    assert (row.source, row.import_id, row.recorded_at) == (Source.IMPORT, report.import_id, NOW)


def test_the_first_column_that_is_not_empty_is_read(store: Store, take: Take) -> None:
    take(HEADER + a_line(greeted=""))
    assert (only(store).started_at, only(store).greeted_at) == (at(10, 5), None)


def test_lines_to_skip_are_counted_and_nothing_else(store: Store, take: Take) -> None:
    report = take(HEADER + a_line(how="nothing", taken="rubbish") + "\n\n" + GOOD)
    assert (report.rows, report.skipped, report.accepted, report.rejected) == (2, 1, 1, 0)


def test_columns_may_stand_in_any_order_beside_others(store: Store, take: Take) -> None:
    fields = list(zip(HEADER.strip().split(","), GOOD.strip().split(","), strict=True))[::-1]
    lines = [[name for name, _ in fields] + ["note"], [text for _, text in fields] + ["你好"]]
    assert take("\n".join(",".join(line) for line in lines)).accepted == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_files_are_read_in_each_encoding_they_come_in(store: Store, take: Take, encoding: str) -> None:
    report = take((HEADER + a_line(business="缴费", how="缴费完成")).encode(encoding))
    assert (report.accepted, only(store).business_type) == (1, "payment")


def test_another_delimiter_can_be_said(store: Store, take: Take) -> None:
    assert take((HEADER + GOOD).replace(",", ";"), mapped(delimiter=";")).accepted == 1


def test_the_trail_knows_who_took_a_file_in(store: Store, take: Take) -> None:
    report = take(HEADER + GOOD)
    (event,) = (event for event in kept(store, AuditEvent) if event.action == "import")
    (run,) = kept(store, ImportRun)
    assert (event.actor, event.subject) == (MACHINE.name, str(report.import_id))
    assert (run.accepted, run.by, run.file_name) == (1, MACHINE.name, "visits.csv")


def test_without_the_right_to_import_nothing_is_read(store: Store, take: Take) -> None:
    with pytest.raises(NotAllowed):
        take(HEADER + GOOD, actor=Actor("a", "a", ()))
    assert stored(store) == []


# Times.


def test_times_without_a_zone_are_the_halls_or_the_mappings(store: Store, take: Take) -> None:
    times = MAPPING["times"] | {"zone": "Asia/Jerusalem"}
    take(HEADER + GOOD, mapped(times=times))
    assert only(store).arrived_at == datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_times_that_say_their_own_zone_keep_it(store: Store, take: Take) -> None:
    line = a_line(taken="2026-03-02T04:00:00+0200", no="B1")
    take(HEADER + line, mapped(times={"formats": ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S"]}))
    assert only(store).arrived_at == at(10)


def times_of_day(**said: str) -> str:
    plain = {"taken": "23:50:00", "called": "23:59:58", "greeted": "0:00:05", "finished": "0:10:00"}
    return HEADER + a_line(**(plain | said))


def test_a_later_stage_past_midnight_is_of_the_next_day(store: Store, take: Take) -> None:
    take(times_of_day(), day=at(0).astimezone().date())
    assert (only(store).greeting_ms, only(store).handling_ms) == (7_000, 595_000)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_that_no_visit_is_of_is_no_time(take: Take, day: date) -> None:
    assert dict(take(times_of_day(), day=day).reasons) == {"bad_time": 1}


def test_the_day_of_times_without_a_date_must_be_said(store: Store, take: Take) -> None:
    with pytest.raises(WrongMapping, match="give the day"):
        take(times_of_day(), mapped(times={"formats": ["%H:%M:%S"]}))


@pytest.mark.parametrize(
    ("called", "accepted", "adjusted"), [("09:59:55", 1, 1), ("09:59:54", 0, 0), ("10:00:00", 1, 0)]
)
def test_clocks_that_disagree_by_at_most_the_tolerance_are_set_right(
    store: Store, take: Take, called: str, accepted: int, adjusted: int
) -> None:
    report = take(HEADER + a_line(called=f"2026-03-02 {called}"))
    assert (report.accepted, report.adjusted, report.rejected) == (accepted, adjusted, 1 - accepted)
    assert [row.wait_ms for row in stored(store)] == [0] * accepted


def test_stages_are_held_against_the_moved_up_one_before(store: Store, take: Take) -> None:
    report = take(
        HEADER + a_line(called="2026-03-02 09:59:57", greeted="2026-03-02 09:59:56", finished="2026-03-02 10:00:01")
    )
    assert (report.accepted, report.adjusted, only(store).greeted_at) == (1, 1, at(10))


def test_an_hour_that_comes_twice_is_the_one_that_keeps_the_order(store: Store, take: Take) -> None:
    times = {"formats": ["%Y-%m-%d %H:%M:%S"], "zone": "Europe/Paris"}
    line = a_line(taken="2025-10-26 02:50:00", called="2025-10-26 02:10:00", greeted="", finished="2025-10-26 02:20:00")
    take(HEADER + line, mapped(times=times))
    assert (only(store).wait_ms, only(store).handling_ms) == (20 * 60_000, 10 * 60_000)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"taken": "10 o'clock"}, "bad_time"),
        ({"taken": "0001-01-01 00:00:00"}, "bad_time"),
        ({"finished": "9999-12-31 23:59:59"}, "bad_time"),
        ({"finished": "9998-12-31 23:59:59"}, "in_future"),
        ({"taken": ""}, "missing"),
        ({"called": ""}, "missing"),
        ({"finished": ""}, "missing"),
        ({"how": "went"}, "missing"),
        ({"how": ""}, "missing"),
        ({"how": "vanished"}, "bad_value"),
        ({"how": "waiting"}, "not_over"),
        ({"business": "dancing"}, "unknown_business_type"),
        ({"finished": "2026-03-02 10:01:00"}, "out_of_order"),
        ({"finished": "2026-03-02 23:00:01"}, "in_future"),
        ({"no": "A" * 33}, "bad_value"),
        ({"gone": "x,y"}, "wrong_fields"),
    ],
)
def test_every_line_that_is_not_taken_says_why(store: Store, take: Take, said: dict[str, str], reason: str) -> None:
    report = take(HEADER + a_line(**said) + GOOD)
    assert (report.accepted, dict(report.reasons)) == (1, {reason: 1})
    assert report.rejects[0].line == 2
    assert report.rejects[0].detail.endswith(".")
    (reject,) = kept(store, ImportReject)
    assert (reject.import_id, reject.line, reject.reason) == (report.import_id, 2, reason)


def test_an_hour_that_the_clocks_skipped_is_no_time(store: Store, take: Take) -> None:
    times = {"formats": ["%Y-%m-%d %H:%M:%S"], "zone": "Europe/Paris"}
    assert dict(take(HEADER + a_line(taken="2025-03-30 02:30:00"), mapped(times=times)).reasons) == {"bad_time": 1}


@pytest.mark.parametrize(
    ("said", "items"), [("2", [2]), ("10000", [10_000]), ("1_0", []), ("+5", []), ("-1", []), ("²", [])]
)
def test_a_number_is_digits_and_nothing_else(store: Store, take: Take, said: str, items: list[int]) -> None:
    report = take(HEADER + a_line(no=said), mapped(columns=MAPPING["columns"] | {"items": "no"}))
    assert [row.items for row in stored(store)] == items
    assert report.accepted + report.reasons.get("bad_value", 0) == 1


# Once and no more; and back again.


def test_a_repeated_file_adds_nothing(store: Store, take: Take) -> None:
    content = HEADER + GOOD + a_line(no="A2") + a_line(no="A3", taken="never")
    first, again = take(content), take(content)
    assert (again.accepted, again.duplicates, again.rejected, again.import_id) == (0, 2, 1, first.import_id)
    assert [len(kept(store, table)) for table in (ImportRun, ImportReject, Interaction)] == [1, 1, 2]


def test_a_row_in_another_file_or_twice_in_one_is_taken_once(store: Store, take: Take) -> None:
    assert (take(HEADER + GOOD + GOOD).duplicates, take(HEADER + a_line(no="A2") + GOOD).duplicates) == (1, 1)
    assert len(stored(store)) == 2


def test_a_reference_with_other_content_is_rejected_and_says_what_differs(store: Store, take: Take) -> None:
    other = a_line(finished="2026-03-02 10:13:00")
    first = take(HEADER + GOOD + other)
    assert (first.accepted, first.duplicates, dict(first.reasons)) == (1, 0, {"other_content": 1})
    assert first.rejects[0].detail == "Line 2 is 2026-03-02 10:00:00 A1 too, and it says otherwise: ended_at."
    for trial in (True, False):
        later = take(HEADER + a_line(no="A2") + a_line(business="enquiry"), dry_run=trial)
        assert (later.accepted, later.duplicates, dict(later.reasons)) == (1, 0, {"other_content": 1})
        assert later.rejects[0].detail.startswith("The hall has 2026-03-02 10:00:00 A1 already")
    assert {reject.reason for reject in kept(store, ImportReject)} == {"other_content"}
    assert [row.ended_at for row in stored(store)] == [at(10, 12)] * 2


def test_what_an_earlier_row_said_and_this_one_does_not_is_other_content(take: Take) -> None:
    take(HEADER + GOOD)
    report = take(HEADER + a_line(greeted=""))
    assert (report.duplicates, dict(report.reasons)) == (0, {"other_content": 1})


def test_a_visit_that_was_corrected_here_is_there_already(store: Store, take: Take) -> None:
    take(HEADER + GOOD)
    with store.writing() as session:
        row = session.exec(select(Interaction)).one()
        row.ended_at, row.version = at(10, 20), 2
    assert (take(HEADER + GOOD).duplicates, only(store).ended_at) == (1, at(10, 20))


def nameless() -> Mapping:
    """The mapping without a reference."""
    return mapping_of({name: said for name, said in MAPPING.items() if name != "reference"}, "test")


def test_without_a_reference_a_row_is_known_by_all_it_says(take: Take) -> None:
    assert take(HEADER + GOOD + a_line(finished="2026-03-02 10:13:00"), nameless()).accepted == 2
    assert take(HEADER + GOOD, nameless()).duplicates == 1


def test_without_a_reference_equal_rows_of_one_file_are_so_many_customers(store: Store, take: Take) -> None:
    assert take(HEADER + GOOD + a_line(no="A2") + GOOD + GOOD, nameless()).accepted == 4
    again = take(HEADER + GOOD + a_line(no="A2") + GOOD + GOOD, nameless())
    assert (again.accepted, again.duplicates) == (0, 4)
    assert (take(HEADER + GOOD + GOOD, nameless()).duplicates, len(stored(store))) == (2, 4)


def test_rejects_come_out_are_mended_and_come_in_again(store: Store, take: Take, tmp_path: Path) -> None:
    first = take(HEADER + GOOD + a_line(no="A2", finished="2026-03-02 10:01:00"))
    out = tmp_path / "rejects.csv"
    write_rejects(out, first.rejects)
    rows = rows_of(out)
    assert list(rows[0]) == [*HEADER.strip().split(","), "reason"]
    assert rows[0]["reason"].startswith("out_of_order: ended_at is ")
    mended = take(out.read_text("utf-8").replace("10:01:00", "10:11:00"))
    assert (mended.accepted, mended.rejected, len(stored(store))) == (1, 0, 2)
    assert [reject.mended_by_import_id for reject in kept(store, ImportReject)] == [mended.import_id]


def test_torn_lines_come_out_with_every_column_and_are_mended(store: Store, take: Take, tmp_path: Path) -> None:
    torn = a_line(no="A2").rstrip().removesuffix("2026-03-02 10:12:00,,done") + "\n"
    first = take(HEADER + torn.replace("2026-03-02 10:05:00,2026-03-02 10:05:10,", "2026-03-02 10:05:00"))
    assert dict(first.reasons) == {"wrong_fields": 1}
    write_rejects(tmp_path / "rejects.csv", first.rejects)
    (row,) = rows_of(tmp_path / "rejects.csv")
    assert list(row) == [*HEADER.strip().split(","), "reason"]
    columns, values = list(row), list((row | {"finished": "2026-03-02 10:12:00", "how": "done"}).values())
    mended = take("\n".join(",".join(f'"{text}"' for text in line) for line in (columns, values)))
    assert (mended.accepted, len(stored(store))) == (1, 1)
    assert [reject.mended_by_import_id for reject in kept(store, ImportReject)] == [mended.import_id]


def test_a_line_with_too_many_fields_stays_rejected_until_it_is_mended(take: Take, tmp_path: Path) -> None:
    out = tmp_path / "rejects.csv"
    write_rejects(out, take(HEADER + GOOD.replace("payment", "payment,")).rejects)
    assert dict(take(out.read_bytes()).reasons) == {"wrong_fields": 1}
    write_rejects(out, take(HEADER + GOOD.rstrip() + ",more\n").rejects)
    assert dict(take(out.read_bytes()).reasons) == {"wrong_fields": 1}
    assert take(out.read_text("utf-8").replace(",more,", ",,")).accepted == 1


def test_a_file_without_rejects_gives_its_header(files: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(HEADER + GOOD, "utf-8")
    out = tmp_path / "out.csv"
    assert main([files[0], "--map", files[1], "--branch", "H1", "--rejects", str(out)]) == 0
    assert out.read_text("utf-8-sig").strip() == HEADER.strip() + ",reason"


def test_rejects_that_are_sent_again_unmended_are_rejected_with_one_reason(take: Take, tmp_path: Path) -> None:
    out = tmp_path / "rejects.csv"
    for content in (HEADER + a_line(taken="never"), None):
        write_rejects(out, take(content if content is not None else out.read_bytes()).rejects)
    (row,) = rows_of(out)
    assert list(row) == [*HEADER.strip().split(","), "reason"]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    some.lists(
        some.sampled_from([GOOD, a_line(no="A2"), a_line(how="nothing"), a_line(taken="?"), "torn\n"]), max_size=12
    )
)
def test_every_row_is_taken_or_skipped_or_rejected_or_there_already(take: Take, lines: list[str]) -> None:
    report = take(HEADER + "".join(lines), dry_run=True)
    assert report.rows == report.accepted + report.skipped + report.rejected + report.duplicates == len(lines)


def test_a_dry_run_writes_nothing(store: Store, take: Take) -> None:
    report = take(HEADER + GOOD + a_line(no="A2", taken="never"), dry_run=True)
    assert (report.accepted, report.rejected, report.import_id) == (1, 1, None)
    assert kept(store, ImportRun) == []
    assert stored(store) == []


# Broken files.

CHINESE = HEADER + "".join(a_line(no=f"A{number}", business="缴费") for number in range(20))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        ((HEADER + GOOD).encode("utf-16"), "UTF-16"),
        ((HEADER + GOOD).encode().replace(b"payment", b"pay\x00ent"), "Line 2 holds a zero byte"),
        (CHINESE.encode()[:-40] + b"\xff" + CHINESE.encode()[-40:], "Line 21 is not UTF-8"),
        (CHINESE.encode("utf-8-sig").replace("缴".encode(), b"\xff", 1), "Line 2 is not UTF-8"),
        (CHINESE.encode("gb18030").replace("费".encode("gb18030"), b"\xff\xff", 1), "Line 2 is not GB18030"),
        ((HEADER + GOOD + 'A2,"payment').encode(), "row that begins on line 3 is no CSV"),
        (HEADER.replace("called", "rung").encode() + GOOD.encode(), "lacks columns: called"),
        (HEADER.replace("gone", "called").encode() + GOOD.encode(), "lacks columns: gone"),
        (HEADER.replace("how", "how,how").encode() + GOOD.encode(), "columns twice: how"),
        (b"%PDF-1.7 no table at all", "lacks columns"),
    ],
)
def test_a_broken_file_is_refused_whole_and_says_where(store: Store, take: Take, content: bytes, says: str) -> None:
    with pytest.raises(BrokenFile, match=says):
        take(content)
    assert kept(store, ImportRun) == []
    assert stored(store) == []


def test_a_file_cut_off_in_a_line_keeps_the_rest_and_the_torn_line(store: Store, take: Take) -> None:
    report = take(HEADER + GOOD + a_line(no="A2")[:30])
    assert (report.accepted, dict(report.reasons)) == (1, {"wrong_fields": 1})
    assert report.rejects[0].content["no"] == "A2"


@given(some.text(some.characters(codec="gb18030", exclude_characters="\x00"), min_size=1).filter(str.strip))
def test_what_utf8_wrote_is_read_back(text: str) -> None:
    assert text_of(text.encode("utf-8-sig")) == text


# Mappings.


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"colums": {}}, "colums is not known here"),
        ({"columns": {"arrival": "taken"}}, "columns.arrival is not known here"),
        ({"columns": {**MAPPING["columns"], "ticket": 7}}, "columns.ticket must be a text"),
        ({"columns": {"outcome": "how"}}, "Nothing says where arrived_at comes from"),
        ({"constants": {}}, "Nothing says where channel comes from"),
        ({"constants": {"channel": "counter", "called_at": "10:00"}}, "called_at is a time"),
        ({"constants": "counter"}, "constants must be a table"),
        ({"values": {"outcome": "done"}}, "values.outcome must be a table"),
        ({"times": {}}, "times.formats must list"),
        ({"times": {"formats": ["%H"], "zone": "Shanghai"}}, "Shanghai is no time zone"),
        ({"times": {"formats": ["%H"], "day": "2026-03-02"}}, "times.day must be a day"),
        ({"times": {"formats": ["%H"], "tolerance_seconds": -1}}, "times.tolerance_seconds must be a number"),
        ({"times": {"formats": ["%H"], "format": "%H"}}, "times.format is not known here"),
        ({"drop": {"gone": ["called_at"]}}, "drop.gone is not known here"),
        ({"delimiter": "tab"}, "delimiter must be one character"),
        ({"delimiter": '"'}, "delimiter must be one character"),
        ({"delimiter": "\n"}, "delimiter must be one character"),
        ({"constants": {"channel": "counter", "staff_id": "w\x00"}}, "constants.staff_id holds a zero character"),
        ({"values": {"staff_id": {"w": "\x00"}}}, "values.staff_id.w holds a zero character"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(said: dict[str, Any], says: str) -> None:
    with pytest.raises(WrongMapping, match=says):
        mapped(**said)


def test_a_long_reference_is_shortened_and_stays_its_own(store: Store, take: Take) -> None:
    report = take(HEADER + GOOD + a_line(no="A2"), mapped(reference="{taken}{called}{greeted}{finished}{no}"))
    assert report.accepted == 2
    assert {len(row.external_ref or "") for row in stored(store)} == {64}


# The command.


@pytest.fixture
def files(take: Take, tmp_path: Path) -> tuple[str, str]:
    """A file with a good line and a bad one, and its mapping."""
    return put_files(tmp_path)


@pytest.fixture
def beside(embedded_store: Store, tmp_path: Path) -> tuple[str, str]:
    """The same files beside the database."""
    with embedded_store.writing() as session:
        a_hall(session)
    return put_files(tmp_path)


def put_files(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "in.csv").write_text(HEADER + GOOD + a_line(no="A2", how="vanished"), "utf-8")
    lines = [f"reference = {json.dumps(MAPPING['reference'])}"]
    for section in ("times", "columns", "constants", "skip"):
        lines += [f"[{section}]", *(f"{name} = {json.dumps(said)}" for name, said in MAPPING[section].items())]
    lines += ["[values.outcome]", 'done = "completed"']
    (tmp_path / "map.toml").write_text("\n".join(lines), "utf-8")
    return str(tmp_path / "in.csv"), str(tmp_path / "map.toml")


def test_the_command_lists_rejects_and_ends_well(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    file, mapping = files
    assert main([file, "--map", mapping, "--branch", "H1", "--json"]) == 0
    said = capsys.readouterr()
    answer = json.loads(said.out)
    assert set(answer) == {
        *("rows", "accepted", "skipped", "rejected", "adjusted"),
        *("duplicates", "seconds", "import_id", "reasons"),
    }
    assert (answer["rows"], answer["accepted"], answer["reasons"]) == (2, 1, {"bad_value": 1})
    assert "line 3: bad_value: outcome says vanished" in said.err


def test_the_command_is_strict_when_asked(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    file, mapping = files
    assert main([file, "--map", mapping, "--branch", "H1", "--json", "--strict"]) == 1
    assert json.loads(capsys.readouterr().out)["rejected"] == 1


def test_rejects_are_got_out_with_the_import_and_afterwards(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, mapping = files
    at_once, later = tmp_path / "at_once.csv", tmp_path / "later.csv"
    assert main([file, "--map", mapping, "--branch", "H1", "--json", "--rejects", str(at_once)]) == 0
    import_id = json.loads(capsys.readouterr().out)["import_id"]
    assert main(["rejects", import_id, str(later), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rejects"] == 1
    assert at_once.read_bytes() == later.read_bytes()
    assert "vanished" in later.read_text("utf-8")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"--branch": "H9"}, "no hall with the code H9"),
        ({"--map": "missing.toml"}, "can't be read"),
        ({"--rejects": "/nowhere/out.csv"}, "can't be written"),
        ({"FILE": "missing.csv"}, "can't be read"),
    ],
)
def test_the_command_refuses_with_a_sentence(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str], change: dict[str, str], says: str
) -> None:
    options = {"FILE": files[0], "--map": files[1], "--branch": "H1"} | change
    arguments = [options.pop("FILE"), *(part for option in options.items() for part in option)]
    assert main(arguments) == 1
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("name", ["in.csv", "map.toml", "monitor.db", "monitor.db-wal", "monitor.db-shm", "linked"])
def test_rejects_never_overwrite_what_is_needed(
    beside: tuple[str, str], embedded_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    file, mapping = beside
    (tmp_path / "linked").symlink_to(tmp_path / "monitor.db")
    with embedded_store.reading():  # its side files are there while it is open
        out = tmp_path / name
        before = out.read_bytes() if out.exists() else None
        assert main([file, "--map", mapping, "--branch", "H1", "--rejects", str(out), "--force"]) == 1
        assert "overwrite" in capsys.readouterr().err
        assert (out.read_bytes() if out.exists() else None) == before
    assert stored(embedded_store) == []


def test_rejects_of_an_earlier_import_never_overwrite_the_database(
    beside: tuple[str, str], embedded_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, mapping = beside
    assert main([file, "--map", mapping, "--branch", "H1", "--json"]) == 0
    import_id = json.loads(capsys.readouterr().out)["import_id"]
    assert main(["rejects", import_id, str(tmp_path / "monitor.db"), "--force"]) == 1
    assert len(stored(embedded_store)) == 1


def test_a_file_that_is_there_is_overwritten_only_when_told_to(files: tuple[str, str], tmp_path: Path) -> None:
    file, mapping = files
    out = tmp_path / "out.csv"
    out.write_text("notes", "utf-8")
    command = [file, "--map", mapping, "--branch", "H1", "--rejects", str(out)]
    assert main(command) == 1
    assert out.read_text("utf-8") == "notes"
    assert main([*command, "--force"]) == 0
    assert "vanished" in out.read_text("utf-8")


def test_a_device_is_never_replaced_by_rejects(files: tuple[str, str], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert main([files[0], "--map", files[1], "--branch", "H1", "--rejects", str(pipe), "--force"]) == 1
    assert pipe.is_fifo()


def test_a_refused_import_leaves_no_file_of_rejects(files: tuple[str, str], tmp_path: Path) -> None:
    file, mapping = files
    before = set(tmp_path.iterdir())
    assert main([file, "--map", mapping, "--branch", "H9", "--rejects", str(tmp_path / "out.csv")]) == 1
    assert {path.name for path in set(tmp_path.iterdir()) - before} <= {"monitor.db-wal", "monitor.db-shm"}


def test_an_unknown_import_has_no_rejects(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rejects", "01234567-89ab-7cde-8f01-23456789abcd", str(tmp_path / "out.csv")]) == 1
    assert "There is no import" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()
